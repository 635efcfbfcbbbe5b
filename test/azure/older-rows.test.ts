import { TableClient } from '@azure/data-tables';
import { describe, expect, it } from 'vitest';
import { partitionOf } from '../../src/azure/ledger-rows.ts';
import { tableLedger } from '../../src/azure/table-ledger.ts';
import { transportFor } from '../../src/azure/transport.ts';
import type { ResourceId } from '../../src/core/model.ts';
import { anAzurite } from './an-azurite.ts';
import { aPastRotation, aPostureRecord, aResource } from './ledger-samples.ts';
import { errorOf, never } from './local-services.ts';

const azurite = await anAzurite();
const ledger = tableLedger({ storage: azurite, httpClient: transportFor(null) })(never);
const rows = TableClient.fromConnectionString(azurite.connectionString, 'ledger', { allowInsecureConnection: true });
await rows.createTable();

describe('a row of the version before', () => {
  /** As it was written, word for word. */
  const rowOf = (resource: ResourceId) => ({
    partitionKey: partitionOf(resource),
    rowKey: 'state',
    version: 1,
    state: `{"resourceId":${JSON.stringify(resource)},"name":"chat-prod","firstObservedAt":1793600000000,"observedAt":1793603600000,"rotation":null,"intent":null,"publishing":null,"failed":null,"activeSlot":"primary","keys":{"primary":{"fingerprint":"sha256:0f0f0f0f0f0f0f0f","firstSeenAt":1793600000000,"notSeenAt":null,"recordedAt":null,"settlesAt":null},"secondary":null},"publications":{},"evidence":[],"pending":[],"asked":{},"troubles":[],"rollBack":null,"pausedUntil":null}`,
    phase: '"hold"',
    findings: '[{"code":"NothingPublished","secrets":[],"versions":[]}]',
    condition: '{"code":"Frozen","detail":{},"since":1793600000000,"alertedAt":1793600000000}',
    requests: '[]',
    receiptedWait: 'null',
    wakeAt: '1793607200000',
    attempt: '0',
    stuckSince: 'null',
    slots:
      '{"primary":{"role":"active","age":{"madeAfter":1793000000000,"madeBefore":null,"basis":"resource"}},"secondary":{"role":"standby","age":{"madeAfter":null,"madeBefore":null,"basis":null}}}',
    awaiting: '[]',
    head: '{"seq":3,"hash":"0a","at":1793600000000}',
    lease: 'null',
    name: '"chat-prod"',
    open: 'false',
    wakesAt: '2026-11-02T09:06:40.000Z',
  });
  const slots = {
    primary: {
      fingerprint: null,
      role: 'active',
      age: { madeAfter: 1_793_000_000_000, madeBefore: null, basis: 'resource' },
    },
    secondary: { fingerprint: null, role: 'standby', age: { madeAfter: null, madeBefore: null, basis: null } },
  };

  it('is read with what it lacks left open, and written anew as this version has it', async () => {
    const resource = aResource();
    await rows.createEntity(rowOf(resource));
    const { record, etag } = await ledger.read(resource);
    expect(record).toMatchObject({
      posture: null,
      past: [],
      overdueAlertedAt: null,
      slots,
      head: { seq: 3 },
      condition: { code: 'Frozen' },
    });
    if (record === null) throw new Error('There is one.');
    const next = { ...record, posture: aPostureRecord(), past: [aPastRotation('r')] };
    await ledger.commit(resource, etag, next, []);
    expect((await ledger.read(resource)).record).toEqual(next);
  });

  it('without what our own regeneration left out of a key, is read', async () => {
    const resource = aResource();
    const before = rowOf(resource);
    await rows.createEntity({ ...before, state: before.state.replace('"notSeenAt":null,', '') });
    expect((await ledger.read(resource)).record?.state.keys.primary).toMatchObject({ notSeenAt: null });
  });

  it('is in the list of the report, and wakes at its time', async () => {
    const resource = aResource();
    await rows.createEntity(rowOf(resource));
    const glance = (await ledger.glances()).resources.find((each) => each.resource === resource);
    expect(glance).toEqual({
      resource,
      slots,
      ...{
        name: 'chat-prod',
        phase: 'hold',
        firstObservedAt: null,
        observedAt: null,
        condition: null,
        stuckSince: null,
        verdict: null,
      },
      ...{ tally: { high: 0, medium: 0, low: 0, info: 0 }, open: false },
    });
    const summary = (await ledger.summaries()).resources.find((each) => each.resource === resource);
    expect(summary).toMatchObject({ wakeAt: 1_793_607_200_000, observedAt: null, open: false, leased: false });
  });

  it('lacks nothing else', async () => {
    for (const missing of ['findings', 'head', 'slots', 'lease'] as const) {
      const resource = aResource();
      const { [missing]: _, ...rest } = rowOf(resource);
      await rows.createEntity(rest);
      expect(await errorOf(ledger.read(resource))).toMatchObject({ code: 'LedgerCorrupted', rowKey: 'state' });
    }
  });
});
