import { LeaseLost, LedgerCorrupted } from '../../src/app/errors.ts';
import type {
  Inbox,
  InboxRow,
  Ledger,
  LedgerGlance,
  LedgerRecord,
  LedgerSummary,
  Partition,
  Receipt,
} from '../../src/app/ports.ts';
import {
  decodeFreeze,
  decodeInbox,
  decodeReceipt,
  decodeRecord,
  encodeFreeze,
  encodeInbox,
  encodeReceipt,
  encodeRecord,
  FREEZE,
  glanceOf,
  inboxKey,
  outboxKey,
  STATE,
  summarise,
} from '../../src/azure/ledger-rows.ts';
import type { Row as TableRow } from '../../src/azure/table-row.ts';
import type { Freeze, Instant, ResourceId } from '../../src/core/model.ts';

interface Row {
  /** As the table has it, so that nobody holds on to what is in it, and a row that cannot be read is told from one that can. */
  readonly row: TableRow;
  readonly etag: string;
  readonly at: Instant;
}

interface Rows {
  state: Row | null;
  freeze: Row | null;
  readonly inbox: Map<string, Row>;
  readonly outbox: Map<string, Row>;
}

/** The ledger in memory and on a clock of one's own: held to the real one by test/azure/ledger.contract.ts. */
export class LedgerTwin implements Ledger {
  readonly #clock: { now(): Instant };
  readonly #partitions = new Map<ResourceId, Rows>();
  readonly #receipts = new Map<ResourceId, Map<number, string>>();
  #writes = 0;

  constructor(clock: { now(): Instant }) {
    this.#clock = clock;
  }

  async read(resource: ResourceId): Promise<Partition> {
    const { state, freeze, inbox, outbox } = this.#rows(resource);
    return {
      record: state && decodeRecord(resource, state.row),
      etag: state?.etag ?? null,
      age: state && Math.max(0, this.#date() - state.at),
      inbox: sorted(inbox)
        .map(([rowKey, { row, etag, at }]): Inbox => decodeInbox(resource, asRead(rowKey, row, etag, at)))
        .sort((a, b) => a.at - b.at),
      freeze: freeze && decodeFreeze(resource, freeze.row),
      outbox: sorted(outbox).map(([rowKey, { row }]) => decodeReceipt(resource, { ...row, rowKey })),
      now: this.#date(),
    };
  }

  commit(resource: ResourceId, etag: string | null, record: LedgerRecord, receipts: readonly Receipt[]) {
    const rows = this.#rows(resource);
    if ((rows.state?.etag ?? null) !== etag) return Promise.reject(new LeaseLost(resource));
    const taken = receipts.find(({ seq }) => rows.outbox.has(outboxKey(seq)));
    if (taken) return Promise.reject(new LedgerCorrupted(resource, outboxKey(taken.seq)));
    const state = this.#row(encodeRecord(record));
    rows.state = state;
    for (const receipt of receipts) rows.outbox.set(outboxKey(receipt.seq), this.#row(encodeReceipt(receipt)));
    return Promise.resolve({ etag: state.etag, now: this.#date() });
  }

  insertInbox(resource: ResourceId, row: InboxRow): Promise<boolean> {
    const { inbox } = this.#rows(resource);
    const rowKey = inboxKey(row);
    if (row.kind !== 'ack' && inbox.has(rowKey)) return Promise.resolve(false);
    inbox.set(rowKey, this.#row(encodeInbox(row)));
    return Promise.resolve(true);
  }

  removeInbox(resource: ResourceId, rows: readonly Inbox[]): Promise<void> {
    const { inbox } = this.#rows(resource);
    for (const { rowKey, etag } of rows) {
      if (inbox.get(rowKey)?.etag === etag) inbox.delete(rowKey);
    }
    return Promise.resolve();
  }

  setFreeze(resource: ResourceId, freeze: Freeze | null): Promise<void> {
    this.#rows(resource).freeze = freeze && this.#row(encodeFreeze(freeze));
    return Promise.resolve();
  }

  deliver(receipt: Receipt): Promise<void> {
    const delivered = this.#receipts.get(receipt.resource) ?? new Map<number, string>();
    this.#receipts.set(receipt.resource, delivered);
    if (!delivered.has(receipt.seq)) delivered.set(receipt.seq, JSON.stringify(receipt));
    return Promise.resolve();
  }

  clear({ resource, seq }: Receipt): Promise<void> {
    this.#rows(resource).outbox.delete(outboxKey(seq));
    return Promise.resolve();
  }

  history(resource: ResourceId, after: number, limit: number): Promise<readonly Receipt[]> {
    const receipts = [...(this.#receipts.get(resource)?.values() ?? [])].map((json) => JSON.parse(json) as Receipt);
    const later = receipts.filter(({ seq }) => seq > after).sort((a, b) => a.seq - b.seq);
    return Promise.resolve(later.slice(0, limit));
  }

  summaries(): Promise<{ readonly now: Instant; readonly resources: readonly LedgerSummary[] }> {
    const resources = [...this.#partitions].flatMap(([resource, { state, freeze, inbox, outbox }]) => {
      const rows = [
        ...(state === null ? [] : [{ ...state.row, rowKey: STATE, timestamp: new Date(state.at).toISOString() }]),
        ...(freeze === null ? [] : [{ rowKey: FREEZE }]),
        ...[...inbox.keys(), ...outbox.keys()].map((rowKey) => ({ rowKey })),
      ];
      return rows.length === 0 ? [] : [rows.reduce<LedgerSummary>(summarise, { resource, ...UNSEEN })];
    });
    return Promise.resolve({ now: this.#date(), resources });
  }

  glances(): Promise<{ readonly now: Instant; readonly resources: readonly LedgerGlance[] }> {
    const resources = [...this.#partitions].flatMap(([resource, { state }]) =>
      state === null ? [] : [glanceOf(resource, state.row)],
    );
    return Promise.resolve({ now: this.#date(), resources });
  }

  /** Somebody changes a row by hand. */
  spoil(resource: ResourceId, rowKey: string, change: (row: TableRow) => TableRow): void {
    const rows = this.#rows(resource);
    const spoilt = (row: Row): Row => ({ ...row, row: change(row.row), etag: this.#etag() });
    if (rowKey === STATE) rows.state = rows.state && spoilt(rows.state);
    else if (rowKey === FREEZE) rows.freeze = rows.freeze && spoilt(rows.freeze);
    for (const kind of [rows.inbox, rows.outbox]) {
      const row = kind.get(rowKey);
      if (row !== undefined) kind.set(rowKey, spoilt(row));
    }
  }

  /** Every row of a resource as it stands in the table, by its key. */
  rowsOf(resource: ResourceId): ReadonlyMap<string, TableRow> {
    const { state, freeze, inbox, outbox } = this.#rows(resource);
    const all = [...(state ? [[STATE, state] as const] : []), ...(freeze ? [[FREEZE, freeze] as const] : [])];
    return new Map([...all, ...inbox, ...outbox].map(([rowKey, { row }]) => [rowKey, row]));
  }

  #rows(resource: ResourceId): Rows {
    const rows = this.#partitions.get(resource) ?? {
      state: null,
      freeze: null,
      inbox: new Map(),
      outbox: new Map(),
    };
    this.#partitions.set(resource, rows);
    return rows;
  }

  #row(row: TableRow): Row {
    return { row, etag: this.#etag(), at: this.#clock.now() };
  }

  #etag(): string {
    this.#writes += 1;
    return `W/"${this.#writes}"`;
  }

  /** Whole seconds, as a `date` header has them; a row's own timestamp is finer. */
  #date(): Instant {
    return Math.floor(this.#clock.now() / 1000) * 1000;
  }
}

const UNSEEN = {
  ...{ name: null, open: false, stuckSince: null, wakeAt: null, observedAt: null, writtenAt: null },
  ...{ hasInbox: false, hasOutbox: false, leased: false },
} as const;

const asRead = (rowKey: string, row: TableRow, etag: string, at: Instant): TableRow => ({
  ...{ ...row, rowKey, etag },
  timestamp: new Date(at).toISOString(),
});

function sorted(rows: ReadonlyMap<string, Row>): [string, Row][] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
}
