import { describe, expect, it } from 'vitest';
import { freezeFleet, unfreezeFleet, unfreezeTarget } from '../../src/app/freezes.ts';
import { planFor } from '../../src/app/plan.ts';
import { requestRotation } from '../../src/app/requests.ts';
import { sweep } from '../../src/app/sweep.ts';
import { DAY, HOUR, MINUTE } from '../support/scene.ts';
import { World } from '../support/world.ts';

const plan = (world: World, asked: Parameters<typeof planFor>[1] = null) =>
  planFor(world.target, asked, world.ports(), world.app);
const aRequest = { id: 'q', who: 'ann', why: null, acceptUnknownConsumers: false, force: false };

describe('a request', () => {
  it('joins the rotation in flight', async () => {
    const world = await World.start();
    await world.until('publish secondary');
    const rotation = (await world.record()).state.rotation?.id;
    expect(await world.request('later', { isNamed: false })).toMatchObject({ rotation, joined: true });
    await world.rotated();
    await world.live(DAY);
    expect(world.regenerated).toHaveLength(2);
  });

  it('joins the rotation in flight while a key of it is being regenerated', async () => {
    const world = await World.start();
    const isRegenerating = async () => {
      const { state } = await world.record();
      return state.intent !== null && state.keys.secondary?.fingerprint !== state.intent.fingerprintBefore;
    };
    await world.live(DAY, isRegenerating);
    const rotation = (await world.record()).state.rotation?.id;
    expect(await world.request('meanwhile', { isNamed: false })).toMatchObject({ rotation, joined: true });
    await world.live(3 * DAY);
    expect(world.regenerated).toHaveLength(2);
  });

  it('that was told to join a rotation asks for no second one, although that has ended before anybody reads it', async () => {
    const world = await World.start();
    await world.until('publish secondary');
    const ports = world.ports();
    const insert = ports.ledger.insertInbox.bind(ports.ledger);
    ports.ledger.insertInbox = async (resource, row) => {
      ports.ledger.insertInbox = insert;
      await world.rotated();
      return insert(resource, row);
    };
    const answer = await requestRotation(world.target, { ...aRequest, id: 'late', isNamed: true }, ports);
    expect(answer).toMatchObject({ joined: true });
    await world.live(3 * DAY);
    expect(world.regenerated).toHaveLength(2);
    expect(await world.request('late')).toMatchObject({ rotation: 'rotation' in answer ? answer.rotation : null });
  });

  it('is answered AlreadyYoung within an hour of both keys, unless it is forced or named', async () => {
    const world = await World.start();
    await world.rotated();
    expect(await world.request('a', { isNamed: false })).toMatchObject({ code: null });
    const young = await World.start({
      policy: { switchover: { ...world.target.policy.switchover, tokenLifetime: MINUTE } },
    });
    await young.rotated();
    expect(await young.request('a', { isNamed: false })).toEqual({ code: 'AlreadyYoung' });
    await young.live(HOUR);
    expect(young.regenerated).toHaveLength(2);
    expect(await young.request('b', { isNamed: false })).toMatchObject({ code: null });
  });

  it('that is forced rotates young keys', async () => {
    const world = await World.start({ rereads: MINUTE });
    world.target = {
      ...world.target,
      policy: { ...world.target.policy, switchover: { ...world.target.policy.switchover, tokenLifetime: MINUTE } },
    };
    await world.rotated();
    expect(await world.request('a', { isNamed: false, force: true })).toMatchObject({ code: null, request: 'a' });
    await world.rotated(2);
    expect(world.regenerated).toHaveLength(4);
  });

  it('that could not begin within a week is not meant any more', async () => {
    const world = await World.start({ text: (r) => `Endpoint=https://${r.hostName};AuthType=azure.msi;` });
    await world.request('old');
    await world.live(8 * DAY);
    expect((await world.record()).state.pending).toEqual([]);
  });
});

describe('a plan', () => {
  it('says what would happen next, and changes nothing', async () => {
    const world = await World.start();
    expect(await plan(world)).toMatchObject({
      target: 'chat-prod',
      next: { step: 'condemn', reason: 'KeyTooOld' },
      blockers: [],
    });
    expect(await world.found()).toBeNull();
    expect(world.resource.operations).toEqual([]);
    await world.until('await-consumers primary');
    const awaited = await plan(world);
    expect(awaited.next).toMatchObject({ step: 'await-consumers', awaiting: [{ consumer: 'web-1' }] });
    expect(awaited.wakeAt).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it('says when nothing is due, and what a request would lead to', async () => {
    const world = await World.start();
    await world.rotated();
    const idle = await plan(world);
    expect(idle.next.step).toBe('nothing-due');
    expect(Date.parse(idle.dueAt ?? '')).toBeGreaterThan(world.clock.now() + 59 * DAY);
    expect((await plan(world, aRequest)).next).toMatchObject({ step: 'condemn', reason: 'Requested' });
    expect((await world.record()).state.pending).toEqual([]);
  });

  it('names every blocker at once', async () => {
    const world = await World.start({ vaults: ['kv-a', 'kv-b'] });
    world.vaults[0]?.set('chat', 'to be filled in');
    world.resource.stopped = true;
    await world.freeze(world.clock.now() + DAY);
    world.installation = 'another';
    world.vaults[1]?.change('chat', { tags: { ManagedBy: 'signalr-key-rotation:default' } });
    expect((await plan(world)).blockers.map(({ code }) => code)).toEqual([
      'ManagedByAnother',
      'NotAConnectionString',
      'Frozen',
    ]);
  });

  it('is the blocker itself where the resource cannot be read', async () => {
    const world = await World.start();
    world.resource.denials.forbid('listKeys');
    expect(await plan(world)).toMatchObject({ next: { step: 'hold' }, blockers: [{ code: 'ResourceForbidden' }] });
  });
});

describe('a freeze', () => {
  it('stops the next step of a rotation, and not the repair of a dead key', async () => {
    const world = await World.start({ vaults: ['kv-a', 'kv-b'] });
    await world.until('regenerate secondary');
    await world.freeze(world.clock.now() + 2 * DAY);
    await world.live(DAY);
    expect((await world.record()).condition).toMatchObject({
      code: 'Frozen',
      detail: { freeze: { who: 'ann', why: 'a holiday' } },
    });
    expect(await world.steps()).not.toContain('publish secondary');
    world.vaults[1]?.set('chat', world.resource.connectionString('primary', 'ZGVhZA=='));
    for (const consumer of world.consumers) consumer.stop();
    await world.live(3 * HOUR);
    expect((await world.steps()).some((step) => step.startsWith('repair'))).toBe(true);
  });

  it('ends by itself', async () => {
    const world = await World.start();
    await world.freeze(world.clock.now() + DAY);
    await world.live(DAY - MINUTE);
    expect(world.resource.operations).toEqual([]);
    await world.rotated();
    expect(world.violations).toEqual([]);
  });

  it('that is lifted lets the target go on at once', async () => {
    const world = await World.start();
    await world.freeze(world.clock.now() + 30 * DAY);
    await world.live(HOUR);
    await unfreezeTarget(world.target, world.ports());
    await world.live(MINUTE);
    expect(await world.steps()).toContain('condemn');
  });

  it('refuses requests while it lasts', async () => {
    const world = await World.start();
    await world.freeze(world.clock.now() + DAY);
    await expect(world.request()).rejects.toMatchObject({
      code: 'Frozen',
      more: { freeze: { scope: 'target', who: 'ann' } },
    });
  });

  it('of all holds every target', async () => {
    const world = await World.start();
    await freezeFleet({ until: world.clock.now() + DAY, who: 'ann', why: 'peak' }, world.ports());
    await world.live(HOUR);
    expect((await world.record()).condition).toMatchObject({ code: 'Frozen', detail: { freeze: { scope: 'fleet' } } });
    await unfreezeFleet(world.ports());
    await world.rotated();
  });

  it('that would end in the past is refused', async () => {
    const world = await World.start();
    await expect(world.freeze(world.clock.now() - 1)).rejects.toMatchObject({
      code: 'InvalidRequest',
      errors: [{ path: 'until' }],
    });
  });
});

/** Targets of one fleet, with a sweep that sees them all. */
async function aFleet(count: number, options: Parameters<typeof World.start>[0] = {}): Promise<World[]> {
  const first = await World.start({ ...options, resource: { name: 'chat-0' } });
  const worlds = [first];
  for (let i = 1; i < count; i += 1) {
    worlds.push(await World.start({ ...options, beside: first, vaults: [`kv-${i}`], resource: { name: `chat-${i}` } }));
  }
  return worlds;
}
const running = async (worlds: readonly World[]): Promise<number> => {
  const records = await Promise.all(worlds.map((world) => world.found()));
  return records.filter((record) => record?.state.rotation).length;
};
/** Every target lives by turns, so that none is ahead of the others by more than a minute. */
async function liveTogether(
  worlds: readonly World[],
  minutes: number,
  each: () => Promise<void> = async () => undefined,
): Promise<void> {
  const clock = worlds[0]?.clock;
  if (clock === undefined) return;
  for (let minute = 0; minute < minutes; minute += 1) {
    for (const world of worlds) await world.live(0);
    await each();
    clock.ms += MINUTE;
  }
}

describe('maxInFlight', () => {
  it('bounds the scheduled rotations under way, and all get their turn', async () => {
    const worlds = await aFleet(6, { limits: { maxInFlight: 2 }, policy: { observeEvery: 10 * MINUTE } });
    let most = 0;
    await liveTogether(worlds, 12 * 60, async () => {
      most = Math.max(most, await running(worlds));
    });
    expect(most).toBe(2);
    for (const world of worlds) expect(await world.steps()).toContain('complete');
    expect((await worlds[0]?.fleet.look())?.claims).toEqual([]);
  });

  it('does not stop what a person asked for', async () => {
    const worlds = await aFleet(2, { limits: { maxInFlight: 1 }, rereads: null });
    await liveTogether(worlds, 10);
    expect(await running(worlds)).toBe(1);
    await worlds[1]?.request();
    await liveTogether(worlds, 10);
    expect(await running(worlds)).toBe(2);
  });

  it('takes over a place whose holder has no such rotation', async () => {
    const world = await World.start({ limits: { maxInFlight: 1 } });
    await world.fleet.claim({ name: 'flight|0', resource: world.resourceId, rotation: 'one that never began' }, null);
    await world.rotated();
    expect(world.violations).toEqual([]);
  });
});

describe('a group', () => {
  it('has at most one target between publishing and retiring', async () => {
    const worlds = await aFleet(3, { group: 'endpoints', policy: { observeEvery: 10 * MINUTE } });
    const isBetween = async (world: World): Promise<boolean> => {
      const steps = await world.steps();
      return steps.includes('publish secondary') && !steps.includes('complete');
    };
    let most = 0;
    await liveTogether(worlds, 16 * 60, async () => {
      const between = await Promise.all(worlds.map(isBetween));
      most = Math.max(most, between.filter(Boolean).length);
    });
    expect(most).toBe(1);
    for (const world of worlds) expect(await world.steps()).toContain('complete');
  });
});

describe('pauseAfterStalled', () => {
  it('starts no scheduled rotation while too many are stalled, until a person lifts it', async () => {
    const worlds = await aFleet(4, {
      limits: { pauseAfterStalled: 2 },
      rereads: null,
      policy: { rotateAfter: 60 * DAY },
    });
    const [first, second, third, fourth] = worlds;
    if (!(first && second && third && fourth)) throw new Error('There are four.');
    for (const world of worlds) world.targets = () => worlds.map(({ target }) => target);
    const only = async (some: readonly World[], lasts: number) => {
      for (let passed = 0; passed < lasts; passed += 6 * HOUR) {
        for (const world of some) await world.live(0);
        await sweep(first.app);
        first.clock.ms += 6 * HOUR;
      }
    };
    await only([first, second], 9 * DAY);
    expect((await first.fleet.look()).pausedSince).not.toBeNull();
    await third.live(HOUR);
    expect((await third.record()).condition?.code).toBe('FleetPaused');
    expect(first.log).toContainEqual(expect.objectContaining({ level: 'error', event: 'FleetPaused' }));
    await unfreezeFleet(third.ports());
    await only([third], DAY);
    expect(await third.steps()).toContain('condemn');
    expect((await first.fleet.look()).pausedSince).toBeNull();
    expect(await running([fourth])).toBe(0);
  });
});
