import { createHash } from 'node:crypto';
import { LedgerCorrupted } from '../app/errors.ts';
import type {
  Inbox,
  InboxRow,
  KnownRequest,
  LedgerGlance,
  LedgerRecord,
  LedgerSummary,
  Order,
  PastRotation,
  Receipt,
  SlotSummary,
} from '../app/ports.ts';
import { CONDITIONS } from '../core/codes.ts';
import { contentOf } from '../core/evidence.ts';
import { FINDINGS } from '../core/finding-codes.ts';
import type { Finding } from '../core/findings.ts';
import type { Verdict } from '../core/local-auth.ts';
import { type Condition, type Freeze, type Instant, parseResourceId, type ResourceId } from '../core/model.ts';
import { tallyOf } from '../core/severity.ts';
import { posture, verdict } from './posture-shape.ts';
import {
  anObject,
  type Check,
  count,
  instant,
  listOf,
  oneOf,
  optional,
  orNull,
  type Shape,
  something,
  text,
  told,
} from './shape.ts';
import {
  arriving,
  awaited,
  conditionCode,
  conditionShape,
  fingerprint,
  freezeShape,
  keyAge,
  phase,
  reason,
  role,
  secretId,
  shows,
  slot,
  state,
} from './state-shape.ts';
import { decode, type Encoded, encode, filled, type Later, type Row } from './table-row.ts';

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
  // A later version may know more of them. Each look finds them anew, so that none is lost.
  return { ...record, findings: record.findings.filter(({ code }) => isFindingCode(code)) };
}

const isFindingCode = (code: string): boolean => Object.hasOwn(FINDINGS, code) || Object.hasOwn(CONDITIONS, code);

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

export const decodeFreeze = (resource: ResourceId, row: Row): Freeze =>
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
    stuckSince: understood<Instant>(row.stuckSince, instant),
    wakeAt: understood<Instant>(row.wakeAt, instant),
    observedAt: understood<Instant>(row.observedAt, instant),
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
    firstObservedAt: understood<Instant>(row.firstObservedAt, instant),
    observedAt: understood<Instant>(row.observedAt, instant),
    phase: understood<LedgerGlance['phase']>(row.phase, phase),
    condition: understood<LedgerGlance['condition']>(row.held, anObject(heldShape)),
    stuckSince: understood<Instant>(row.stuckSince, instant),
    slots: understood<LedgerGlance['slots']>(row.slots, anObject(slotsShape), CAME_LATER.slots),
    verdict: understood<Verdict>(row.verdict, verdict),
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
  state: {
    ...{ tips: [], compromisedAt: [], sightings: [] },
    // Of a key that we made ourselves it was left out.
    keys: { primary: { notSeenAt: null }, secondary: { notSeenAt: null } },
  },
  pausedAt: null,
  overdueAlertedAt: null,
  posture: null,
  past: [],
  slots: { primary: { fingerprint: null }, secondary: { fingerprint: null } },
} as const satisfies Later;

const slotSummary = anObject<SlotSummary>({ fingerprint: orNull(fingerprint), role, age: keyAge });
const slotsShape: Shape<NonNullable<LedgerRecord['slots']>> = { primary: slotSummary, secondary: slotSummary };

/** What a finding is seen in differs from one to the other; the report reads of it what it finds. */
const finding = anObject<Finding>({
  code: text,
  secrets: listOf(secretId),
  versions: listOf(text),
  detail: optional(something),
});

const knownRequest = anObject<KnownRequest>({
  id: text,
  origin: optional(oneOf('request', 'tip', 'event')),
  at: instant,
  rotation: orNull(text),
});

const pastRotation = anObject<PastRotation>({
  id: text,
  reason,
  startedAt: instant,
  endedAt: instant,
  end: oneOf('completed', 'rolled-back', 'forgotten'),
});

const recordShape: Shape<LedgerRecord> = {
  state,
  phase,
  findings: listOf(finding),
  condition: orNull(anObject<NonNullable<LedgerRecord['condition']>>({ ...conditionShape, alertedAt: instant })),
  requests: listOf(knownRequest),
  receiptedWait: orNull(phase),
  wakeAt: instant,
  pausedAt: orNull(instant),
  attempt: count,
  stuckSince: orNull(instant),
  overdueAlertedAt: orNull(instant),
  slots: orNull(anObject(slotsShape)),
  posture: orNull(posture),
  past: listOf(pastRotation),
  awaiting: listOf(awaited),
  head: anObject<LedgerRecord['head']>({ seq: count, hash: text, at: instant }),
  lease: orNull(anObject<NonNullable<LedgerRecord['lease']>>({ worker: text, write: count })),
};

const heldShape: Shape<Pick<Condition, 'code' | 'since'>> = {
  code: conditionCode,
  since: instant,
};
const tallyShape: Shape<LedgerGlance['tally']> = { high: count, medium: count, low: count, info: count };

const requestShape: Shape<Request> = { kind: oneOf('request'), ...arriving.request, joins: optional(orNull(text)) };

const ackShape: Shape<Ack> = { kind: oneOf('ack'), consumer: text, secret: secretId, shows };

const tipShape: Shape<TipRow> = { kind: oneOf('tip'), ...arriving.tip };

const sightingShape: Shape<SightingRow> = { kind: oneOf('sighting'), id: text, ...arriving.sighting };

const ordered = { rotation: text, who: text, why: text };

const orderShape: Shape<OrderRow> = {
  kind: oneOf('order'),
  id: text,
  order: told<Order['is']>('is', {
    'roll-back': anObject({ ...ordered, slot, fingerprint, until: instant }),
    retire: anObject({ ...ordered, fingerprint, givenUp: listOf(text) }),
    forget: anObject(ordered),
  }),
};

const receiptShape: Shape<Receipt> = {
  seq: count,
  at: text,
  resource: text,
  rotation: orNull(text),
  step: phase,
  actor: text,
  data: something,
  prev: text,
  hash: text,
};
