import { describe, expect, it } from 'vitest';
import { askForRefresh } from '../../src/app/refresh.ts';
import { sweep } from '../../src/app/sweep.ts';
import type { Instant } from '../../src/core/model.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../support/scene.ts';
import { World } from '../support/world.ts';

/** Targets with nothing to do for hours, in one fleet and with one queue: that of the first. */
async function idleTargets(count: number, options: Parameters<typeof World.start>[0] = {}): Promise<World[]> {
  const policy = { unknownAge: 'report', observeEvery: DAY } as const;
  const first = await World.start({ policy, resource: { name: 'chat-0' }, ...options });
  const worlds = [first];
  for (let i = 1; i < count; i += 1) {
    const own = { vaults: [`kv-${i}`], resource: { name: `chat-${i}` } };
    worlds.push(await World.start({ policy, ...options, beside: first, ...own }));
  }
  for (const world of worlds) await world.live(0);
  first.targets = () => worlds.map(({ target }) => target);
  first.queue.take();
  first.clock.ms += HOUR;
  return worlds;
}
const anIdleTarget = async (options: Parameters<typeof World.start>[0] = {}): Promise<World> => {
  const [world] = await idleTargets(1, options);
  if (world === undefined) throw new Error('There is one.');
  return world;
};

const refresh = (world: World) => askForRefresh(world.app, world.ports());
const askedAt = async (world: World): Promise<Instant> => (await world.fleet.look()).refreshAskedAt ?? Number.NaN;
const observedAt = async (world: World): Promise<Instant> => (await world.record()).state.observedAt ?? 0;
const isSeenAnew = async (world: World) => (await observedAt(world)) > (await askedAt(world)) - SECOND;
const looks = (world: World): number => world.calls.filter((call) => call === 'keys.look').length;
const woken = (world: World) => world.queue.take().map(({ resource }) => resource);

describe('a refresh', () => {
  it('has every target looked at, although it has nothing to do for hours', async () => {
    const world = await anIdleTarget();
    await world.live(HOUR);
    expect(await observedAt(world)).toBeLessThan(world.clock.now() - HOUR);
    expect(await refresh(world)).toEqual({ targets: 1, enqueued: 1 });
    expect(await isSeenAnew(world)).toBe(false);
    await world.live(SECOND);
    expect(await isSeenAnew(world)).toBe(true);
  });

  it('is one look, however often its message comes, and however late', async () => {
    const world = await anIdleTarget();
    await refresh(world);
    const asked = await askedAt(world);
    expect(await world.reconcile(asked)).toBe('done');
    expect(await world.reconcile(asked)).toBe('nothing-to-do');
    world.clock.ms += 2 * HOUR;
    expect(await world.reconcile(asked)).toBe('nothing-to-do');
    expect(await world.reconcile(null)).toBe('nothing-to-do');
  });

  it('that is asked for again wants newer ones', async () => {
    const world = await anIdleTarget();
    await refresh(world);
    await world.live(MINUTE);
    const first = await observedAt(world);
    await refresh(world);
    await world.live(MINUTE);
    expect(await observedAt(world)).toBeGreaterThan(first);
  });

  it('that had no time to enqueue all leaves the others to the next sweeps', async () => {
    const worlds = await idleTargets(5, { limits: { maxPerSweep: 2 } });
    const [first] = worlds;
    if (first === undefined) throw new Error('There are five.');
    let reads = 0;
    const stopwatch = () => 10 * SECOND * reads++;
    const asked = await askForRefresh({ ...first.app, stopwatch }, first.ports());
    expect(asked).toEqual({ targets: 5, enqueued: 1 });
    const found = woken(first);
    while (found.length < 5) {
      for (const world of worlds) if (found.includes(world.resourceId)) await world.reconcile(await askedAt(first));
      await sweep(first.app);
      const more = woken(first);
      expect(more.length).toBeGreaterThan(0);
      expect(more.length).toBeLessThanOrEqual(2);
      found.push(...more);
    }
    expect(new Set(found)).toEqual(new Set(worlds.map(({ resourceId }) => resourceId)));
  });

  it('is not lost where the queue cannot be reached', async () => {
    const world = await anIdleTarget();
    const { queue, ...ports } = world.ports();
    const away = { send: () => world.app.openPorts(AbortSignal.abort()).queue.send(world.resourceId, 0) };
    world.mishap = (_, name) => (name === 'queue.send' ? 'fail' : null);
    expect(await askForRefresh(world.app, { ...ports, queue: away })).toEqual({ targets: 1, enqueued: 0 });
    world.mishap = () => null;
    await world.live(6 * MINUTE);
    expect(await isSeenAnew(world)).toBe(true);
  });

  it('goes after what people asked for and what is due', async () => {
    const worlds = await idleTargets(3, { limits: { maxPerSweep: 3 } });
    const [first, , third] = worlds;
    if (!(first && third)) throw new Error('There are three.');
    const added = await World.start({ beside: first, vaults: ['kv-new'], resource: { name: 'chat-new' } });
    first.targets = () => [...worlds, added].map(({ target }) => target);
    await first.fleet.askForRefresh();
    await third.request();
    await sweep(first.app);
    expect(woken(first)).toEqual([third, added, first].map(({ resourceId }) => resourceId));
  });

  it('is over for a target whose look fails, after it was tried', async () => {
    const world = await anIdleTarget();
    world.resource.denials.forbid('read');
    await refresh(world);
    const before = looks(world);
    await world.live(6 * HOUR);
    expect((await world.record()).condition?.code).toBe('ResourceForbidden');
    expect(looks(world) - before).toBeGreaterThanOrEqual(1);
    expect(looks(world) - before).toBeLessThanOrEqual(2);
  });

  it('sees again what a worker had seen just before somebody asked, and wrote just after', async () => {
    const world = await anIdleTarget();
    await refresh(world);
    const [first, seen] = [await askedAt(world), looks(world)];
    world.pace = async () => {
      if (looks(world) === seen || (await askedAt(world)) > first) return;
      world.clock.ms += 5 * SECOND;
      await world.fleet.askForRefresh();
      world.clock.ms += 5 * SECOND;
    };
    expect(await world.reconcile(first)).toBe('done');
    world.pace = async () => undefined;
    expect(await isSeenAnew(world)).toBe(false);
    world.queue.take();
    await world.live(6 * MINUTE);
    expect(await isSeenAnew(world)).toBe(true);
  });

  it('does not touch what rotation.json no longer names', async () => {
    const world = await anIdleTarget();
    const before = looks(world);
    world.targets = () => [];
    expect(await refresh(world)).toEqual({ targets: 0, enqueued: 0 });
    await world.live(HOUR);
    expect(await world.reconcile(await askedAt(world))).toBe('not-ours');
    expect(looks(world)).toBe(before);
  });
});
