import { randomUUID } from 'node:crypto';
import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import { TableClient } from '@azure/data-tables';
import { describe, expect, it } from 'vitest';
import { LedgerUnavailable } from '../../src/app/errors.ts';
import { tableInventory } from '../../src/azure/table-inventory.ts';
import { tableLedger } from '../../src/azure/table-ledger.ts';
import { transportFor } from '../../src/azure/transport.ts';
import { anAzurite, realTime } from './an-azurite.ts';
import { inventoryContract, listed, vault } from './inventory-store.contract.ts';
import { errorOf, everythingAbout, never } from './local-services.ts';

const azurite = await anAzurite();
const access = { storage: azurite, httpClient: transportFor(null) };
const open = tableInventory(access);
const inventory = open(never);
const rows = TableClient.fromConnectionString(azurite.connectionString, 'inventory', { allowInsecureConnection: true });

inventoryContract('the inventory in Table storage', () => Promise.resolve({ ...realTime, inventory }));

/** What goes over the wire, and which answers come too late. */
function aWire(afterwards: (method: string) => Promise<void> = async () => undefined) {
  const real = createDefaultHttpClient();
  const sent: string[] = [];
  const wire: HttpClient = {
    async sendRequest(request) {
      sent.push(request.method);
      const response = await real.sendRequest(request);
      await afterwards(request.method);
      return response;
    },
  };
  return { sent, inventory: tableInventory({ storage: azurite, httpClient: transportFor(null, wire) })(never) };
}

describe('the rows of the inventory', () => {
  it('are none of the ledger’s, and can be read by people', async () => {
    const subscription = randomUUID();
    await inventory.keep(subscription, { resources: [listed(subscription, 'chat-a')], vaults: [] });
    expect((await tableLedger(access)(never).summaries()).resources).toEqual([]);
    const key = listed(subscription, 'chat-a').resource.replaceAll('/', '|');
    expect(await rows.getEntity('signalr', key)).toMatchObject({ version: 1, name: '"chat-a"' });
  });

  it('that cannot be understood are left out until they are written anew', async () => {
    const subscription = randomUUID();
    const [good, bad] = [vault(subscription, `kv-${subscription}-1`), vault(subscription, `kv-${subscription}-2`)];
    const found = { resources: [listed(subscription, 'chat-a'), listed(subscription, 'chat-b')], vaults: [good, bad] };
    await inventory.keep(subscription, found);
    const change = (partitionKey: string, rowKey: string, differing: object) =>
      rows.updateEntity({ partitionKey, rowKey, ...differing }, 'Merge');
    await change('survey', subscription, { trouble: '"tired"' });
    await change('vault', bad.host, { publicAccess: '"perhaps"' });
    await change('signalr', listed(subscription, 'chat-b').resource.replaceAll('/', '|'), { posture: '{' });
    await rows.createEntity({ partitionKey: 'signalr', rowKey: `|subscriptions|${subscription}|x`, version: 1 });
    const seen = async () =>
      (await inventory.resources()).filter(({ resource }) => resource.includes(subscription)).map(({ name }) => name);
    expect((await inventory.surveys()).surveys.map((survey) => survey.subscription)).not.toContain(subscription);
    expect(await inventory.vaults([good.host, bad.host])).toEqual([good]);
    expect(await seen()).toEqual(['chat-a']);
    await inventory.keep(subscription, found);
    expect((await inventory.surveys()).surveys.map((survey) => survey.subscription)).toContain(subscription);
    expect(await inventory.vaults([good.host, bad.host])).toEqual([good, bad]);
    expect(await seen()).toEqual(['chat-a', 'chat-b']);
  });

  it('of ten thousand resources are kept in a hundred transactions, and one that is gone costs one call', async () => {
    const subscription = randomUUID();
    const resources = Array.from({ length: 10_000 }, (_, i) => listed(subscription, `chat-${10_000 + i}`));
    const { sent, inventory: wired } = aWire();
    await wired.keep(subscription, { resources, vaults: [vault(subscription, `kv-${subscription}`)] });
    expect(sent.filter((method) => method === 'POST')).toHaveLength(101);
    sent.length = 0;
    await wired.keep(subscription, { resources: resources.slice(1), vaults: [] });
    expect(sent.filter((method) => method === 'DELETE')).toHaveLength(2);
    sent.length = 0;
    expect(await wired.resources()).toHaveLength((await inventory.resources()).length);
    expect(sent.length).toBeLessThanOrEqual(12);
    sent.length = 0;
    await wired.vaults([`kv-${subscription}.vault.azure.net`, 'kv-none.vault.azure.net']);
    expect(sent).toEqual(['GET', 'GET']);
  }, 60_000);
});

describe('a survey', () => {
  it('that finds a vault gone does not remove what another subscription’s survey writes meanwhile', async () => {
    const [mine, other] = [randomUUID(), randomUUID()];
    const before = vault(mine, `kv-${mine}`);
    const after = { ...before, subscription: other };
    await inventory.keep(mine, { resources: [], vaults: [before] });
    let scans = 0;
    const { inventory: slow } = aWire(async (method) => {
      if (method !== 'GET') return;
      scans += 1;
      if (scans === 2) await inventory.keep(other, { resources: [], vaults: [after] });
    });
    await slow.keep(mine, { resources: [], vaults: [] });
    expect(await inventory.vaults([before.host])).toEqual([after]);
  });

  it('that is cut off in the middle does not count as made', async () => {
    const subscription = randomUUID();
    const { inventory: dying } = aWire((method) =>
      method === 'POST' ? Promise.reject(new Error('socket hang up')) : Promise.resolve(),
    );
    const found = { resources: [listed(subscription, 'chat-a')], vaults: [] };
    await expect(dying.keep(subscription, found)).rejects.toThrow(LedgerUnavailable);
    expect((await inventory.surveys()).surveys.map((survey) => survey.subscription)).not.toContain(subscription);
  });
});

it('makes the table that is missing, whatever needs it first', async () => {
  const fresh = await anAzurite();
  const table = TableClient.fromConnectionString(fresh.connectionString, 'inventory', {
    allowInsecureConnection: true,
  });
  const another = tableInventory({ ...access, storage: fresh })(never);
  const subscription = randomUUID();
  for (const use of [
    () => another.surveys(),
    () => another.resources(),
    () => another.vaults(['kv-a.vault.azure.net']),
    () => another.keep(subscription, { resources: [listed(subscription, 'chat-a')], vaults: [] }),
    () => another.keep(subscription, 'forbidden'),
    () => another.forget(subscription),
  ]) {
    await use();
    await table.deleteTable();
  }
});

it('that cannot be reached is LedgerUnavailable, which says nothing of the account', async () => {
  const connectionString = azurite.connectionString.replace(/(TableEndpoint=http:\/\/127\.0\.0\.1):\d+/, '$1:1');
  const away = tableInventory({ ...access, storage: { connectionString } })(never);
  for (const call of [
    () => away.surveys(),
    () => away.resources(),
    () => away.vaults(['kv-a.vault.azure.net']),
    () => away.keep('s', { resources: [], vaults: [] }),
    () => away.keep('s', 'unavailable'),
    () => away.forget('s'),
  ]) {
    const error = await errorOf(call());
    expect(error).toBeInstanceOf(LedgerUnavailable);
    expect(everythingAbout(error)).not.toMatch(/SharedKey|AccountKey|subscriptions\|/);
  }
  await expect(open(AbortSignal.abort()).surveys()).rejects.toThrow(LedgerUnavailable);
});
