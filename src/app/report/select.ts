import { SEVERITIES } from '../../core/finding-codes.ts';
import { type Instant, SLOTS } from '../../core/model.ts';
import { attentionOfTarget } from './attention.ts';
import type { Entry } from './entry.ts';
import type { ReportQuery } from './query.ts';

/** The entries that a query asks for, in its order. */
export function select(entries: readonly Entry[], query: ReportQuery, now: Instant): readonly Entry[] {
  return entries.filter((entry) => isAskedFor(entry, query, now)).sort(byOrder(query.sort, now));
}

function isAskedFor(entry: Entry, { search, verdict, severity, show }: ReportQuery, now: Instant): boolean {
  const text = search.trim().toLowerCase();
  const isNamed = entry.name.includes(text) || entry.resourceId.includes(text);
  const isGrave =
    severity === null || SEVERITIES.slice(0, SEVERITIES.indexOf(severity) + 1).some((s) => entry.tally[s] > 0);
  return isNamed && isGrave && (verdict === null || entry.verdict === verdict) && SHOWN[show](entry, now);
}

export const isOverdue = ({ keys }: Entry): boolean => SLOTS.some((slot) => keys[slot].overdueSince !== null);

const SHOWN: Readonly<Record<ReportQuery['show'], (entry: Entry, now: Instant) => boolean>> = {
  all: () => true,
  attention: (entry, now) => attentionOfTarget(entry, now).length > 0,
  overdue: isOverdue,
  rotating: ({ rotating }) => rotating,
  held: ({ condition }) => condition !== null,
};

type Order = (a: Entry, b: Entry) => number;

const byName: Order = (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** Unknown comes first where it is the worse: an age without a bound, a target never looked at. */
function byOrder(sort: ReportQuery['sort'], now: Instant): Order {
  if (sort === 'name') return byName;
  const orders: Readonly<Record<typeof sort, (entry: Entry) => number>> = {
    attention: (entry) => rankOf(entry, now),
    age: ({ keys }) => Math.min(...SLOTS.map((slot) => keys[slot].madeAfter ?? 0)),
    due: ({ keys }) => Math.min(...SLOTS.map((slot) => keys[slot].dueAt ?? Number.MAX_SAFE_INTEGER)),
    observed: ({ observedAt }) => observedAt ?? 0,
  };
  const keyOf = orders[sort];
  return (a, b) => keyOf(a) - keyOf(b) || b.tally.high - a.tally.high || byName(a, b);
}

function rankOf(entry: Entry, now: Instant): number {
  const ranks = attentionOfTarget(entry, now).map(({ severity }) => SEVERITIES.indexOf(severity));
  return Math.min(SEVERITIES.length, ...ranks);
}
