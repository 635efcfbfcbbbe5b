import { describe, expect, it } from 'vitest';
import { firstBreak } from '../../src/app/receipts.ts';
import type { Mishap } from '../support/instrument.ts';
import { DAY, HOUR } from '../support/scene.ts';
import { World } from '../support/world.ts';

const MISHAPS: readonly Mishap[] = ['crash-before', 'crash-after', 'lose-answer', 'fail'];
/** Of all calls every seventh, another seventh for each mishap: all of them, and with the wire below, are played by `npm run simulate`. */
const EVERY = 7;

/** How a rotation comes about, and which slots it finds in which role. */
const CYCLES = {
  'a first cycle': { times: 1, standby: 'secondary', outgoing: 'primary', begins: async () => undefined },
  'a second cycle': {
    times: 2,
    standby: 'primary',
    outgoing: 'secondary',
    begins: async (world: World) => {
      await world.rotated();
      await world.live(HOUR);
      world.clock.ms += 60 * DAY;
    },
  },
  'a compromise': {
    times: 1,
    standby: 'secondary',
    outgoing: 'primary',
    begins: async (world: World) => {
      world.sparesTokens = false;
      await world.report({ slot: 'primary' });
    },
  },
} as const;
type Cycle = keyof typeof CYCLES;

/** A world in which the next rotation is about to begin. */
async function beforeRotation(cycle: Cycle): Promise<World> {
  const world = await World.start({ vaults: ['kv-a', 'kv-b'] });
  await CYCLES[cycle].begins(world);
  return world;
}

async function countCalls(cycle: Cycle): Promise<number> {
  const world = await beforeRotation(cycle);
  const before = world.calls.length;
  await world.rotated(CYCLES[cycle].times, DAY);
  return world.calls.length - before;
}

describe.each(Object.keys(CYCLES) as Cycle[])('%s', (cycle) => {
  const { times, standby, outgoing } = CYCLES[cycle];

  it.each(MISHAPS)('ends in a completed rotation after any port call meets: %s', async (mishap) => {
    const calls = await countCalls(cycle);
    expect(calls).toBeGreaterThan(80);
    for (let n = MISHAPS.indexOf(mishap) % EVERY; n < calls; n += EVERY) {
      const world = await beforeRotation(cycle);
      const start = { call: world.calls.length, regenerated: world.regenerated.length };
      world.mishap = (index) => (index === start.call + n ? mishap : null);
      await world.rotated(times, 2 * DAY);
      const at = `${mishap} at call ${n}: ${world.calls[start.call + n]}`;
      expect(world.violations, at).toEqual([]);
      const steps = await world.steps();
      const completed = steps.filter((step) => step === 'complete').length;
      expect(completed, `${at}: ${steps.join(', ')}`).toBe(times);
      // The standby may be regenerated once more, where nobody could know that the first time had worked.
      const regenerated = world.regenerated.slice(start.regenerated);
      expect(regenerated.filter((slot) => slot === standby).length, at).toBeLessThanOrEqual(2);
      expect(regenerated.filter((slot) => slot === outgoing).length, at).toBe(1);
      expect(firstBreak(await world.receipts()), at).toBeNull();
      for (const vault of world.vaults) {
        expect(vault.current('chat')?.value, at).toBe(world.resource.connectionString(standby));
      }
    }
  });
});
