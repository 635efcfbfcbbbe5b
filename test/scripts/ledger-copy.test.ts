import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { restore, save } from '../../scripts/ledger-copy.ts';

const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
const file = join(folder, 'ledger.jsonl');
let from: Azurite | undefined;
let to: Azurite | undefined;
beforeAll(async () => {
  [from, to] = await Promise.all([startAzurite(), startAzurite()]);
});
afterAll(async () => {
  await Promise.all([from?.stop(), to?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

const table = (azurite: Azurite | undefined, name: string): TableClient =>
  TableClient.fromConnectionString(azurite?.connectionString ?? '', name, { allowInsecureConnection: true });

async function rowsOf(azurite: Azurite | undefined, name: string): Promise<readonly unknown[]> {
  const rows: unknown[] = [];
  for await (const row of table(azurite, name).listEntities({ disableTypeConversion: true })) {
    rows.push({ ...row, etag: null, timestamp: null });
  }
  return rows;
}

describe('a copy of the ledger', () => {
  it('comes back with every row, and every value of the type that it had', async () => {
    for (const name of ['ledger', 'receipts']) await table(from, name).createTable();
    const partitionKey = '|subscriptions|s|resourcegroups|g|chat';
    await table(from, 'ledger').createEntity({
      ...{ partitionKey, rowKey: 'state', json: '{ "phase": "soak" }', seq: 7, frozen: false },
      ...{ big: { type: 'Int64', value: '9007199254740993' }, at: new Date('2026-11-24T09:30:00Z') },
      bytes: new Uint8Array([1, 2, 255]),
    });
    for (let seq = 1; seq <= 1_100; seq += 100) {
      const some = Array.from({ length: 100 }, (_, i) => ({
        partitionKey,
        rowKey: String(seq + i).padStart(8, '0'),
        seq: seq + i,
      }));
      await table(from, 'receipts').submitTransaction(some.map((row) => ['create', row]));
    }
    expect(await save(from?.connectionString ?? '', file)).toBe(1_101);
    expect(await restore(to?.connectionString ?? '', file)).toBe(1_101);
    expect(await rowsOf(to, 'ledger')).toEqual(await rowsOf(from, 'ledger'));
    expect(await rowsOf(to, 'receipts')).toEqual(await rowsOf(from, 'receipts'));
  });

  it('does not go into an account that has one', async () => {
    await expect(restore(from?.connectionString ?? '', file)).rejects.toThrow('has rows');
  });
});
