import { describe, expect, it } from 'vitest';
import { happenedIn, principalIdOf } from '../../../local/azure/happened.ts';
import { takeEvents } from '../../../src/app/events-in/take-events.ts';
import type { Duration, Policy } from '../../../src/core/model.ts';
import { aPolicy, HOUR, SECOND } from '../../support/scene.ts';
import { World } from '../../support/world.ts';

/** Lives through a rotation, told by Azure of everything that happens, its own doings included. */
async function told(selfPrincipalId: string | null, lasts: Duration, policy: Partial<Policy> = {}) {
  const world = await World.start({ over: 'direct', vaults: ['kv-a', 'kv-b'], policy });
  world.selfPrincipalId = selfPrincipalId;
  const places = { resources: [world.resource], vaults: world.vaults };
  const known = new Set(happenedIn(places, world.clock.now()).map(({ id }) => id));
  let events = 0;
  for (const end = world.clock.now() + lasts; world.clock.now() < end; ) {
    await world.live(10 * SECOND);
    for (const { id, event } of happenedIn(places, world.clock.now())) {
      if (known.has(id)) continue;
      known.add(id);
      events += 1;
      await takeEvents([event()], world.app);
    }
  }
  const looks = world.calls.filter((call) => call === 'keys.list').length;
  return { world, events, looks };
}

async function toldNothing(lasts: Duration): Promise<number> {
  const world = await World.start({ over: 'direct', vaults: ['kv-a', 'kv-b'] });
  await world.live(lasts);
  return world.calls.filter((call) => call === 'keys.list').length;
}

describe('a rotation of which Azure tells this app itself', () => {
  const lasts = 5 * HOUR;

  it('is the same as one of which it tells nothing, and makes no look more', async () => {
    const { world, events, looks } = await told(principalIdOf('rotator'), lasts);
    expect(events).toBeGreaterThan(20);
    expect(looks).toBe(await toldNothing(lasts));
    expect(await world.steps()).toContain('complete');
    expect((await world.record()).state.sightings).toEqual([]);
    expect(world.violations).toEqual([]);
  });

  it('leads to one look more where it does not know itself, to say so', async () => {
    const { world, looks } = await told(null, lasts);
    expect(looks).toBeLessThanOrEqual((await toldNothing(lasts)) + 2);
    expect((await world.record()).findings.map(({ code }) => code)).toContain('SelfUnknown');
    expect(world.violations).toEqual([]);
  });

  it('feeds itself no more than once an hour where it takes itself for somebody else', async () => {
    const { world, looks } = await told('99999999-aaaa-4000-8000-000000000009', lasts);
    expect(looks).toBeLessThanOrEqual((await toldNothing(lasts)) + lasts / HOUR + 4);
    expect((await world.record()).findings.map(({ code }) => code)).toContain('KeysListedByStranger');
    expect(world.violations).toEqual([]);
  });

  it('condemns no more than once an hour where a stranger who lists keys is a leak', async () => {
    const compromise = { ...aPolicy().compromise, listedByStranger: 'compromise' as const };
    const { world } = await told('99999999-aaaa-4000-8000-000000000009', lasts, { compromise });
    const condemned = (await world.steps()).filter((step) => step === 'condemn');
    expect(condemned.length).toBeLessThanOrEqual(lasts / HOUR + 1);
    expect(world.violations).toEqual([]);
  });
});
