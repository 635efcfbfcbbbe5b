import type { TargetReport } from '../app/report/schema.ts';
import type { Duration, Instant } from '../core/model.ts';
import { html, type Markup } from './markup.ts';
import { several } from './names.ts';
import { reasonWords } from './rotation.ts';
import { clockOf, DAY, dayOf, instantOf, monthOf, policySpanOf, spanOf, when } from './times.ts';

type Past = TargetReport['past'][number];
type End = Past['end'] | 'running';

/** A rotation as it is drawn; the running one ends now. */
interface Turn {
  readonly reason: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly end: End;
}

const END_WORDS: Readonly<Record<End, string>> = {
  completed: 'completed',
  'rolled-back': 'rolled back',
  forgotten: 'forgotten',
  running: 'under way',
};

/** Rotations of the last two maxKeyAge, as a line and as a list: a line alone tells a screen reader nothing. */
export function timeline(target: TargetReport, now: Instant, most: number): Markup {
  const turns = turnsOf(target);
  if (turns.length === 0) return html`<p class="muted">No rotation has ended yet, and none runs.</p>`;
  const span = (target.policy === null ? 90 : target.policy.maxKeyAgeDays) * DAY * 2;
  const newest = turns.toReversed().slice(0, most);
  const before = turns.length - newest.length;
  return html`${drawn(turns, now - span, now)}
    <ul class="turns">${newest.map((turn) => line(turn, now))}</ul>
    ${before > 0 && html`<p class="muted">And ${several(before, 'rotation')} before.</p>`}`;
}

function turnsOf({ past, rotation }: TargetReport): readonly Turn[] {
  if (rotation === null) return past;
  return [...past, { reason: rotation.reason, startedAt: rotation.startedAt, endedAt: null, end: 'running' }];
}

function line({ reason, startedAt, endedAt, end }: Turn, now: Instant): Markup {
  const took = (endedAt === null ? now : instantOf(endedAt)) - instantOf(startedAt);
  return html`<li><span class="turn-key ${end}"></span> <span>${when(startedAt, now)}</span>
    <span class="turn-end"><b>${END_WORDS[end]}</b> <span>${endedAt === null ? 'for' : 'after'} ${spanOf(Math.max(0, took))}</span> <span>${reasonWords(reason)}</span></span></li>`;
}

function drawn(turns: readonly Turn[], from: Instant, to: Instant): Markup {
  const shown = turns.filter(({ endedAt }) => endedAt === null || instantOf(endedAt) >= from);
  const x = (instant: Instant): string => percent(Math.min(1, Math.max(0, (instant - from) / (to - from))));
  return html`<svg class="timeline" role="img" width="100%" height="52">
    <title>${titleOf(shown, to - from)}</title>
    ${ticksOf(from, to).map(
      ({ at, label }) =>
        html`<line class="tick" x1="${x(at)}" x2="${x(at)}" y1="0" y2="34"/><text class="label" x="${x(at)}" y="48" ${anchor((at - from) / (to - from))}>${label}</text>`,
    )}
    <line class="base" x1="0" x2="100%" y1="18" y2="18"/>
    <line class="tick now" x1="100%" x2="100%" y1="4" y2="34"/><text class="label" x="100%" y="48" text-anchor="end">now</text>
    ${shown.map(({ startedAt, endedAt, end }) => {
      const [start, stop] = [instantOf(startedAt), endedAt === null ? to : instantOf(endedAt)];
      return html`<line class="turn ${end}" x1="${x(start)}" x2="${x(stop)}" y1="18" y2="18"/>`;
    })}
  </svg>`;
}

function titleOf(turns: readonly Turn[], span: Duration): string {
  const each = turns.map(({ startedAt, end }) => `${dayOf(instantOf(startedAt))} ${END_WORDS[end]}`);
  return `Rotations of the last ${policySpanOf(span)}: ${each.length === 0 ? 'none' : each.join(', ')}.`;
}

const anchor = (part: number): Markup | null => (part < 0.04 ? null : html`text-anchor="middle"`);

/** The round times of a line, at most seven; none so near the right end that its label would meet `now`. */
function ticksOf(from: Instant, to: Instant): readonly { readonly at: Instant; readonly label: string }[] {
  const span = to - from;
  const ticks = span > 45 * DAY ? months(from, to) : evenly(from, to);
  return ticks.filter(({ at }) => (to - at) / span > 0.1);
}

const STEPS: readonly Duration[] = [1 / 1440, 5 / 1440, 15 / 1440, 1 / 24, 3 / 24, 6 / 24, 1, 2, 7].map(
  (days) => days * DAY,
);

function evenly(from: Instant, to: Instant) {
  const step = STEPS.find((each) => (to - from) / each <= 6) ?? 7 * DAY;
  const first = Math.ceil(from / step) * step;
  const count = Math.min(7, Math.floor((to - first) / step) + 1);
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    const at = first + index * step;
    return { at, label: step < DAY ? clockOf(at) : dayOf(at).replace(/ \d+$/, '') };
  });
}

function months(from: Instant, to: Instant) {
  const apart = Math.max(1, Math.ceil((to - from) / (30.44 * DAY) / 6));
  const start = new Date(from);
  return Array.from({ length: 7 }, (_, index) => {
    const at = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1 + index * apart);
    return { at, label: monthOf(at) };
  }).filter(({ at }) => at < to);
}

const percent = (part: number): string => `${Math.round(part * 1_000) / 10}%`;
