import { createHash } from 'node:crypto';
import { LedgerCorrupted } from '../app/errors.ts';
import type {
  Inbox,
  InboxRow,
  LedgerGlance,
  LedgerRecord,
  LedgerSummary,
  PostureRecord,
  Receipt,
  SlotSummary,
} from '../app/ports.ts';
import { CONDITIONS } from '../core/codes.ts';
import { contentOf } from '../core/evidence.ts';
import type { LocalAuth, Verdict } from '../core/local-auth.ts';
import {
  type Condition,
  type Freeze,
  type Instant,
  parseResourceId,
  type ResourceId,
  type TargetState,
} from '../core/model.ts';
import { tallyOf } from '../core/severity.ts';
import {
  anObject,
  type Check,
  decode,
  type Encoded,
  encode,
  filled,
  type Later,
  list,
  number,
  orNull,
  type Row,
  type Shape,
  something,
  text,
  truth,
} from './table-row.ts';

export const STATE = 'state';
export const FREEZE = 'freeze';
const REQUEST = 'request|';
const ACK = 'ack|';
const ORDER = 'order|';
const TIP = 'tip|';
const SIGHTING = 'sighting|';
const OUTBOX = 'out|';

/** Keys refuse `/`, and no resource id holds a `|`. */
export const partitionOf = (resource: ResourceId): string => resource.replaceAll('/', '|');
/** null for a partition that is not a resource's. */
export const resourceOf = (partitionKey: string): ResourceId | null =>
  parseResourceId(partitionKey.replaceAll('|', '/'));

export const seqKey = (seq: number): string => String(seq).padStart(10, '0');
export const outboxKey = (seq: number): string => `${OUTBOX}${seqKey(seq)}`;
export const isInbox = (rowKey: string): boolean =>
  [REQUEST, ACK, ORDER, TIP, SIGHTING].some((kind) => rowKey.startsWith(kind));
export const isOutbox = (rowKey: string): boolean => rowKey.startsWith(OUTBOX);

/** The same request, order or ack has the same key, so that a repetition adds no row. Ids come from outside, and keys refuse `/ \ # ?`. */
export function inboxKey(row: InboxRow): string {
  if (row.kind === 'request') return `${REQUEST}${hashOf(row.id)}`;
  // An event's id is not a person's.
  if (row.kind === 'tip') return `${TIP}${hashOf(JSON.stringify([row.trusted, row.id]))}`;
  if (row.kind === 'sighting') return `${SIGHTING}${hashOf(row.id)}`;
  if (row.kind === 'order') return `${ORDER}${hashOf(JSON.stringify([row.order.is, row.id]))}`;
  return `${ACK}${row.consumer}|${hashOf(JSON.stringify([row.secret, row.shows.by, String(contentOf(row.shows) ?? '')]))}`;
}

/** `wakesAt` is there for people and their queries; `wakeAt` is read back. */
export const encodeRecord = (record: LedgerRecord): Encoded => ({
  ...encode({ ...record, ...inShort(record) }),
  wakesAt: new Date(record.wakeAt).toISOString(),
});

/** What a sweep and a report's list want to know of the record, in properties of their own: with whole states a page of a thousand rows would be megabytes. */
export function inShort({ state, condition, posture, findings }: LedgerRecord): InShort {
  const { name, firstObservedAt, observedAt, rotation, intent, publishing } = state;
  return {
    name,
    open: [rotation, intent, publishing].some((begun) => begun !== null),
    firstObservedAt,
    observedAt,
    held: condition && { code: condition.code, since: condition.since },
    verdict: posture?.localAuth.verdict ?? null,
    tally: tallyOf(findings),
  };
}

interface InShort extends Pick<LedgerGlance, 'firstObservedAt' | 'observedAt' | 'verdict' | 'tally' | 'open'> {
  readonly name: string;
  /** The condition, whose detail may be long. */
  readonly held: LedgerGlance['condition'];
}

export function decodeRecord(resource: ResourceId, row: Row): LedgerRecord {
  const record = decode<LedgerRecord>(resource, STATE, row, recordShape, CAME_LATER);
  if (record.state.resourceId !== resource) throw new LedgerCorrupted(resource, STATE);
  return record;
}

export const encodeInbox = (row: InboxRow): Encoded => encode(row);

export function decodeInbox(resource: ResourceId, row: Row): Inbox {
  const { rowKey, etag, timestamp } = row as {
    readonly rowKey: string;
    readonly etag: string;
    readonly timestamp: string;
  };
  const content = inboxContent(resource, rowKey, row);
  return { ...content, rowKey, etag, at: Date.parse(timestamp) };
}

function inboxContent(resource: ResourceId, rowKey: string, row: Row): InboxRow {
  if (rowKey.startsWith(REQUEST))
    return decode<Request>(resource, rowKey, row, requestShape, { reason: null, joins: null });
  if (rowKey.startsWith(ORDER)) return decode<OrderRow>(resource, rowKey, row, orderShape);
  if (rowKey.startsWith(TIP)) return decode<TipRow>(resource, rowKey, row, tipShape);
  if (rowKey.startsWith(SIGHTING)) return decode<SightingRow>(resource, rowKey, row, sightingShape);
  return decode<Ack>(resource, rowKey, row, ackShape);
}

export const encodeFreeze = (freeze: Freeze): Encoded => encode(freeze);

export const decodeFreeze = (resource: ResourceId | 'fleet', row: Row): Freeze =>
  decode<Freeze>(resource, FREEZE, row, freezeShape);

export const encodeReceipt = (receipt: Receipt): Encoded => encode(receipt);

export function decodeReceipt(resource: ResourceId, row: Row): Receipt {
  const receipt = decode<Receipt>(resource, String(row.rowKey), row, receiptShape);
  if (receipt.resource !== resource) throw new LedgerCorrupted(resource, String(row.rowKey));
  return receipt;
}

/** The properties that `summarise` needs of a row. */
export const SUMMARY = [
  ...['partitionKey', 'rowKey', 'timestamp'],
  ...['wakeAt', 'lease', 'stuckSince', 'name', 'open', 'observedAt'],
] as const;

/** One row more of a resource. Whatever cannot be read here shows when the target is opened, so it is due at once. */
export function summarise(summary: LedgerSummary, row: Row): LedgerSummary {
  const rowKey = String(row.rowKey);
  if (rowKey !== STATE) {
    return {
      ...summary,
      hasInbox: summary.hasInbox || isInbox(rowKey),
      hasOutbox: summary.hasOutbox || isOutbox(rowKey),
    };
  }
  return {
    ...summary,
    name: understood<string>(row.name, text),
    open: row.open !== 'false',
    stuckSince: understood<Instant>(row.stuckSince, number),
    wakeAt: understood<Instant>(row.wakeAt, number),
    observedAt: understood<Instant>(row.observedAt, number),
    writtenAt: Date.parse(String(row.timestamp)),
    leased: row.lease !== 'null',
  };
}

/** The properties that `glanceOf` needs of a `state` row. */
export const GLANCE = [
  ...['partitionKey', 'name', 'open', 'firstObservedAt', 'observedAt', 'phase'],
  ...['held', 'stuckSince', 'slots', 'verdict', 'tally'],
] as const;

/** A property that cannot be understood is left out: one row that was changed by hand does not spoil the list of all. */
export function glanceOf(resource: ResourceId, row: Row): LedgerGlance {
  return {
    resource,
    name: understood<string>(row.name, text),
    firstObservedAt: understood<Instant>(row.firstObservedAt, number),
    observedAt: understood<Instant>(row.observedAt, number),
    phase: understood<LedgerGlance['phase']>(row.phase, text),
    condition: understood<LedgerGlance['condition']>(row.held, anObject(heldShape)),
    stuckSince: understood<Instant>(row.stuckSince, number),
    slots: understood<LedgerGlance['slots']>(row.slots, anObject(slotsShape), CAME_LATER.slots),
    verdict: understood<Verdict>(row.verdict, (value) => typeof value === 'string' && Object.hasOwn(VERDICTS, value)),
    tally: understood<LedgerGlance['tally']>(row.tally, anObject(tallyShape)) ?? tallyOf([]),
    open: row.open !== 'false',
  };
}

function understood<T>(json: unknown, check: Check, later: Later = {}): T | null {
  try {
    const value = filled(JSON.parse(String(json)), later);
    return check(value) ? (value as T) : null;
  } catch {
    return null;
  }
}

/** For row keys: they refuse `/ \ # ?`, and ids may hold them. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 32);
}

type Request = Extract<InboxRow, { kind: 'request' }>;
type Ack = Extract<InboxRow, { kind: 'ack' }>;
type OrderRow = Extract<InboxRow, { kind: 'order' }>;
type TipRow = Extract<InboxRow, { kind: 'tip' }>;
type SightingRow = Extract<InboxRow, { kind: 'sighting' }>;

/** What rows of the version before lack, and what that means. */
const CAME_LATER = {
  state: { tips: [], compromisedAt: [], sightings: [] },
  pausedAt: null,
  overdueAlertedAt: null,
  posture: null,
  past: [],
  slots: { primary: { fingerprint: null }, secondary: { fingerprint: null } },
} as const satisfies Later;

const slot = anObject<SlotSummary>({ fingerprint: orNull(text), role: text, age: something });
const slotsShape: Shape<NonNullable<LedgerRecord['slots']>> = { primary: slot, secondary: slot };

const recordShape: Shape<LedgerRecord> = {
  state: anObject<TargetState>({
    resourceId: text,
    name: text,
    firstObservedAt: orNull(number),
    observedAt: orNull(number),
    rotation: orNull(something),
    intent: orNull(something),
    publishing: orNull(something),
    failed: orNull(something),
    activeSlot: orNull(text),
    keys: anObject({ primary: orNull(something), secondary: orNull(something) }),
    publications: something,
    evidence: list,
    pending: list,
    asked: something,
    troubles: list,
    rollBack: orNull(something),
    pausedUntil: orNull(number),
    tips: list,
    compromisedAt: list,
    sightings: list,
  }),
  phase: text,
  findings: list,
  condition: orNull(something),
  requests: list,
  receiptedWait: orNull(text),
  wakeAt: number,
  pausedAt: orNull(number),
  attempt: number,
  stuckSince: orNull(number),
  overdueAlertedAt: orNull(number),
  slots: orNull(anObject(slotsShape)),
  posture: orNull(
    anObject<PostureRecord>({
      resource: something,
      surroundings: orNull(something),
      publications: list,
      localAuth: anObject<LocalAuth>({ verdict: text, reasons: list }),
    }),
  ),
  past: list,
  awaiting: list,
  head: anObject({ seq: number, hash: text, at: number }),
  lease: orNull(anObject({ worker: text, write: number })),
};

const heldShape: Shape<Pick<Condition, 'code' | 'since'>> = {
  // One that a later version wrote is not ours to judge.
  code: (value) => typeof value === 'string' && Object.hasOwn(CONDITIONS, value),
  since: number,
};
const tallyShape: Shape<LedgerGlance['tally']> = { high: number, medium: number, low: number, info: number };
const VERDICTS: Readonly<Record<Verdict, true>> = {
  Disabled: true,
  DisableNow: true,
  MigrateFirst: true,
  Unknown: true,
};

const requestShape: Shape<Request> = {
  kind: (value) => value === 'request',
  id: text,
  who: text,
  why: orNull(text),
  acceptUnknownConsumers: truth,
  force: truth,
  reason: orNull(text),
  joins: orNull(text),
};

const ackShape: Shape<Ack> = {
  kind: (value) => value === 'ack',
  consumer: text,
  secret: text,
  shows: something,
};

const tipShape: Shape<TipRow> = {
  kind: (value) => value === 'tip',
  id: text,
  who: text,
  why: orNull(text),
  fingerprint: orNull(text),
  slot: orNull(text),
  reportedAt: number,
  onTimeout: orNull(text),
  trusted: truth,
};

const sightingShape: Shape<SightingRow> = {
  kind: (value) => value === 'sighting',
  id: text,
  code: text,
  who: orNull(text),
  detail: orNull(text),
};

const orderShape: Shape<OrderRow> = {
  kind: (value) => value === 'order',
  id: text,
  order: anObject({ is: text, rotation: text, who: text, why: text }),
};

const freezeShape: Shape<Freeze> = {
  scope: (value) => value === 'target' || value === 'fleet',
  until: number,
  who: text,
  why: text,
};

const receiptShape: Shape<Receipt> = {
  seq: number,
  at: text,
  resource: text,
  rotation: orNull(text),
  step: text,
  actor: text,
  data: something,
  prev: text,
  hash: text,
};
