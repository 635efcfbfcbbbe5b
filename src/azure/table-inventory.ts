import type { HttpClient } from '@azure/core-rest-pipeline';
import { odata, type TransactionAction } from '@azure/data-tables';
import pLimit from 'p-limit';
import type { DeadLettersKept, Inventory, ListedResource, Survey } from '../app/ports.ts';
import type { VaultSeen } from '../core/posture.ts';
import { batchesOf } from './batches.ts';
import {
  DEAD_LETTERS,
  decodeDeadLetters,
  decodeResource,
  decodeSurvey,
  decodeVault,
  encodeDeadLetters,
  encodeResource,
  encodeSurvey,
  encodeVault,
  type Kept,
  prefixOf,
  RESOURCE,
  SURVEY,
  VAULT,
} from './inventory-rows.ts';
import type { Storage } from './storage.ts';
import { tableIn } from './table-access.ts';

/** Transactions, or single rows, on their way at a time. */
const AT_A_TIME = 8;

/** What surveys found, in a table of its own: a sweep reads all of `ledger`. The clients are shared by all invocations. */
export function tableInventory(access: {
  readonly storage: Storage;
  readonly httpClient: HttpClient;
}): (signal: AbortSignal) => Inventory {
  const table = tableIn(access.storage, 'inventory', access.httpClient);

  return (signal) => {
    const all = async <T, Result>(
      rows: readonly T[],
      each: (row: T) => Promise<Result>,
    ): Promise<readonly Result[]> => {
      const limit = pLimit(AT_A_TIME);
      return await Promise.all(rows.map((row) => limit(() => each(row))));
    };

    const write = async (rows: readonly Kept[]): Promise<void> => {
      await all(batchesOf(rows), (batch) => {
        const actions = batch.map((row): TransactionAction => ['upsert', row, 'Replace']);
        return table.transact(signal, actions, () => null);
      });
    };

    /** Rows of the subscription that the survey did not find. Each goes by its own ETag: what another survey has written since stays. */
    const removeOthers = async (subscription: string, found: readonly Kept[]): Promise<void> => {
      const stays = new Set(found.map(keyOf));
      const gone: { partitionKey: string; rowKey: string; etag: string }[] = [];
      for (const filter of [resourcesOf(subscription), vaultsOf(subscription)]) {
        await table.scan(signal, { filter, select: ['partitionKey', 'rowKey'] }, (row) => {
          const key = { partitionKey: String(row.partitionKey), rowKey: String(row.rowKey) };
          if (!stays.has(keyOf(key))) gone.push({ ...key, etag: String(row.etag) });
        });
      }
      await all(gone, ({ etag, ...key }) => table.remove(signal, key, etag));
    };

    return {
      async surveys() {
        const surveys: Survey[] = [];
        const filter = odata`PartitionKey eq ${SURVEY}`;
        const now = await table.scan(signal, { filter }, (row) => surveys.push(...decodeSurvey(row)));
        return { now, surveys };
      },

      async resources() {
        const resources: ListedResource[] = [];
        const filter = odata`PartitionKey eq ${RESOURCE}`;
        await table.scan(signal, { filter }, (row) => resources.push(...decodeResource(row)));
        return resources;
      },

      async vaults(hosts) {
        const found = await all([...new Set(hosts)], async (host) => {
          const vaults: VaultSeen[] = [];
          const filter = odata`PartitionKey eq ${VAULT} and RowKey eq ${host}`;
          await table.scan(signal, { filter, limit: 1 }, (row) => vaults.push(...decodeVault(row)));
          return vaults;
        });
        return found.flat();
      },

      async keep(subscription, found) {
        if (typeof found === 'string') {
          await table.put(signal, encodeSurvey(subscription, found));
          return;
        }
        const rows = onceEach([...found.resources.map(encodeResource), ...found.vaults.map(encodeVault)]);
        await write(rows);
        await removeOthers(subscription, rows);
        // Last: a survey that was cut off in the middle is made again.
        await table.put(signal, encodeSurvey(subscription, null));
      },

      async forget(subscription) {
        await removeOthers(subscription, []);
        await table.remove(signal, encodeSurvey(subscription, null), '*');
      },

      async deadLetters() {
        const kept: DeadLettersKept[] = [];
        const filter = odata`PartitionKey eq ${DEAD_LETTERS}`;
        const now = await table.scan(signal, { filter }, (row) => kept.push(...decodeDeadLetters(row)));
        return { now, kept: kept[0] ?? null };
      },

      async keepDeadLetters(kept) {
        await table.put(signal, encodeDeadLetters(kept));
      },
    };
  };
}

const keyOf = ({ partitionKey, rowKey }: Pick<Kept, 'partitionKey' | 'rowKey'>): string => `${partitionKey} ${rowKey}`;

/** Pages of a list may overlap, and a transaction that names a row twice is refused as a whole. */
const onceEach = (rows: readonly Kept[]): readonly Kept[] => [
  ...new Map(rows.map((row) => [keyOf(row), row])).values(),
];

function resourcesOf(subscription: string): string {
  const prefix = prefixOf(subscription);
  // `}` is the sign after `|`, with which every prefix ends.
  return odata`PartitionKey eq ${RESOURCE} and RowKey ge ${prefix} and RowKey lt ${`${prefix.slice(0, -1)}}`}`;
}

const vaultsOf = (subscription: string): string =>
  odata`PartitionKey eq ${VAULT} and subscription eq ${JSON.stringify(subscription)}`;
