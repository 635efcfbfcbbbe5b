import { createHash } from 'node:crypto';
import { LedgerCorrupted } from '../app/errors.ts';
import type { Inbox, InboxRow, LedgerRecord, LedgerSummary, Receipt } from '../app/ports.ts';
import { parseResourceId, type ResourceId, type Shows, type TargetState } from '../core/model.ts';

/** Raised when rows of the version before can no longer be read as they are. */
const VERSION = 1;

/** A property holds 32,768 UTF-16 units at most. */
const PIECE = 30_000;

/** A row as the table gives it: every property of ours is JSON, or a piece of it. */
export type Row = Readonly<Record<string, unknown>>;
type Written = Readonly<Record<string, string | number>>;

export const STATE = 'state';
const REQUEST = 'request|';
const ACK = 'ack|';
const OUTBOX = 'out|';

/** Keys refuse `/`, and no resource id holds a `|`. */
export const partitionOf = (resource: ResourceId): string => resource.replaceAll('/', '|');
/** null for a partition that is not a resource's. */
export const resourceOf = (partitionKey: string): ResourceId | null =>
  parseResourceId(partitionKey.replaceAll('|', '/'));

export const seqKey = (seq: number): string => String(seq).padStart(10, '0');
export const outboxKey = (seq: number): string => `${OUTBOX}${seqKey(seq)}`;
export const isInbox = (rowKey: string): boolean => rowKey.startsWith(REQUEST) || rowKey.startsWith(ACK);
export const isOutbox = (rowKey: string): boolean => rowKey.startsWith(OUTBOX);

/** The same request or ack has the same key, so that a repetition is a conflict. Ids come from outside, and keys refuse `/ \ # ?`. */
export function inboxKey(row: InboxRow): string {
  if (row.kind === 'request') return `${REQUEST}${hashOf(row.id)}`;
  return `${ACK}${row.consumer}|${hashOf(JSON.stringify([row.secret, row.shows.by, contentOf(row.shows)]))}`;
}

/** `wakesAt` is there for people and their queries; `wakeAt` is read back. */
export const encodeRecord = (record: LedgerRecord): Written => ({
  ...encode(record),
  wakesAt: new Date(record.wakeAt).toISOString(),
});

export function decodeRecord(resource: ResourceId, row: Row): LedgerRecord {
  const record = decode<LedgerRecord>(resource, STATE, row, recordShape);
  if (record.state.resourceId !== resource) throw new LedgerCorrupted(resource, STATE);
  return record;
}

export const encodeInbox = (row: InboxRow): Written => encode(row);

export function decodeInbox(resource: ResourceId, row: Row): Inbox {
  const { rowKey, etag, timestamp } = row as {
    readonly rowKey: string;
    readonly etag: string;
    readonly timestamp: string;
  };
  const content = rowKey.startsWith(REQUEST)
    ? decode<Request>(resource, rowKey, row, requestShape)
    : decode<Ack>(resource, rowKey, row, ackShape);
  return { ...content, rowKey, etag, at: Date.parse(timestamp) };
}

export const encodeReceipt = (receipt: Receipt): Written => encode(receipt);

export function decodeReceipt(resource: ResourceId, row: Row): Receipt {
  const receipt = decode<Receipt>(resource, String(row.rowKey), row, receiptShape);
  if (receipt.resource !== resource) throw new LedgerCorrupted(resource, String(row.rowKey));
  return receipt;
}

/** The properties that `summarise` needs of a row. */
export const SUMMARY = ['partitionKey', 'rowKey', 'wakeAt', 'lease'] as const;

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
  const wakeAt = Number(row.wakeAt ?? Number.NaN);
  return { ...summary, wakeAt: Number.isFinite(wakeAt) ? wakeAt : null, leased: row.lease !== 'null' };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 32);
}

function contentOf(shows: Shows): string {
  switch (shows.by) {
    case 'version':
      return shows.version;
    case 'fingerprint':
      return shows.fingerprint;
    case 'entra':
      return '';
  }
}

function encode(fields: object): Written {
  const pieces = Object.entries(fields).flatMap(([name, value]) => piecesOf(name, JSON.stringify(value)));
  return { version: VERSION, ...Object.fromEntries(pieces) };
}

function piecesOf(name: string, json: string | undefined): [string, string][] {
  const pieces: [string, string][] = [];
  // Line separators that JSON allows and Azurite's reading of a transaction does not.
  let rest = json?.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029') ?? '';
  while (rest !== '') {
    // Cut between the halves of a surrogate pair, both halves would be stored as U+FFFD.
    const length = isHighSurrogate(rest.charCodeAt(PIECE - 1)) ? PIECE - 1 : PIECE;
    pieces.push([pieces.length === 0 ? name : `${name}_${pieces.length}`, rest.slice(0, length)]);
    rest = rest.slice(length);
  }
  return pieces;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function decode<T>(resource: ResourceId, rowKey: string, row: Row, shape: Shape<T>): T {
  if (row.version !== VERSION) throw new LedgerCorrupted(resource, rowKey);
  const names = Object.keys(shape);
  try {
    const fields = Object.fromEntries(names.map((name) => [name, JSON.parse(joined(row, name))]));
    if (anObject(shape)(fields)) return fields as T;
  } catch {
    // Told apart below: for whoever has to repair it, broken JSON and a wrong shape are the same.
  }
  throw new LedgerCorrupted(resource, rowKey);
}

function joined(row: Row, name: string): string {
  let json = String(row[name] ?? '');
  for (let piece = 1; row[`${name}_${piece}`] !== undefined; piece += 1) json += String(row[`${name}_${piece}`]);
  return json;
}

type Request = Extract<InboxRow, { kind: 'request' }>;
type Ack = Extract<InboxRow, { kind: 'ack' }>;

type Check = (value: unknown) => boolean;
/** A check for each field, so that a new field does not compile until it is read back. */
type Shape<T> = { readonly [Field in keyof T]-?: Check };

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => typeof value === 'number';
const list: Check = (value) => Array.isArray(value);
const something: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const anObject =
  <T>(shape: Shape<T>): Check =>
  (value) =>
    something(value) &&
    Object.entries(shape as Record<string, Check>).every(([name, check]) =>
      check((value as Record<string, unknown>)[name]),
    );

const recordShape: Shape<LedgerRecord> = {
  state: anObject<TargetState>({
    resourceId: text,
    name: text,
    rotation: orNull(something),
    intent: orNull(something),
    publishing: orNull(something),
    failed: orNull(something),
    activeSlot: orNull(text),
    keys: anObject({ primary: orNull(something), secondary: orNull(something) }),
    publications: something,
    evidence: list,
    pending: list,
  }),
  phase: text,
  finding: orNull(text),
  condition: orNull(something),
  requests: list,
  receiptedWait: orNull(text),
  wakeAt: number,
  attempt: number,
  observedAt: orNull(number),
  roles: orNull(anObject({ primary: text, secondary: text })),
  awaiting: list,
  head: anObject({ seq: number, hash: text }),
  lease: orNull(anObject({ worker: text, write: number })),
};

const requestShape: Shape<Request> = {
  kind: (value) => value === 'request',
  id: text,
  who: text,
  why: orNull(text),
};

const ackShape: Shape<Ack> = {
  kind: (value) => value === 'ack',
  consumer: text,
  secret: text,
  shows: something,
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
