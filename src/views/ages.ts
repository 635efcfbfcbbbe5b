import type { TargetReport } from '../app/report/schema.ts';
import { type Instant, SLOTS, type Slot } from '../core/model.ts';
import { ageBar, type KeyReport, type PolicyReport, standingOf } from './age-bar.ts';
import { chip } from './chip.ts';
import { facts } from './facts.ts';
import { html, type Markup } from './markup.ts';
import { ago, day, instantOf, since, whenDay } from './times.ts';

export const SLOT_NAMES: Readonly<Record<Slot, string>> = { primary: 'Primary', secondary: 'Secondary' };

/** Both keys, each with its age against the policy. */
export const ageCards = ({ keys, policy }: Pick<TargetReport, 'keys' | 'policy'>, now: Instant): Markup =>
  html`<div class="keys">${SLOTS.map((slot) => card(slot, keys[slot], policy, now))}</div>`;

function card(slot: Slot, key: KeyReport, policy: PolicyReport, now: Instant): Markup {
  return html`<div class="key">
    <p class="key-head"><strong>${SLOT_NAMES[slot]}</strong> ${roleChip(key)} <span class="key-due">${dueWords(key, now, whenDay)}</span></p>
    ${ageBar(SLOT_NAMES[slot], key, policy, now)}
    <p class="key-age">${sentence(key.age)}</p>
    ${facts([['Fingerprint', key.fingerprint && html`<code>${key.fingerprint}</code>`]])}
  </div>`;
}

/** The keys in words alone, a line each. */
export const ageLines = ({ keys }: Pick<TargetReport, 'keys'>, now: Instant): Markup =>
  html`<ul class="plain">${SLOTS.map((slot) => {
    const { role, age } = keys[slot];
    return html`<li><b>${SLOT_NAMES[slot]}</b>${role && html`, ${role}`}: ${age}. ${dueWords(keys[slot], now, day)}</li>`;
  })}</ul>`;

/** The more urgent of the two, in a few words. */
export function dueInShort({ keys }: Pick<TargetReport, 'keys'>, now: Instant): Markup {
  const both = [keys.primary, keys.secondary];
  const overdue = earliest(both.map(({ overdueSince }) => overdueSince));
  if (overdue !== null) {
    return html`<span class="overdue">Overdue for ${since(overdue, now)}</span>`;
  }
  const due = earliest(both.map(({ dueAt }) => dueAt));
  if (due === null) return html`${both.every((key) => standingOf(key, now) === 'unknown') ? 'Age unknown' : 'Not due'}`;
  return html`${instantOf(due) <= now ? 'Due since' : 'Due'} ${ago(due, now)}`;
}

function dueWords(
  { dueAt, overdueSince }: KeyReport,
  now: Instant,
  form: (time: string, now: Instant) => Markup,
): Markup {
  if (overdueSince !== null) return html`<span class="overdue">Overdue since ${form(overdueSince, now)}</span>`;
  if (dueAt === null) return html`Not due by itself`;
  return instantOf(dueAt) <= now
    ? html`<span class="due">Due since ${form(dueAt, now)}</span>`
    : html`Due ${form(dueAt, now)}`;
}

function roleChip({ role }: KeyReport): Markup | null {
  if (role === null) return null;
  return chip(role, role === 'active' ? 'accent' : role === 'outgoing' ? 'medium' : 'info');
}

function earliest(times: readonly (string | null)[]): string | null {
  const known = times.flatMap((time) => time ?? []);
  return known.reduce<string | null>((a, b) => (a === null || instantOf(b) < instantOf(a) ? b : a), null);
}

/** The words of an age begin in lower case, since others put them into a sentence. */
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
