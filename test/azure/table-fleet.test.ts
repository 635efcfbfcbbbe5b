import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import { TableClient } from '@azure/data-tables';
import { describe, expect, it } from 'vitest';
import { LedgerUnavailable } from '../../src/app/errors.ts';
import { tableFleet } from '../../src/azure/table-fleet.ts';
import { tableLedger } from '../../src/azure/table-ledger.ts';
import type { Row } from '../../src/azure/table-row.ts';
import { transportFor } from '../../src/azure/transport.ts';
import { anAzurite, realTime } from './an-azurite.ts';
import { fleetContract } from './fleet.contract.ts';
import { aFreeze, aRecord, aResource } from './ledger-samples.ts';
import { errorOf, everythingAbout, never } from './local-services.ts';

const azurite = await anAzurite();
const access = { storage: azurite, httpClient: transportFor(null) };
const open = tableFleet(access);
const fleet = open(never);
const rows = TableClient.fromConnectionString(azurite.connectionString, 'ledger', { allowInsecureConnection: true });

async function empty() {
  await fleet.lift();
  for await (const { rowKey = '' } of rows.listEntities({ queryOptions: { filter: "PartitionKey eq 'fleet'" } })) {
    await rows.deleteEntity('fleet', rowKey);
  }
}

const aLeak = { id: 'github:contoso/chat#7', repository: 'contoso/chat', url: null, at: 1 } as const;

fleetContract('the fleet in Table storage', async () => {
  await empty();
  const write = async (rowKey: string, row: Row) => {
    await rows.upsertEntity({ partitionKey: 'fleet', rowKey, ...row }, 'Replace');
  };
  return { ...realTime, fleet, write };
});

describe('the rows of the fleet', () => {
  it('stand beside those of the resources, and are none of them', async () => {
    await empty();
    const ledger = tableLedger(access)(never);
    const resource = aResource();
    await ledger.commit(resource, null, aRecord(resource), []);
    await fleet.claim({ name: 'flight|0', resource, rotation: 'r-1' }, null);
    await fleet.setFreeze(aFreeze({ scope: 'fleet' }));
    await fleet.pause();
    expect((await ledger.summaries()).resources.map((summary) => summary.resource)).toEqual([resource]);
    expect(await ledger.read(resource)).toMatchObject({ freeze: null, inbox: [], outbox: [] });
    expect(await rows.getEntity('fleet', 'flight|0')).toMatchObject({
      version: 1,
      resource: JSON.stringify(resource),
      rotation: '"r-1"',
    });
  });
});

it('makes the table that is missing, whatever needs it first', async () => {
  const fresh = await anAzurite();
  const table = TableClient.fromConnectionString(fresh.connectionString, 'ledger', { allowInsecureConnection: true });
  const another = tableFleet({ ...access, storage: fresh })(never);
  const claim = { name: 'flight|0', resource: aResource(), rotation: 'r' } as const;
  expect(await another.claim(claim, { etag: 'W/"1"' })).toBe(false);
  for (const use of [
    () => another.look(),
    () => another.claim(claim, null),
    () => another.release(claim.resource, 'r'),
    () => another.setFreeze(aFreeze()),
    () => another.setFreeze(null),
    () => another.pause(),
    () => another.lift(),
    () => another.askForRefresh(),
    () => another.keepLeak(aLeak),
    () => another.liftLeak(aLeak.id),
  ]) {
    await table.deleteTable();
    await use();
  }
});

it('sends a claim once, and says that its end is unknown', async () => {
  await empty();
  const sent: string[] = [];
  const real = createDefaultHttpClient();
  const losing: HttpClient = {
    async sendRequest(request) {
      sent.push(request.method);
      const response = await real.sendRequest(request);
      if (request.method !== 'GET') throw new Error('socket hang up');
      return response;
    },
  };
  const claim = { name: 'group|eu', resource: aResource(), rotation: 'r' } as const;
  const away = tableFleet({ ...access, httpClient: transportFor(null, losing) })(never);
  await expect(away.claim(claim, null)).rejects.toThrow(LedgerUnavailable);
  expect(sent).toEqual(['POST']);
  const { claims } = await fleet.look();
  expect(claims).toMatchObject([claim]);
  await expect(away.claim({ ...claim, rotation: 's' }, claims[0] ?? null)).rejects.toThrow(LedgerUnavailable);
  expect(sent).toEqual(['POST', 'PUT']);
  expect((await fleet.look()).claims).toMatchObject([{ rotation: 's' }]);
});

it('that cannot be reached is LedgerUnavailable, which says nothing of the account', async () => {
  const connectionString = azurite.connectionString.replace(/(TableEndpoint=http:\/\/127\.0\.0\.1):\d+/, '$1:1');
  const away = tableFleet({ ...access, storage: { connectionString } })(never);
  const claim = { name: 'flight|0', resource: aResource(), rotation: 'r' } as const;
  for (const call of [
    () => away.look(),
    () => away.claim(claim, null),
    () => away.claim(claim, { etag: 'W/"1"' }),
    () => away.release(claim.resource, 'r'),
    () => away.setFreeze(aFreeze()),
    () => away.setFreeze(null),
    () => away.pause(),
    () => away.lift(),
    () => away.askForRefresh(),
    () => away.keepLeak(aLeak),
    () => away.liftLeak(aLeak.id),
  ]) {
    const error = await errorOf(call());
    expect(error).toBeInstanceOf(LedgerUnavailable);
    expect(everythingAbout(error)).not.toMatch(/SharedKey|AccountKey|subscriptions\|/);
  }
  await expect(open(AbortSignal.abort()).look()).rejects.toThrow(LedgerUnavailable);
});
