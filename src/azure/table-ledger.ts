import type { HttpClient } from '@azure/core-rest-pipeline';
import { odata, type TransactionAction } from '@azure/data-tables';
import { LeaseLost, LedgerCorrupted } from '../app/errors.ts';
import type { Inbox, Ledger, LedgerGlance, LedgerSummary, Partition, Receipt } from '../app/ports.ts';
import type { Instant, ResourceId } from '../core/model.ts';
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
  GLANCE,
  glanceOf,
  inboxKey,
  isInbox,
  isOutbox,
  outboxKey,
  partitionOf,
  resourceOf,
  STATE,
  SUMMARY,
  seqKey,
  summarise,
} from './ledger-rows.ts';
import type { Storage } from './storage.ts';
import { type Meaning, tableIn } from './table-access.ts';
import type { Row } from './table-row.ts';

/** The ledger in Table storage. The clients, and with them tokens and connections, are shared by all invocations. */
export function tableLedger(access: {
  readonly storage: Storage;
  readonly httpClient: HttpClient;
}): (signal: AbortSignal) => Ledger {
  const ledger = tableIn(access.storage, 'ledger', access.httpClient);
  const receipts = tableIn(access.storage, 'receipts', access.httpClient);

  return (signal) => ({
    async read(resource) {
      const rows: Row[] = [];
      const filter = odata`PartitionKey eq ${partitionOf(resource)}`;
      const now = await ledger.scan(signal, { filter }, (row) => rows.push(row));
      return partitionIn(resource, rows, now);
    },

    async commit(resource, etag, record, added) {
      const partitionKey = partitionOf(resource);
      const state = { partitionKey, rowKey: STATE, ...encodeRecord(record) };
      // Created, never replaced: a receipt that still waits is not overwritten by another of its number.
      const outbox = added.map((receipt): TransactionAction => {
        return ['create', { partitionKey, rowKey: outboxKey(receipt.seq), ...encodeReceipt(receipt) }];
      });
      const first: TransactionAction = etag === null ? ['create', state] : ['update', state, 'Replace', { etag }];
      return await ledger.transact(signal, [first, ...outbox], refusal(resource, etag, added));
    },

    async insertInbox(resource, row) {
      const written = { partitionKey: partitionOf(resource), rowKey: inboxKey(row), ...encodeInbox(row) };
      if (row.kind !== 'ack') return await ledger.create(signal, written);
      await ledger.put(signal, written);
      return true;
    },

    async removeInbox(resource, rows) {
      const partitionKey = partitionOf(resource);
      for (const { rowKey, etag } of rows) await ledger.remove(signal, { partitionKey, rowKey }, etag);
    },

    async setFreeze(resource, freeze) {
      const key = { partitionKey: partitionOf(resource), rowKey: FREEZE };
      if (freeze === null) await ledger.remove(signal, key, '*');
      else await ledger.put(signal, { ...key, ...encodeFreeze(freeze) });
    },

    async deliver(receipt) {
      const partitionKey = partitionOf(receipt.resource);
      await receipts.create(signal, { partitionKey, rowKey: seqKey(receipt.seq), ...encodeReceipt(receipt) });
    },

    async clear({ resource, seq }) {
      await ledger.remove(signal, { partitionKey: partitionOf(resource), rowKey: outboxKey(seq) }, '*');
    },

    async history(resource, after, limit) {
      const found: Receipt[] = [];
      const filter = odata`PartitionKey eq ${partitionOf(resource)} and RowKey gt ${seqKey(Math.max(0, after))}`;
      await receipts.scan(signal, { filter, limit }, (row) => found.push(decodeReceipt(resource, row)));
      return found;
    },

    async summaries() {
      const found = new Map<ResourceId, LedgerSummary>();
      const now = await ledger.scan(signal, { select: SUMMARY }, (row) => {
        const resource = resourceOf(String(row.partitionKey));
        if (resource) found.set(resource, summarise(found.get(resource) ?? unseen(resource), row));
      });
      return { now, resources: [...found.values()] };
    },

    async glances() {
      const resources: LedgerGlance[] = [];
      const filter = odata`RowKey eq ${STATE}`;
      const now = await ledger.scan(signal, { filter, select: GLANCE }, (row) => {
        const resource = resourceOf(String(row.partitionKey));
        if (resource) resources.push(glanceOf(resource, row));
      });
      return { now, resources };
    },
  });
}

const refusal =
  (resource: ResourceId, etag: string | null, added: readonly Receipt[]): Meaning =>
  ({ status, code }) => {
    // For a row that is replaced, 404 says that it is gone: somebody has removed it.
    const lost = etag === null ? code === 'EntityAlreadyExists' : status === 412 || code === 'ResourceNotFound';
    if (lost) return new LeaseLost(resource);
    // The row was ours to write, so what is there already is a receipt of the same number.
    return code === 'EntityAlreadyExists' ? new LedgerCorrupted(resource, outboxKey(added[0]?.seq ?? 0)) : null;
  };

function partitionIn(resource: ResourceId, rows: readonly Row[], now: Instant): Partition {
  const state = rows.find((row) => row.rowKey === STATE);
  const freeze = rows.find((row) => row.rowKey === FREEZE);
  const rowsThat = (belong: (rowKey: string) => boolean) => rows.filter((row) => belong(String(row.rowKey)));
  return {
    record: state ? decodeRecord(resource, state) : null,
    etag: state ? String(state.etag) : null,
    // `date` has whole seconds and the timestamp has fractions: a row just written would be younger than nothing.
    age: state ? Math.max(0, now - Date.parse(String(state.timestamp))) : null,
    inbox: rowsThat(isInbox)
      .map((row) => decodeInbox(resource, row))
      .sort((a: Inbox, b: Inbox) => a.at - b.at),
    freeze: freeze ? decodeFreeze(resource, freeze) : null,
    outbox: rowsThat(isOutbox).map((row) => decodeReceipt(resource, row)),
    now,
  };
}

function unseen(resource: ResourceId): LedgerSummary {
  return {
    resource,
    name: null,
    open: false,
    stuckSince: null,
    wakeAt: null,
    observedAt: null,
    writtenAt: null,
    hasInbox: false,
    hasOutbox: false,
    leased: false,
  };
}
