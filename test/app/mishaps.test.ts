import { describe, expect, it } from 'vitest';
import { firstBreak } from '../../src/app/receipts.ts';
import type { Mishap } from '../support/instrument.ts';
import { DAY, HOUR } from '../support/scene.ts';
import { World } from '../support/world.ts';

const MISHAPS: readonly Mishap[] = ['crash-before', 'crash-after', 'lose-answer', 'fail'];
const CYCLES = ['first', 'second'] as const;

/** A world in which the next rotation is about to begin. */
async function beforeRotation(cycle: (typeof CYCLES)[number]): Promise<World> {
  const world = await World.start({ vaults: ['kv-a', 'kv-b'] });
  if (cycle === 'first') return world;
  await world.rotated();
  await world.live(HOUR);
  world.clock.ms += 60 * DAY;
  return world;
}

async function countCalls(cycle: (typeof CYCLES)[number]): Promise<number> {
  const world = await beforeRotation(cycle);
  const before = world.calls.length;
  await world.rotated(cycle === 'first' ? 1 : 2, DAY);
  return world.calls.length - before;
}

describe.each(CYCLES)('the %s cycle', (cycle) => {
  it.each(MISHAPS)('ends in a completed rotation after any port call meets: %s', async (mishap) => {
    const calls = await countCalls(cycle);
    expect(calls).toBeGreaterThan(80);
    for (let n = 0; n < calls; n += 1) {
      const world = await beforeRotation(cycle);
      const start = { call: world.calls.length, regenerated: world.regenerated.length };
      world.mishap = (index) => (index === start.call + n ? mishap : null);
      await world.rotated(cycle === 'first' ? 1 : 2, 2 * DAY);
      const at = `${mishap} at call ${n}: ${world.calls[start.call + n]}`;
      expect(world.violations, at).toEqual([]);
      const steps = await world.steps();
      const completed = steps.filter((step) => step === 'complete').length;
      expect(completed, `${at}: ${steps.join(', ')}`).toBe(cycle === 'first' ? 1 : 2);
      // The standby may be regenerated once more, where nobody could know that the first time had worked.
      const regenerated = world.regenerated.slice(start.regenerated);
      const [standby, outgoing] = cycle === 'first' ? ['secondary', 'primary'] : ['primary', 'secondary'];
      expect(regenerated.filter((slot) => slot === standby).length, at).toBeLessThanOrEqual(2);
      expect(regenerated.filter((slot) => slot === outgoing).length, at).toBe(1);
      expect(firstBreak(await world.receipts()), at).toBeNull();
      for (const vault of world.vaults) {
        expect(vault.current('chat')?.value, at).toBe(world.resource.connectionString(standby as 'primary'));
      }
    }
  });
});
