import { setTimeout as sleep } from 'node:timers/promises';
import { createDefaultHttpClient, type HttpClient, type PipelineRequest, RestError } from '@azure/core-rest-pipeline';
import { TableClient } from '@azure/data-tables';
import { beforeEach, describe, expect, it } from 'vitest';
import { LeaseLost, LedgerCorrupted, LedgerUnavailable } from '../../src/app/errors.ts';
import { partitionOf } from '../../src/azure/ledger-rows.ts';
import { tableLedger } from '../../src/azure/table-ledger.ts';
import { transportFor } from '../../src/azure/transport.ts';
import type { ResourceId } from '../../src/core/model.ts';
import { anAzurite, realTime } from './an-azurite.ts';
import { ledgerContract } from './ledger.contract.ts';
import { aFreeze, aPostureRecord, aReceipt, aRecord, aResource, aSecretId, request } from './ledger-samples.ts';
import { errorOf, everythingAbout, never } from './local-services.ts';

const azurite = await anAzurite();
const open = tableLedger({ storage: azurite, httpClient: transportFor(null) });
const ledger = open(never);
const rows = TableClient.fromConnectionString(azurite.connectionString, 'ledger', { allowInsecureConnection: true });

ledgerContract('the ledger in Table storage', () => Promise.resolve({ ...realTime, ledger }));

describe('a glance', () => {
  it('leaves out a condition that a later version wrote, and spoils no list', async () => {
    const resource = aResource();
    const condition = { code: 'OfALaterVersion' as 'Stalled', since: 7, alertedAt: 8, detail: {} };
    await ledger.commit(resource, null, aRecord(resource, { condition }), [aReceipt(resource, 1)]);
    const found = (await ledger.glances()).resources.filter((glance) => glance.resource === resource);
    expect(found).toMatchObject([{ name: 'chat-prod', condition: null }]);
  });
});

describe('a row that cannot be understood', () => {
  let resource: ResourceId;
  const change = (rowKey: string, differing: object) =>
    rows.updateEntity({ partitionKey: partitionOf(resource), rowKey, ...differing }, 'Merge');

  beforeEach(async () => {
    resource = aResource();
    await ledger.commit(resource, null, aRecord(resource), [aReceipt(resource, 1)]);
  });

  it.each([
    ['broken JSON', { state: '{"name":' }],
    ['a wrong type', { attempt: '"many"' }],
    ['a wrong type inside', { head: '{"seq":"1","hash":"x"}' }],
    ['no state', { state: 'null' }],
    ['a field missing', { phase: '' }],
    ['a slot of no age', { slots: '{"primary":{"role":"active"},"secondary":null}' }],
    [
      'a slot of an unknown fingerprint',
      { slots: '{"primary":{"fingerprint":7,"role":"active","age":{}},"secondary":null}' },
    ],
    ['a posture of no verdict', { posture: '{"resource":{},"surroundings":null,"publications":[],"localAuth":{}}' }],
    ['a posture that is empty', { posture: '' }],
    ['rotations that are no list', { past: '{}' }],
    ['a newer version', { version: 2 }],
    ['a piece too many', { state_1: '{}' }],
    ["another resource's state", { state: JSON.stringify(aRecord(aResource()).state) }],
  ])('with %s is named, and kept as it is', async (_, differing) => {
    await change('state', differing);
    const before = await rows.getEntity(partitionOf(resource), 'state');
    const error = await errorOf(ledger.read(resource));
    expect(error).toBeInstanceOf(LedgerCorrupted);
    expect(error).toMatchObject({ code: 'LedgerCorrupted', resource, rowKey: 'state' });
    expect(await rows.getEntity(partitionOf(resource), 'state')).toEqual(before);
  });

  it('is due at once for a sweep, so that somebody hears of it', async () => {
    await change('state', { wakeAt: 'soon', name: '"chat', open: '?', stuckSince: '?', lease: '?' });
    const { resources } = await ledger.summaries();
    expect(resources.find((summary) => summary.resource === resource)).toMatchObject({
      wakeAt: null,
      name: null,
      // Nobody can tell, and an orphan that is open is the one that somebody has to hear of.
      open: true,
      stuckSince: null,
      leased: true,
    });
  });

  it('is in the list of the report all the same, without what it does not say', async () => {
    const broken = {
      slots: '{"primary":',
      verdict: '"Perhaps"',
      tally: '{"high":"many"}',
      held: '[]',
      observedAt: '"now"',
    };
    await change('state', { ...broken, phase: 'hold', stuckSince: '{}', name: '7', open: 'false' });
    const { resources } = await ledger.glances();
    expect(resources.find((glance) => glance.resource === resource)).toEqual({
      resource,
      ...{
        name: null,
        firstObservedAt: null,
        observedAt: null,
        phase: null,
        condition: null,
        stuckSince: null,
        slots: null,
        verdict: null,
      },
      ...{ tally: { high: 0, medium: 0, low: 0, info: 0 }, open: false },
    });
  });

  it('is named where it is a receipt, a freeze, or something that somebody asked for', async () => {
    await ledger.setFreeze(resource, aFreeze());
    await change('freeze', { until: '"tomorrow"' });
    expect(await errorOf(ledger.read(resource))).toMatchObject({ code: 'LedgerCorrupted', rowKey: 'freeze' });
    await ledger.setFreeze(resource, null);
    await change('out|0000000001', { data: '[' });
    expect(await errorOf(ledger.read(resource))).toMatchObject({ rowKey: 'out|0000000001' });
    const other = aResource();
    await ledger.insertInbox(other, request('r'));
    const [{ rowKey } = { rowKey: '' }] = (await ledger.read(other)).inbox;
    await rows.updateEntity({ partitionKey: partitionOf(other), rowKey, who: '7' }, 'Merge');
    expect(await errorOf(ledger.read(other))).toMatchObject({ code: 'LedgerCorrupted', resource: other, rowKey });
  });

  it('that belongs to no resource, or is of a kind not known here, is nobody else’s trouble', async () => {
    await rows.createEntity({ partitionKey: 'fleet', rowKey: 'freeze' });
    await rows.createEntity({ partitionKey: partitionOf(resource), rowKey: 'later|x' });
    expect((await ledger.read(resource)).outbox).toHaveLength(1);
    expect((await ledger.summaries()).resources.map((summary) => summary.resource)).not.toContain('fleet');
  });
});

describe('a row', () => {
  it('can be read by people', async () => {
    const resource = aResource();
    await ledger.commit(resource, null, aRecord(resource, { wakeAt: Date.parse('2026-11-02T09:00:00Z') }), []);
    const row = await rows.getEntity(partitionOf(resource), 'state');
    expect(row).toMatchObject({
      version: 1,
      phase: '"nothing-due"',
      attempt: '0',
      wakesAt: '2026-11-02T09:00:00.000Z',
    });
    expect(JSON.parse(String(row.state))).toMatchObject({ name: 'chat-prod' });
  });

  it('tells a sweep what it wants to know without the whole state', async () => {
    const resource = aResource();
    const pending = [{ id: 'r', at: 1, who: 'a', why: 'xxx', acceptUnknownConsumers: false, force: false }];
    await ledger.commit(resource, null, aRecord(resource, {}, { pending }), []);
    const heard: string[] = [];
    const { ledger: listening } = aWire({ hear: (body) => heard.push(body) });
    await listening.summaries();
    expect(heard.join()).toContain(partitionOf(resource));
    expect(heard.join()).not.toContain('xxx');
  });

  it('that somebody removed is not brought back by a worker that held it', async () => {
    const resource = aResource();
    const { etag } = await ledger.commit(resource, null, aRecord(resource), []);
    await rows.deleteEntity(partitionOf(resource), 'state');
    await expect(ledger.commit(resource, etag, aRecord(resource), [])).rejects.toThrow(LeaseLost);
    expect((await ledger.read(resource)).record).toBeNull();
  });
});

describe('the list of the report', () => {
  it('is one answer for a thousand targets, whatever else the ledger holds, and without their states', async () => {
    const fresh = await anAzurite();
    const [heard, sent] = [[] as string[], [] as string[]];
    const wire = aWire({ hear: (body) => heard.push(body) }, fresh, sent);
    const resources = Array.from({ length: 1_010 }, () => aResource());
    const pending = [{ id: 'r', at: 1, who: 'a', why: 'xxx', acceptUnknownConsumers: false, force: false }];
    for (let from = 0; from < resources.length; from += 50) {
      await Promise.all(
        resources.slice(from, from + 50).map(async (resource) => {
          const condition = {
            code: 'Stalled',
            since: 1,
            alertedAt: 1,
            detail: { secrets: [aSecretId('yyy')] },
          } as const;
          const record = aRecord(resource, { condition, posture: aPostureRecord() }, { pending });
          await wire.ledger.commit(resource, null, record, [aReceipt(resource, 1), aReceipt(resource, 2)]);
        }),
      );
    }
    heard.length = 0;
    sent.length = 0;
    const glances = await wire.ledger.glances();
    expect(glances.resources).toHaveLength(1_010);
    expect(glances.resources[0]).toMatchObject({ condition: { code: 'Stalled', since: 1 }, verdict: 'MigrateFirst' });
    expect(sent).toEqual(['GET', 'GET']);
    expect(heard.join()).not.toMatch(/xxx|yyy|privateEndpoints/);
  });
});

describe('a table that is missing', () => {
  it('is made by whatever needs it first, and nothing is done twice', async () => {
    const fresh = await anAzurite();
    for (const use of [
      'read',
      'commit',
      'insertInbox',
      'setFreeze',
      'deliver',
      'clear',
      'history',
      'summaries',
      'glances',
    ] as const) {
      const resource = aResource();
      const another = tableLedger({ storage: fresh, httpClient: transportFor(null) })(never);
      const uses = {
        read: () => another.read(resource),
        commit: () => another.commit(resource, null, aRecord(resource), [aReceipt(resource, 1)]),
        insertInbox: () => another.insertInbox(resource, request('r')),
        setFreeze: () => another.setFreeze(resource, aFreeze()),
        deliver: () => another.deliver(aReceipt(resource, 1)),
        clear: () => another.clear(aReceipt(resource, 1)),
        history: () => another.history(resource, 0, 10),
        summaries: () => another.summaries(),
        glances: () => another.glances(),
      };
      await uses[use]();
      for (const name of ['ledger', 'receipts']) {
        const options = { allowInsecureConnection: true };
        await TableClient.fromConnectionString(fresh.connectionString, name, options).deleteTable();
      }
    }
  });
});

/** A wire on which answers get lost, come late, or bear a date of their own. */
function aWire(
  answers: {
    readonly lose?: (request: PipelineRequest) => boolean;
    readonly date?: (request: PipelineRequest) => string;
    readonly hear?: (body: string) => void;
  },
  storage = azurite,
  sent: string[] = [],
) {
  const real = createDefaultHttpClient();
  const wire: HttpClient = {
    async sendRequest(request) {
      sent.push(request.method);
      const response = await real.sendRequest(request);
      answers.hear?.(response.bodyAsText ?? '');
      if (answers.lose?.(request)) throw new RestError('socket hang up', { code: 'ECONNRESET', request });
      if (answers.date) {
        await sleep(Math.random() * 20);
        response.headers.set('date', answers.date(request));
      }
      return response;
    },
  };
  const open = tableLedger({ storage, httpClient: transportFor(null, wire) });
  return { sent, open, ledger: open(never) };
}

describe('a lost answer', () => {
  it('is not made up for by writing again, since one would only meet oneself', async () => {
    const resource = aResource();
    const { sent, ledger: losing } = aWire({ lose: ({ method }) => method === 'POST' });
    await expect(losing.commit(resource, null, aRecord(resource), [aReceipt(resource, 1)])).rejects.toThrow(
      LedgerUnavailable,
    );
    expect(sent).toEqual(['POST']);
    expect(await ledger.read(resource)).toMatchObject({ record: aRecord(resource), outbox: [aReceipt(resource, 1)] });
  });

  it('to a question is asked for again', async () => {
    const resource = aResource();
    await ledger.commit(resource, null, aRecord(resource), []);
    let lost = 0;
    const { sent, ledger: losing } = aWire({ lose: () => ++lost <= 2 });
    expect((await losing.read(resource)).record).toEqual(aRecord(resource));
    expect(sent).toEqual(['GET', 'GET', 'GET']);
  });
});

it('each of many commits at a time hears its own date', async () => {
  // The partition stands in the body of the transaction, so each request can be answered with a date that is only its own.
  const resources = Array.from({ length: 30 }, () => aResource());
  const dateFor = (index: number) => Date.parse('2026-11-02T08:00:00Z') + index * 60_000;
  const { ledger: dated } = aWire({
    date: ({ body }) => {
      const index = resources.findIndex((resource) => String(body).includes(partitionOf(resource)));
      return new Date(dateFor(index)).toUTCString();
    },
  });
  const written = await Promise.all(resources.map((resource) => dated.commit(resource, null, aRecord(resource), [])));
  expect(written.map(({ now }) => now)).toEqual(resources.map((_, index) => dateFor(index)));
  expect(new Set(written.map(({ etag }) => etag)).size).toBeGreaterThan(1);
});

describe('a store that cannot be reached', () => {
  const accountKey = /AccountKey=([^;]+)/.exec(azurite.connectionString)?.[1] ?? '';
  const deaf = azurite.connectionString.replace(/(TableEndpoint=http:\/\/127\.0\.0\.1):\d+/, '$1:1');
  const wrong = azurite.connectionString.replace(accountKey, Buffer.alloc(64, 1).toString('base64'));
  const plain = azurite.connectionString.replace(
    /TableEndpoint=[^;]+/,
    'TableEndpoint=http://storage.example/devstoreaccount1',
  );

  it.each([
    ['nobody listens', deaf],
    ['the key is wrong', wrong],
    ['it would be plain http to another machine', plain],
  ])('because %s is LedgerUnavailable, which says nothing of the account', async (_, connectionString) => {
    const resource = aResource();
    const away = tableLedger({ storage: { connectionString }, httpClient: transportFor(null) })(never);
    for (const call of [
      () => away.read(resource),
      () => away.commit(resource, null, aRecord(resource), []),
      () => away.insertInbox(resource, request('r')),
      () => away.removeInbox(resource, [{ ...request('r'), rowKey: 'request|x', etag: '*', at: 0 }]),
      () => away.setFreeze(resource, aFreeze()),
      () => away.deliver(aReceipt(resource, 1)),
      () => away.clear(aReceipt(resource, 1)),
      () => away.history(resource, 0, 1),
      () => away.summaries(),
      () => away.glances(),
    ]) {
      const error = await errorOf(call());
      expect(error).toBeInstanceOf(LedgerUnavailable);
      expect(everythingAbout(error)).not.toContain(accountKey);
      expect(everythingAbout(error)).not.toMatch(/SharedKey|AccountKey|subscriptions\|/);
    }
  });

  it('because the invocation is over is not even asked', async () => {
    const { sent, open: opened } = aWire({});
    await expect(opened(AbortSignal.abort()).read(aResource())).rejects.toThrow(LedgerUnavailable);
    expect(sent).toEqual([]);
  });

  it('because it hangs is given up with the invocation', async () => {
    const hanging: HttpClient = { sendRequest: () => new Promise(() => {}) };
    const away = tableLedger({ storage: azurite, httpClient: hanging })(AbortSignal.timeout(100));
    await expect(away.commit(aResource(), null, aRecord(aResource()), [])).rejects.toThrow(LedgerUnavailable);
  });
});
