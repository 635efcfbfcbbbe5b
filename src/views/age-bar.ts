import type { TargetReport } from '../app/report/schema.ts';
import type { Duration, Instant } from '../core/model.ts';
import { html, type Markup } from './markup.ts';
import { DAY, instantOf, policySpanOf, shortPolicySpanOf } from './times.ts';

export type KeyReport = TargetReport['keys']['primary'];
export type PolicyReport = TargetReport['policy'];

/** What a key's age means under the policy. `unknown`: nothing bounds it. */
const STANDINGS = ['young', 'due', 'overdue', 'unknown'] as const;
type Standing = (typeof STANDINGS)[number];

export function standingOf(key: KeyReport, now: Instant): Standing {
  if (key.overdueSince !== null) return 'overdue';
  if (key.dueAt !== null && instantOf(key.dueAt) <= now) return 'due';
  return key.madeAfter === null && key.madeBefore === null ? 'unknown' : 'young';
}

/**
 * An age as a bar: solid as far as the key is at least that old, hatched as far as it may be. All bars of one policy have
 * one scale, so that a column of them can be compared; what is older than the scale ends in an arrow.
 */
export function ageBar(slot: string, key: KeyReport, policy: PolicyReport, now: Instant): Markup {
  const scale = scaleOf([key], policy, now);
  return html`<svg class="age" role="img" width="100%" height="36">
    <title>${ageTitle(slot, key, policy)}</title>
    ${bar(key, scale, now, 2, 14)}
    ${marks(policy, scale, 18)}
    ${labels(policy, scale)}
  </svg>`;
}

/** Both keys of a target in the height of a line. */
export function smallAgeBars({ keys, policy }: Pick<TargetReport, 'keys' | 'policy'>, now: Instant): Markup {
  const scale = scaleOf([keys.primary, keys.secondary], policy, now);
  const title = `Primary key: ${keys.primary.age}; secondary key: ${keys.secondary.age}`;
  const bars = [bar(keys.primary, scale, now, 2, 7), bar(keys.secondary, scale, now, 11, 7)];
  return html`<svg class="age" role="img"><title>${title}</title>${bars}${marks(policy, scale, 20)}</svg>`;
}

/** The patterns of the bars, once a page. */
export const barPatterns: Markup = html`<svg class="patterns" width="0" height="0" aria-hidden="true"><defs>
  ${STANDINGS.map(
    (
      standing,
    ) => html`<pattern id="maybe-${standing}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect width="6" height="6" class="ground ${standing}"/><rect width="2.5" height="6" class="stripe ${standing}"/></pattern>`,
  )}
</defs></svg>`;

/** What the right end of a bar stands for: half as much again as is allowed. */
function scaleOf(keys: readonly KeyReport[], policy: PolicyReport, now: Instant): Duration {
  if (policy !== null) return policy.maxKeyAgeDays * DAY * 1.5;
  const oldest = keys.flatMap(({ madeAfter, madeBefore }) => madeAfter ?? madeBefore ?? []).map(instantOf);
  return Math.max(DAY, ...oldest.map((made) => (now - made) * 1.2));
}

/** `certain` and `possible` are the ends of the two parts, in percent of the scale. */
function partsOf({ madeAfter, madeBefore }: KeyReport, scale: Duration, now: Instant) {
  const ageOf = (made: string): number => Math.max(0, ((now - instantOf(made)) / scale) * 100);
  const certain = madeBefore === null ? 0 : ageOf(madeBefore);
  const possible = madeAfter === null ? Number.POSITIVE_INFINITY : ageOf(madeAfter);
  return { certain: Math.min(certain, 100), possible: Math.min(possible, 100), beyond: possible > 100 };
}

function bar(key: KeyReport, scale: Duration, now: Instant, top: number, height: number): Markup {
  const standing = standingOf(key, now);
  const { certain, possible, beyond } = partsOf(key, scale, now);
  const middle = top + height / 2;
  const parts = [
    html`<rect class="track" y="${top}" width="100%" height="${height}"/>`,
    certain > 0 && html`<rect class="sure ${standing}" y="${top}" width="${percent(certain)}" height="${height}"/>`,
    possible > certain &&
      html`<rect class="maybe ${standing}" x="${percent(certain)}" y="${top}" width="${percent(possible - certain)}" height="${height}"/>`,
    beyond &&
      html`<svg x="100%" class="over"><path d="M-6 ${top}h6v${height}h-6l5 -${height / 2}z" class="notch"/><path d="M-3 ${middle - 3}l3 3l-3 3" class="arrow"/></svg>`,
  ];
  return html`${parts}`;
}

function marks(policy: PolicyReport, scale: Duration, bottom: number): Markup | null {
  if (policy === null) return null;
  const at = (days: number): string => percent(((days * DAY) / scale) * 100);
  const [rotate, most] = [at(policy.rotateAfterDays), at(policy.maxKeyAgeDays)];
  return html`<line class="mark" x1="${rotate}" x2="${rotate}" y2="${bottom}"/>
    <line class="mark most" x1="${most}" x2="${most}" y2="${bottom}"/>`;
}

/** They stand left and right of their marks, so that they never meet however near the two are. */
function labels(policy: PolicyReport, scale: Duration): Markup | null {
  if (policy === null) return null;
  const { rotateAfterDays, maxKeyAgeDays } = policy;
  const rotate = ((rotateAfterDays * DAY) / scale) * 100;
  return html`<text class="label" x="${percent(rotate)}" y="31" ${rotate > 30 && html`text-anchor="end"`}>rotate ${shortPolicySpanOf(rotateAfterDays * DAY)}</text>
    <text class="label" x="${percent(((maxKeyAgeDays * DAY) / scale) * 100)}" y="31">max ${shortPolicySpanOf(maxKeyAgeDays * DAY)}</text>`;
}

function ageTitle(slot: string, { age, overdueSince }: KeyReport, policy: PolicyReport): string {
  const allowed =
    policy === null
      ? ''
      : ` Rotated after ${policySpanOf(policy.rotateAfterDays * DAY)}, at most ${policySpanOf(policy.maxKeyAgeDays * DAY)} old.`;
  return `${slot} key: ${age}.${overdueSince === null ? '' : ' Overdue.'}${allowed}`;
}

const percent = (part: number): string => `${Math.round(part * 10) / 10}%`;
