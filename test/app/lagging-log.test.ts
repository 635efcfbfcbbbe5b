import { expect, it } from 'vitest';
import { DAY, HOUR } from '../support/scene.ts';
import { World } from '../support/world.ts';

it('a key that a person made today is not as old as the one that we made, while the activity log lags', async () => {
  const world = await World.start();
  await world.rotated();
  await world.live(20 * DAY);
  world.humanRegenerates('primary');
  const madeAt = world.clock.now();
  await world.reconcile(madeAt);
  const age = async () => (await world.record()).slots?.primary.age;
  const { madeAfter, madeBefore } = (await age()) ?? {};
  expect(madeBefore).toBeGreaterThanOrEqual(madeAt);
  expect(madeAfter).toBeGreaterThan(madeAt - 2 * HOUR);
  // By then the log shows its entry, and is asked once more.
  await world.live(2 * HOUR);
  expect((await world.record()).state.keys.primary?.logged?.to).toBeGreaterThanOrEqual(madeAt);
});
