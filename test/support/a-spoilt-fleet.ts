import assert from 'node:assert/strict';
import type { LogRecord } from '../../src/app/log.ts';
import type { ReportQuery } from '../../src/app/report/query.ts';
import { reportFor } from '../../src/app/report/report.ts';
import { reportSchema } from '../../src/app/report/schema.ts';
import { sweep } from '../../src/app/sweep.ts';
import { viewTarget } from '../../src/app/targets.ts';
import type { Row } from '../../src/azure/table-row.ts';
import { ack, request } from '../azure/ledger-samples.ts';
import { aFingerprint, HOUR } from './scene.ts';
import { World } from './world.ts';

const EVERYTHING: ReportQuery = { page: 1, search: '', verdict: null, severity: null, show: 'all', sort: 'name' };

/** Two targets of one fleet, the first in the middle of a rotation and with a row of each kind. */
export async function aSpoiltFleet() {
  const world = await World.start();
  const other = await World.start({ beside: world, resource: { name: 'orders' }, vaults: ['kv-orders'] });
  world.targets = () => [world.target, other.target];
  other.targets = world.targets;
  world.isUnheard = true;
  await world.until('publish secondary');
  await other.reconcile();
  const { ledger, resourceId } = world;
  const order = { who: 'ann', why: 'a test', rotation: 'r' } as const;
  await ledger.insertInbox(resourceId, request('q'));
  await ledger.insertInbox(resourceId, ack('web-1', { by: 'entra' }));
  await ledger.insertInbox(resourceId, { kind: 'order', id: 'o', order: { ...order, is: 'forget' } });
  await ledger.insertInbox(resourceId, { kind: 'sighting', id: 's', code: 'SelfUnknown', who: null, detail: null });
  await ledger.insertInbox(resourceId, {
    ...({ kind: 'tip', id: 't', who: 'bob', why: null, fingerprint: aFingerprint('x'), slot: null } as const),
    ...{ reportedAt: world.clock.now(), onTimeout: null, trusted: false },
  });
  await ledger.setFreeze(resourceId, { scope: 'target', until: world.clock.now() - HOUR, who: 'ann', why: 'a sale' });

  return {
    rows: ledger.rowsOf(resourceId),
    /** Nothing is asked where the row can be understood all the same. */
    async holdsWith(rowKey: string, row: Row): Promise<void> {
      const before = ledger.rowsOf(resourceId).get(rowKey) as Row;
      ledger.spoil(resourceId, rowKey, () => row);
      try {
        if (await isUnderstood()) return;
        await stopsItsOwnTargetAlone();
      } finally {
        ledger.spoil(resourceId, rowKey, () => before);
      }
    },
  };

  async function isUnderstood(): Promise<boolean> {
    return await ledger.read(resourceId).then(
      () => true,
      () => false,
    );
  }

  async function stopsItsOwnTargetAlone(): Promise<void> {
    const seen = () => structuredClone([ledger.rowsOf(resourceId), world.regenerated, world.vaults[0]?.find('chat')]);
    const before = seen();
    world.log.length = 0;
    assert.equal(await world.reconcile(), 'corrupted');
    assert.ok(world.log.some(isAlert), 'nobody is told');
    await sweep(world.app);
    assert.deepEqual(seen(), before);
    assert.ok(['done', 'nothing-to-do'].includes(await other.reconcile()), 'the other target does not go on');
    await isShown();
  }

  function isAlert({ level, event, resource }: LogRecord): boolean {
    return level === 'error' && event === 'LedgerCorrupted' && resource === resourceId;
  }

  async function isShown(): Promise<void> {
    const report = reportSchema.parse(await reportFor(EVERYTHING, world.app, world.ports()));
    const conditions = report.targets.map(({ name, condition }) => [name, condition?.code ?? null]);
    assert.deepEqual(conditions, [
      ['chat-prod', 'LedgerCorrupted'],
      ['orders', null],
    ]);
    assert.ok(
      report.summary.attention.some(({ target, code }) => target === 'chat-prod' && code === 'LedgerCorrupted'),
    );
    const { report: alone } = await viewTarget('chat-prod', world.app, world.ports(), { fresh: true });
    assert.equal(alone.condition?.code, 'LedgerCorrupted');
  }
}
