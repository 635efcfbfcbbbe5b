import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EVERYTHING } from '../../src/app/report/query.ts';
import { reportFor } from '../../src/app/report/report.ts';
import { reportSchema } from '../../src/app/report/schema.ts';
import { sweep } from '../../src/app/sweep.ts';
import { FLEET, fleetIn, LIFTED, leakKey, PAUSED, REFRESH } from '../../src/azure/fleet-rows.ts';
import { encodeFreeze, FREEZE } from '../../src/azure/ledger-rows.ts';
import { encode, type Row } from '../../src/azure/table-row.ts';
import { aFreeze } from '../azure/ledger-samples.ts';
import { World } from '../support/world.ts';
import type { Law } from './area.ts';
import { SAMPLE } from './row-samples.ts';
import { spoiltRow } from './spoilt-row.ts';

const NOW = Date.UTC(2026, 10, 2, 8);
const leak = { id: 'github:contoso/chat#7', repository: 'contoso/chat', url: null, at: NOW };
const claim = encode({ resource: SAMPLE, rotation: 'r-1' });

/** One of each kind. */
const rows: readonly Row[] = Object.entries({
  [FREEZE]: encodeFreeze(aFreeze({ scope: FLEET })),
  ...{ [PAUSED]: encode({}), [LIFTED]: encode({}), [REFRESH]: encode({}) },
  ...{ [leakKey(leak.id)]: encode(leak), 'flight|0': claim, 'group|eu': claim },
}).map(([rowKey, row]) => ({ ...row, rowKey, etag: 'W/"1"', timestamp: new Date(NOW).toISOString() }));

/** All of them, one spoilt. */
const spoiltRows = fc
  .nat(rows.length - 1)
  .chain((at) => spoiltRow(rows[at] as Row).map((row) => ({ key: String(row.rowKey), rows: rows.with(at, row) })));

const whole = fleetIn(rows, NOW);

/** What binds the targets together, once somebody has changed a row of it by hand. */
export async function fleetLaws(): Promise<readonly Law[]> {
  const world = await World.start();
  await world.live(0);
  return [
    {
      says: 'of the fleet is understood or named, ends no freeze, pause or claim, and hides none of the others',
      property: fc.property(spoiltRows, ({ key, rows: seen }) => {
        const look = fleetIn(seen, NOW);
        assert.ok(look.corrupted.every((each) => each === key));
        assert.equal(look.freeze === 'corrupted', look.corrupted.includes(FREEZE));
        assert.notEqual(look.freeze, null);
        assert.notEqual(look.pausedSince, null);
        const isSpoilt = ({ name }: { readonly name: string }) => name === key;
        assert.deepEqual(
          look.claims.map(({ name }) => name),
          whole.claims.map(({ name }) => name),
        );
        assert.deepEqual(
          look.claims.filter((each) => !isSpoilt(each)),
          whole.claims.filter((each) => !isSpoilt(each)),
        );
        if (key !== leakKey(leak.id)) assert.deepEqual(look.leaks, whole.leaks);
      }),
    },
    {
      says: 'of the fleet leaves the report its answer, is shown by it and alerted where it is not understood, and stays as it is',
      property: fc.asyncProperty(spoiltRows, async ({ key, rows: seen }) => {
        for (const row of seen) world.fleet.write(String(row.rowKey), row);
        const before = world.fleet.rows;
        const { corrupted } = await world.fleet.look();
        world.log.length = 0;
        await sweep(world.app);
        const report = reportSchema.parse(await reportFor(EVERYTHING, world.app, world.ports()));
        assert.deepEqual(
          report.findings.map(({ evidence }) => evidence.rows),
          corrupted.length === 0 ? [] : [[key]],
        );
        assert.equal(world.log.filter(({ event }) => event === 'FleetRowCorrupted').length, corrupted.length);
        assert.deepEqual(world.fleet.rows, before);
      }),
      cost: 4,
    },
  ];
}
