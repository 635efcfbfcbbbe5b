import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstBreak } from '../../src/app/receipts.ts';
import { sweep } from '../../src/app/sweep.ts';
import { DAY, HOUR, MINUTE } from '../support/scene.ts';
import { World } from '../support/world.ts';

/** Lets each port call wait for some turns of the event loop, so that workers overtake each other anywhere. */
function interleave(world: World, turns: readonly number[]): void {
  let call = 0;
  world.pace = async () => {
    call += 1;
    for (let i = turns[call % turns.length] ?? 0; i > 0; i -= 1) await Promise.resolve();
  };
}

/** A whole rotation in which every look is made by several workers at once, some of them twice. */
async function rotateWith(workers: number, turns: readonly number[]): Promise<World> {
  const world = await World.start({ vaults: ['kv-a', 'kv-b'] });
  interleave(world, turns);
  const isDone = async () => (await world.steps()).includes('complete');
  for (let minute = 0; minute < 12 * 60 && !(await isDone()); minute += 1) {
    await Promise.all(Array.from({ length: workers }, () => world.reconcile()));
    await world.live(MINUTE);
  }
  return world;
}

describe('several workers on one target', () => {
  it('act as one, whatever the order of their calls', { timeout: 120_000 }, async () => {
    const turns = fc.array(fc.nat(7), { minLength: 5, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 5 }), turns, async (workers, each) => {
        const world = await rotateWith(workers, each);
        expect(world.violations).toEqual([]);
        expect(world.regenerated).toEqual(['secondary', 'primary']);
        expect((await world.steps()).filter((step) => step.startsWith('publish'))).toHaveLength(1);
        expect(firstBreak(await world.receipts())).toBeNull();
        for (const vault of world.vaults) expect(vault.versions('chat')).toHaveLength(2);
      }),
      { numRuns: 25 },
    );
  });

  it('leave a target to the one that holds its lease, and take over when it is gone', async () => {
    const world = await World.start();
    world.mishap = (index) => (index === 20 ? 'crash-before' : null);
    await world.reconcile();
    expect(await world.reconcile()).toBe('leased');
    world.clock.ms += 3 * MINUTE;
    expect(await world.reconcile()).toBe('done');
  });

  it('get no message from a sweep for a target that one of them works on, and one when it is gone', async () => {
    const world = await World.start();
    world.mishap = (index) => (index === 20 ? 'crash-before' : null);
    await world.reconcile();
    await world.request('meanwhile');
    world.queue.take();
    await sweep(world.app);
    expect(world.queue.take()).toEqual([]);
    world.clock.ms += 3 * MINUTE;
    await sweep(world.app);
    expect(world.queue.take()).toEqual([{ resource: world.resourceId, newerThan: null }]);
  });

  it('forget no look that was asked for while one of them had just looked', async () => {
    const world = await World.start();
    world.mishap = (index) => (index === 20 ? 'crash-before' : null);
    await world.reconcile();
    world.queue.take();
    const newerThan = world.clock.now() + MINUTE;
    expect(await world.reconcile(newerThan)).toBe('leased');
    expect(world.queue.take()).toEqual([]);
    world.clock.ms += MINUTE / 2;
    expect(world.queue.take()).toEqual([{ resource: world.resourceId, newerThan }]);
  });

  it('lose no request that comes in while one of them works', async () => {
    const world = await World.start();
    await world.rotated();
    await world.live(HOUR);
    let asked = false;
    world.pace = async () => {
      if (asked) return;
      asked = true;
      await world.request('in-between');
    };
    await world.reconcile();
    world.clock.ms += DAY;
    await world.rotated(2);
    expect((await world.record()).requests).toMatchObject([{ id: 'in-between' }]);
    expect(world.regenerated).toHaveLength(4);
  });

  it('end at once where nothing is asked and nothing is due', async () => {
    const world = await World.start();
    await world.rotated();
    await world.live(MINUTE);
    const before = world.calls.length;
    expect(await world.reconcile()).toBe('nothing-to-do');
    expect(world.calls.slice(before)).toEqual(['ledger.read']);
  });
});
