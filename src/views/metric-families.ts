import type { Entry, EntryKey } from '../app/report/entry.ts';
import { SEVERITIES } from '../core/finding-codes.ts';
import type { Instant } from '../core/model.ts';

/** One metric of each target, or of each key. */
export interface Family<Of> {
  readonly name: string;
  readonly help: string;
  /** Its label beside those that tell the target and the key; null where these are all. */
  readonly label: string | null;
  /** By the value of that label. What is unknown has no series: 0 would be an answer. */
  readonly of: (it: Of, now: Instant) => readonly (readonly [own: string, value: number])[];
}

export const OF_KEYS: readonly Family<EntryKey>[] = [
  measure(
    'key_oldest_age_seconds',
    'Age of the key if it is as old as it can be. No series where nobody knows.',
    ({ madeAfter }, now) => (madeAfter === null ? null : secondsBetween(madeAfter, now)),
  ),
  measure(
    'key_youngest_age_seconds',
    'Age of the key if it is as young as it can be. No series where nobody knows.',
    ({ madeBefore }, now) => (madeBefore === null ? null : secondsBetween(madeBefore, now)),
  ),
  measure(
    'key_due_timestamp_seconds',
    'When the rotation of the key is due. No series where it is never due by itself.',
    ({ dueAt }) => (dueAt === null ? null : dueAt / 1000),
  ),
  measure(
    'key_overdue',
    'Whether the key may be older than maxKeyAge. No series where nobody knows.',
    ({ madeAfter, overdueSince }) => (overdueSince !== null ? 1 : madeAfter !== null ? 0 : null),
  ),
  state('key_role', 'role', 'The role of the key.', ({ role }) => role),
];

export const OF_TARGETS: readonly Family<Entry>[] = [
  state('target_phase', 'phase', 'The phase of the target.', ({ phase }) => phase),
  state(
    'target_condition',
    'condition',
    'Why the target is held. No series where it is not held.',
    ({ condition }) => condition?.code ?? null,
  ),
  state(
    'target_verdict',
    'verdict',
    'Whether local authentication of the target should be disabled.',
    ({ verdict }) => verdict,
  ),
  measure('target_stalled', 'Whether the target is stalled, or has failed too often.', ({ stuckSince }) =>
    stuckSince === null ? 0 : 1,
  ),
  measure('target_rotating', 'Whether a rotation of the target is open.', ({ rotating }) => (rotating ? 1 : 0)),
  measure(
    'target_observed_timestamp_seconds',
    'When the target was last observed. No series before the first time.',
    ({ observedAt }) => (observedAt === null ? null : observedAt / 1000),
  ),
  {
    name: 'target_findings',
    help: 'How many findings the target has. No series before it is first observed.',
    label: 'severity',
    of: ({ observedAt, tally }) =>
      observedAt === null ? [] : SEVERITIES.map((severity) => [severity, tally[severity]] as const),
  },
];

function measure<Of>(name: string, help: string, of: (it: Of, now: Instant) => number | null): Family<Of> {
  const samples: Family<Of>['of'] = (it, now) => {
    const value = of(it, now);
    return value === null ? [] : [['', value]];
  };
  return { name, help, label: null, of: samples };
}

/** Told by the label of one series, which is 1. A series for each thing that it is not would be ten times as many. */
function state<Of>(name: string, label: string, help: string, of: (it: Of) => string | null): Family<Of> {
  const samples: Family<Of>['of'] = (it) => {
    const value = of(it);
    return value === null ? [] : [[value, 1]];
  };
  return { name, help, label, of: samples };
}

/** The clocks of two services may differ by a little, and no age is negative. */
const secondsBetween = (from: Instant, to: Instant): number => Math.max(0, to - from) / 1000;
