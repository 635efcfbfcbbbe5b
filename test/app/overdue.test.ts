import { afterEach, describe, expect, it } from 'vitest';
import type { LogRecord } from '../../src/app/log.ts';
import type { Policy } from '../../src/core/model.ts';
import { DAY, HOUR, MINUTE, NOON } from '../support/scene.ts';
import { World, type WorldOptions } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

/** Its keys are as old as the resource, and nothing is due by itself. */
const start = async (age: number, own: WorldOptions = {}): Promise<World> => {
  const policy: Partial<Policy> = { unknownAge: 'report', ...own.policy };
  world = await World.start({ ...own, policy, resource: { createdAt: NOON - age, ...own.resource } });
  return world;
};

const alerts = (): readonly LogRecord[] => world.log.filter(({ event }) => event === 'KeyOverdue');
const heldBy = async (): Promise<string | null> => (await world.record()).condition?.code ?? null;

describe('a key that may be older than maxKeyAge', () => {
  it('is alerted at the very look that finds it, with target, code and remedy', async () => {
    await start(100 * DAY);
    await world.live(MINUTE);
    expect(alerts()).toEqual([
      {
        level: 'error',
        event: 'KeyOverdue',
        target: 'chat-prod',
        resource: world.resourceId,
        code: 'KeyOverdue',
        meaning: 'A key may be older than maxKeyAge.',
        remedy: 'Rotate now, or look at what holds the rotation.',
        slots: ['primary', 'secondary'],
        since: new Date(NOON - 10 * DAY).toISOString(),
        phase: 'nothing-due',
        heldBy: null,
      },
    ]);
  });

  it('is alerted once a day, however often the target is looked at', async () => {
    await start(100 * DAY);
    await world.live(3 * DAY - HOUR);
    expect(world.calls.filter((name) => name === 'keys.look').length).toBeGreaterThan(60);
    expect(alerts()).toHaveLength(3);
  });

  it('is alerted when it gets too old, and not only at the next look of a target that is seldom looked at', async () => {
    await start(90 * DAY - 10 * HOUR, { policy: { observeEvery: 7 * DAY } });
    await world.live(9 * HOUR);
    expect(alerts()).toEqual([]);
    await world.live(HOUR + MINUTE);
    expect(alerts()).toHaveLength(1);
    await world.live(DAY);
    expect(alerts()).toHaveLength(2);
  });

  it('is not alerted any more when it is regenerated, and at once when the next one grows too old', async () => {
    await start(100 * DAY);
    await world.live(MINUTE);
    await world.request();
    await world.rotated();
    expect(alerts()).toHaveLength(1);
    expect((await world.record()).overdueAlertedAt).toBeNull();
    world.clock.ms += 91 * DAY;
    await world.live(10 * MINUTE);
    expect(alerts()).toHaveLength(2);
  });

  it('is alerted of a target that is held', async () => {
    await start(100 * DAY, { vaults: ['kv-a', 'kv-b'] });
    world.vaults[1]?.disable('chat');
    await world.live(DAY + HOUR);
    expect(await heldBy()).toBe('SecretDisabled');
    expect(alerts()).toMatchObject([
      { phase: 'hold', heldBy: 'SecretDisabled' },
      { phase: 'hold', heldBy: 'SecretDisabled' },
    ]);
  });

  it('is alerted of a target that is frozen in the middle of a rotation', async () => {
    await start(89 * DAY, { rereads: null });
    await world.request();
    await world.until('await-consumers primary');
    await world.freeze(NOON + 3 * DAY);
    await world.live(2 * DAY - HOUR);
    expect(await heldBy()).toBe('Frozen');
    expect(alerts()).toMatchObject([{ phase: 'hold', heldBy: 'Frozen', slots: ['primary'] }]);
  });

  it('is alerted of a target that waits for its consumers', async () => {
    await start(89 * DAY, { rereads: null });
    await world.request();
    await world.live(2 * DAY - HOUR);
    expect(alerts()).toMatchObject([{ phase: 'await-consumers', heldBy: null, slots: ['primary'] }]);
  });

  it('is alerted of a target whose looks have begun to fail', async () => {
    await start(89 * DAY);
    await world.live(MINUTE);
    world.mishap = (_, name) => (name === 'keys.look' ? 'fail' : null);
    await world.live(2 * DAY - HOUR);
    expect(alerts()).toHaveLength(1);
  });

  it('is not alerted where local authentication is off, since there is none', async () => {
    await start(100 * DAY);
    await world.live(MINUTE);
    world.resource.disableLocalAuth();
    await world.live(2 * DAY);
    expect(await heldBy()).toBe('LocalAuthDisabled');
    expect(alerts()).toHaveLength(1);
  });

  it('ends with a policy that allows its age', async () => {
    await start(100 * DAY);
    await world.live(MINUTE);
    expect(alerts()).toHaveLength(1);
    world.target = { ...world.target, policy: { ...world.target.policy, maxKeyAge: 400 * DAY } };
    await world.live(2 * DAY);
    expect(alerts()).toHaveLength(1);
    expect((await world.record()).overdueAlertedAt).toBeNull();
  });
});
