import { isCompromised } from '../core/compromise.ts';
import { takeUp } from '../core/evidence.ts';
import { type Duration, type Instant, type Sighting, SLOTS, type TargetState, type Tip } from '../core/model.ts';
import { withSighting } from '../core/sightings.ts';
import { replacesBoth } from './joins.ts';
import { originOf, wasAsked } from './known-requests.ts';
import type { Inbox, KnownRequest, LedgerRecord, Order } from './ports.ts';

/** Within this time the same request id answers with the same rotation. */
const REMEMBERED: Duration = 7 * 24 * 60 * 60_000;
/** The `state` row stays small whatever is asked. */
const MOST_REQUESTS = 100;
/** One of them is enough to begin; the newest say how. */
const MOST_PENDING = 20;
/** Room for junk, and beyond it for what a person says or what names a key that is there. */
const MOST_TIPS = 20;
const MOST_SERIOUS_TIPS = 100;

type RowOf<K extends Inbox['kind']> = Extract<Inbox, { readonly kind: K }>;

/** Takes up what triggers have left. Order and repetition do not matter: older than what is known changes nothing. */
export function takeUpInbox(record: LedgerRecord, inbox: readonly Inbox[], now: Instant): LedgerRecord {
  return [...inbox].sort((a, b) => a.at - b.at).reduce((taken, row) => takeUpRow(taken, row, now), record);
}

function takeUpRow(record: LedgerRecord, row: Inbox, now: Instant): LedgerRecord {
  switch (row.kind) {
    case 'ack':
      return {
        ...record,
        state: { ...record.state, evidence: takeUp(record.state.evidence, { ...row, wasAsked: false }) },
      };
    case 'request':
      return takeUpRequest(record, row, now);
    case 'order':
      return { ...record, state: obey(record.state, row.order) };
    case 'tip':
      return takeUpTip(record, row, now);
    case 'sighting':
      return {
        ...record,
        state: { ...record.state, sightings: withSighting(record.state.sightings, sightingIn(row), now) },
      };
    default:
      return row satisfies never;
  }
}

function takeUpRequest(record: LedgerRecord, row: RowOf<'request'>, now: Instant): LedgerRecord {
  const { state } = record;
  if (wasAsked(record.requests, row)) return record;
  const joins = state.rotation !== null && replacesBoth(state);
  // It may have completed since its sender was told, and before anybody came to read the row.
  const joined = record.past.find(({ id, end }) => id === row.joins && end === 'completed')?.id ?? null;
  const rotation = joins ? (state.rotation?.id ?? null) : joined;
  const requests = remembered([...record.requests, { id: row.id, at: row.at, origin: originOf(row), rotation }], now);
  if (state.rotation !== null && joins) {
    // Whoever insists does not wait for a window with the rotation that is joined, either.
    const ignoresWindows = state.rotation.ignoresWindows || row.force;
    return { ...record, requests, state: { ...state, rotation: { ...state.rotation, ignoresWindows } } };
  }
  if (joined !== null) return { ...record, requests };
  const { id, at, who, why, acceptUnknownConsumers, force, reason } = row;
  const pending = [...state.pending, { id, at, who, why, acceptUnknownConsumers, force, reason }].slice(-MOST_PENDING);
  return { ...record, requests, state: { ...state, pending } };
}

/**
 * The same id within 7 days is the same tip, whether it was answered since or waits. Of too many the least serious are
 * dropped, and not remembered, so that they may be reported again.
 */
function takeUpTip(record: LedgerRecord, row: RowOf<'tip'>, now: Instant): LedgerRecord {
  const { state } = record;
  if (wasAsked(record.requests, row)) return record;
  const { id, at, who, why, fingerprint, slot, reportedAt, onTimeout, trusted } = row;
  const tip = { id, at, who, why, fingerprint, slot, reportedAt, onTimeout, trusted };
  const tips = [...state.tips, tip]
    .toSorted((a, b) => gravityOf(b, state) - gravityOf(a, state))
    .filter((each, i) => i < (gravityOf(each, state) > 1 ? MOST_SERIOUS_TIPS : MOST_TIPS));
  if (!tips.includes(tip)) return record;
  const known = { id, at, origin: originOf(row), rotation: state.rotation?.id ?? null };
  return { ...record, requests: remembered([...record.requests, known], now), state: { ...state, tips } };
}

/** A person's word goes before what names a key that is there; a flood names none, or one that nobody has seen. */
function gravityOf({ trusted, fingerprint }: Tip, { keys }: TargetState): number {
  if (trusted) return 3;
  if (fingerprint === null) return 0;
  return SLOTS.some((slot) => keys[slot]?.fingerprint === fingerprint) ? 2 : 1;
}

/** The tips among these rows that there was no room for. */
export const droppedTips = (inbox: readonly Inbox[], { requests, state }: LedgerRecord): readonly RowOf<'tip'>[] =>
  inbox.filter(
    (row): row is RowOf<'tip'> =>
      row.kind === 'tip' && !wasAsked(requests, row) && !state.tips.some(({ id }) => id === row.id),
  );

const sightingIn = ({ code, at, who, detail }: RowOf<'sighting'>): Sighting => ({ code, at, who, detail });

const remembered = (requests: readonly KnownRequest[], now: Instant): readonly KnownRequest[] =>
  requests.filter(({ at }) => now - at < REMEMBERED).slice(-MOST_REQUESTS);

/** An order for a rotation that has ended, or a key that is being regenerated, comes too late and changes nothing. */
function obey(state: TargetState, order: Order): TargetState {
  const { rotation, intent } = state;
  if (rotation === null || rotation.id !== order.rotation) return state;
  const { who, why } = order;
  switch (order.is) {
    case 'roll-back': {
      const { slot, fingerprint, until } = order;
      const isLeaked = rotation.condemned.some((c) => c.fingerprint === fingerprint && isCompromised(c));
      return isLeaked || intent?.slot === slot ? state : { ...state, rollBack: { slot, fingerprint, who, why, until } };
    }
    case 'retire': {
      const { fingerprint } = order;
      const givenUp = order.givenUp.map((consumer) => ({ consumer, fingerprint, who, why }));
      return { ...state, rotation: { ...rotation, givenUp: [...rotation.givenUp, ...givenUp] } };
    }
    // Only an orphan is forgotten, and that is not looked at here: see reconcile.ts.
    case 'forget':
      return state;
    default:
      return order satisfies never;
  }
}
