import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import type { StateWrite } from '../../../local/stampede/lease-rows.ts';
import { openStorageDoor, type StorageDoor } from '../../../local/stampede/storage-door.ts';
import { LeaseLost } from '../../../src/app/errors.ts';
import { tableLedger } from '../../../src/azure/table-ledger.ts';
import { transportFor } from '../../../src/azure/transport.ts';
import { aReceipt, aRecord } from '../../azure/ledger-samples.ts';
import { aResourceId } from '../../support/scene.ts';

let azurite: Azurite;
let door: StorageDoor;
const seen: (StateWrite & { readonly process: string })[] = [];

beforeAll(async () => {
  azurite = await startAzurite();
  const tell = (process: string, write: StateWrite) => void seen.push({ process, ...write });
  door = await openStorageDoor(azurite.connectionString, () => '1.1', tell);
});
afterAll(async () => {
  await door.close();
  await azurite.stop();
});

it('hands on what the adapter writes, and tells of each lease that is taken, given back or missed', async () => {
  const storage = { connectionString: door.connectionString };
  const ledger = tableLedger({ storage, httpClient: transportFor(null) })(AbortSignal.timeout(20_000));
  const resource = aResourceId('chat-1');
  const held = aRecord(resource, { lease: { worker: 'ann', write: 1 } });
  const first = await ledger.commit(resource, null, held, []);
  const second = await ledger.commit(resource, first.etag, { ...held, lease: null }, [aReceipt(resource, 1)]);
  await expect(ledger.commit(resource, first.etag, held, [])).rejects.toBeInstanceOf(LeaseLost);
  expect((await ledger.read(resource)).etag).toBe(second.etag);

  const common = { process: '1.1', target: resource };
  // The table is missing at first, and the adapter makes it.
  expect(seen.filter(({ taken, replaced }) => taken !== null || replaced !== null)).toEqual([
    { ...common, worker: 'ann', replaced: null, taken: { etag: first.etag, at: expect.any(Number) } },
    { ...common, worker: null, replaced: first.etag, taken: { etag: second.etag, at: expect.any(Number) } },
    { ...common, worker: 'ann', replaced: first.etag, taken: null },
  ]);
  const times = seen.flatMap(({ taken }) => taken?.at ?? []);
  for (const at of times) expect(Math.abs(Date.now() - at)).toBeLessThan(20_000);
});
