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
import { inboxKey, inShort, outboxKey } from '../../src/azure/ledger-rows.ts';
import type { Freeze, Instant, ResourceId } from '../../src/core/model.ts';

interface Row {
  /** As text, so that nobody holds on to what is in the table. */
  readonly json: string;
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

  read(resource: ResourceId): Promise<Partition> {
    const { state, freeze, inbox, outbox } = this.#rows(resource);
    return Promise.resolve({
      record: state && (JSON.parse(state.json) as LedgerRecord),
      etag: state?.etag ?? null,
      age: state && Math.max(0, this.#date() - state.at),
      inbox: sorted(inbox)
        .map(([rowKey, { json, etag, at }]): Inbox => ({ ...(JSON.parse(json) as InboxRow), rowKey, etag, at }))
        .sort((a, b) => a.at - b.at),
      freeze: freeze && (JSON.parse(freeze.json) as Freeze),
      outbox: sorted(outbox).map(([, { json }]) => JSON.parse(json) as Receipt),
      now: this.#date(),
    });
  }

  commit(resource: ResourceId, etag: string | null, record: LedgerRecord, receipts: readonly Receipt[]) {
    const rows = this.#rows(resource);
    if ((rows.state?.etag ?? null) !== etag) return Promise.reject(new LeaseLost(resource));
    const taken = receipts.find(({ seq }) => rows.outbox.has(outboxKey(seq)));
    if (taken) return Promise.reject(new LedgerCorrupted(resource, outboxKey(taken.seq)));
    const state = this.#row(record);
    rows.state = state;
    for (const receipt of receipts) rows.outbox.set(outboxKey(receipt.seq), this.#row(receipt));
    return Promise.resolve({ etag: state.etag, now: this.#date() });
  }

  insertInbox(resource: ResourceId, row: InboxRow): Promise<boolean> {
    const { inbox } = this.#rows(resource);
    const rowKey = inboxKey(row);
    if (row.kind !== 'ack' && inbox.has(rowKey)) return Promise.resolve(false);
    inbox.set(rowKey, this.#row(row));
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
    this.#rows(resource).freeze = freeze && this.#row(freeze);
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
    const resources = [...this.#partitions]
      .filter(([, { state, freeze, inbox, outbox }]) => (state ?? freeze) !== null || inbox.size + outbox.size > 0)
      .map(([resource, { state, inbox, outbox }]): LedgerSummary => {
        const record = state && (JSON.parse(state.json) as LedgerRecord);
        const { name, open, observedAt } = record ? inShort(record) : NOTHING;
        return {
          resource,
          name,
          open,
          observedAt,
          writtenAt: state?.at ?? null,
          stuckSince: record?.stuckSince ?? null,
          wakeAt: record?.wakeAt ?? null,
          hasInbox: inbox.size > 0,
          hasOutbox: outbox.size > 0,
          leased: record !== null && record.lease !== null,
        };
      });
    return Promise.resolve({ now: this.#date(), resources });
  }

  glances(): Promise<{ readonly now: Instant; readonly resources: readonly LedgerGlance[] }> {
    const resources = [...this.#partitions].flatMap(([resource, { state }]): LedgerGlance[] => {
      if (state === null) return [];
      const record = JSON.parse(state.json) as LedgerRecord;
      const { held: condition, ...short } = inShort(record);
      const { phase, stuckSince, slots } = record;
      return [{ resource, ...short, condition, phase, stuckSince, slots }];
    });
    return Promise.resolve({ now: this.#date(), resources });
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

  #row(content: unknown): Row {
    this.#writes += 1;
    return { json: JSON.stringify(content), etag: `W/"${this.#writes}"`, at: this.#clock.now() };
  }

  /** Whole seconds, as a `date` header has them; a row's own timestamp is finer. */
  #date(): Instant {
    return Math.floor(this.#clock.now() / 1000) * 1000;
  }
}

const NOTHING = { name: null, open: false, observedAt: null };

function sorted(rows: ReadonlyMap<string, Row>): [string, Row][] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
}
