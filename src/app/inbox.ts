import { takeUp } from '../core/evidence.ts';
import type { Duration, Instant, TargetState } from '../core/model.ts';
import type { Inbox, KnownRequest, LedgerRecord } from './ports.ts';

/** Within this time the same request id answers with the same rotation. */
const REMEMBERED: Duration = 7 * 24 * 60 * 60_000;
/** The `state` row stays small whatever is asked. */
const MOST_REQUESTS = 100;

/** Takes up what triggers have left. Order and repetition do not matter: older than what is known changes nothing. */
export function takeUpInbox(record: LedgerRecord, inbox: readonly Inbox[], now: Instant): LedgerRecord {
  return [...inbox].sort((a, b) => a.at - b.at).reduce((taken, row) => takeUpRow(taken, row, now), record);
}

function takeUpRow(record: LedgerRecord, row: Inbox, now: Instant): LedgerRecord {
  const { state } = record;
  if (row.kind === 'ack') {
    return { ...record, state: { ...state, evidence: takeUp(state.evidence, row) } };
  }
  if (record.requests.some(({ id }) => id === row.id)) return record;
  const requests = remembered(
    [...record.requests, { id: row.id, at: row.at, rotation: state.rotation?.id ?? null }],
    now,
  );
  return { ...record, requests, state: state.rotation === null ? withPending(state, row) : state };
}

const withPending = (state: TargetState, request: Extract<Inbox, { kind: 'request' }>): TargetState => {
  const { id, at, who, why, acceptUnknownConsumers } = request;
  return { ...state, pending: [...state.pending, { id, at, who, why, acceptUnknownConsumers }] };
};

const remembered = (requests: readonly KnownRequest[], now: Instant): readonly KnownRequest[] =>
  requests.filter(({ at }) => now - at < REMEMBERED).slice(-MOST_REQUESTS);
