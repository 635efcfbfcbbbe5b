import { describe, expect, it } from 'vitest';
import { freezeFleet, unfreezeFleet } from '../../src/app/freezes.ts';
import { EVERYTHING } from '../../src/app/report/query.ts';
import { reportFor } from '../../src/app/report/report.ts';
import { type Report, reportSchema } from '../../src/app/report/schema.ts';
import { sweep } from '../../src/app/sweep.ts';
import { reportPage } from '../../src/views/page.ts';
import { sarifOf } from '../../src/views/sarif.ts';
import { DAY, HOUR } from '../support/scene.ts';
import { World } from '../support/world.ts';

const NONSENSE = { version: 1, until: '"tomorrow"', resource: '"chat-prod"', id: '7' };

const reportOf = async (world: World): Promise<Report> =>
  reportSchema.parse(await reportFor(EVERYTHING, world.app, world.ports()));
const alerts = (world: World) => world.log.filter(({ event }) => event === 'FleetRowCorrupted');

describe('a row of the fleet that cannot be understood', () => {
  it.each([
    ['freeze', 'DELETE /api/freeze'],
    ['flight|0', 'fleet.maxInFlight'],
    ['group|eu', 'that group'],
    ['leak|0', 'LeakUnmapped'],
  ])('leaves the report its answer, which names it and what to do: %s', async (row, remedy) => {
    const world = await World.start();
    world.fleet.write(row, NONSENSE);
    const report = await reportOf(world);
    expect(report.targets).toHaveLength(1);
    expect(report.findings).toMatchObject([
      {
        code: 'FleetRowCorrupted',
        severity: 'high',
        evidence: { rows: [row], count: 1 },
        remediation: { text: expect.stringContaining(remedy) },
      },
    ]);
    expect(report.summary.attention).toContainEqual(
      expect.objectContaining({ target: null, code: 'FleetRowCorrupted', text: expect.stringContaining(row) }),
    );
    const page = reportPage(report, EVERYTHING).html;
    expect(page).toContain('href="#installation"');
    expect(page).toContain(row);
    expect(JSON.stringify(sarifOf(report, { version: '0.0.0' }))).toContain('"ruleId":"FleetRowCorrupted"');
  });

  it('is alerted by every sweep with what to do, stays as it is, and nothing more is said once it is gone', async () => {
    const world = await World.start();
    world.fleet.write('flight|0', NONSENSE);
    const before = world.fleet.rows.get('flight|0');
    for (let times = 0; times < 2; times += 1) await sweep(world.app);
    const alert = { level: 'error', code: 'FleetRowCorrupted', count: 1, rows: ['flight|0'] };
    expect(alerts(world)).toMatchObject([alert, alert]);
    expect(alerts(world)[0]?.remedy).toMatch(/flight\|… counts as a rotation in flight: delete the row/);
    expect(world.fleet.rows.get('flight|0')).toEqual(before);
    world.fleet.remove('flight|0');
    await sweep(world.app);
    expect(alerts(world)).toHaveLength(2);
    expect((await reportOf(world)).findings).toEqual([]);
  });

  it('is named without a key that somebody wrote into its name, and of many only some are', async () => {
    const world = await World.start();
    const key = `${'Ab1+'.repeat(10)}Ab1=`;
    world.fleet.write(`group|${key}`, NONSENSE);
    for (let i = 0; i < 30; i += 1) world.fleet.write(`group|x${i}`, NONSENSE);
    await sweep(world.app);
    const { findings, summary } = await reportOf(world);
    expect(JSON.stringify([findings, summary, world.log])).not.toContain(key);
    expect(findings[0]?.evidence).toMatchObject({ count: 31, rows: { length: 20 } });
    expect(alerts(world)[0]?.rows).toHaveLength(20);
  });
});

describe('a freeze of all that cannot be understood', () => {
  it('holds a rotation as any freeze does, and no request gets past it', async () => {
    const world = await World.start();
    world.fleet.write('freeze', NONSENSE);
    await world.live(3 * DAY);
    expect(world.regenerated).toEqual([]);
    expect((await world.record()).condition).toMatchObject({ code: 'Frozen', detail: { freeze: { scope: 'fleet' } } });
    await expect(world.request()).rejects.toMatchObject({ code: 'Frozen' });
    expect((await reportOf(world)).targets).toMatchObject([{ condition: { code: 'Frozen' } }]);
  });

  it('lets a dead key be repaired', async () => {
    const world = await World.start();
    world.fleet.write('freeze', NONSENSE);
    await world.live(HOUR);
    world.resource.regenerate('primary', 'human');
    await world.live(2 * HOUR);
    expect((await world.steps()).some((step) => step.startsWith('repair'))).toBe(true);
    expect((await world.record()).condition?.code).toBe('Frozen');
  });

  it('does not keep a compromise from being answered', async () => {
    const world = await World.start();
    world.fleet.write('freeze', NONSENSE);
    await world.live(HOUR);
    // Their tokens are part of the leak.
    world.sparesTokens = false;
    await world.report();
    await world.rotated();
    expect(world.regenerated).toHaveLength(2);
    expect(world.violations).toEqual([]);
  });

  it('is lifted by a person, who could not lift it while it had to be understood first', async () => {
    const world = await World.start();
    world.fleet.write('freeze', NONSENSE);
    await world.live(HOUR);
    await unfreezeFleet(world.ports());
    expect(world.fleet.rows.has('freeze')).toBe(false);
    await world.rotated();
  });

  it('is replaced by what a person orders anew', async () => {
    const world = await World.start();
    world.fleet.write('freeze', NONSENSE);
    await freezeFleet({ until: world.clock.now() + DAY, who: 'ann', why: 'a sale' }, world.ports());
    expect((await reportOf(world)).findings).toEqual([]);
    await world.live(HOUR);
    expect((await world.record()).condition).toMatchObject({ code: 'Frozen', detail: { freeze: { who: 'ann' } } });
    await world.rotated();
  });
});

describe('a claim that cannot be understood', () => {
  it('takes its place in the fleet, and no other', async () => {
    const world = await World.start({ limits: { maxInFlight: 2 } });
    world.fleet.write('flight|0', NONSENSE);
    await world.rotated();
    expect([...world.fleet.rows.keys()]).toEqual(['flight|0']);
  });

  it('that is the only place lets no scheduled rotation start, but one that a person asked for', async () => {
    const world = await World.start({ limits: { maxInFlight: 1 } });
    world.fleet.write('flight|0', NONSENSE);
    await world.live(3 * DAY);
    expect(await world.steps()).toEqual([]);
    await world.request();
    await world.rotated();
    expect(world.fleet.rows.get('flight|0')).toMatchObject(NONSENSE);
  });

  it('is the turn of its group: another group goes on, and the own one when a person has deleted the row', async () => {
    const world = await World.start({ group: 'eu' });
    const other = await World.start({
      ...{ beside: world, resource: { name: 'orders' }, vaults: ['kv-orders'] },
      group: 'us',
    });
    world.fleet.write('group|eu', NONSENSE);
    await other.rotated();
    await world.live(DAY);
    expect(await world.steps()).not.toContain('publish secondary');
    world.fleet.remove('group|eu');
    await world.rotated();
    expect(world.violations).toEqual([]);
  });
});
