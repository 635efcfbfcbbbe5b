import { describe, expect, it } from 'vitest';
import { firstBreak } from '../../src/app/receipts.ts';
import { DAY, HOUR } from '../support/scene.ts';
import { World } from '../support/world.ts';

const WHOLE_ROTATION = [
  'condemn',
  'regenerate secondary',
  'publish secondary',
  'await-consumers primary',
  'soak primary',
  'regenerate primary',
  'confirm-dead',
  'disable-old-versions',
  'complete',
];

describe.each(['direct', 'http'] as const)('a scheduled rotation (%s)', (over) => {
  it('regenerates the standby, publishes it, waits, and regenerates the key that was left', async () => {
    const world = await World.start({ over });
    const before = world.resource.fingerprints;
    await world.rotated();
    expect(await world.steps()).toEqual(WHOLE_ROTATION);
    expect(world.violations).toEqual([]);
    expect(world.regenerated).toEqual(['secondary', 'primary']);
    expect(world.resource.fingerprints.primary).not.toBe(before.primary);
    expect(world.resource.fingerprints.secondary).not.toBe(before.secondary);
    expect(world.vaults[0]?.current('chat')?.value).toBe(world.resource.connectionString('secondary'));
    expect(world.vaults[0]?.versions('chat').map(({ enabled }) => enabled)).toEqual([false, true]);
    expect(firstBreak(await world.receipts())).toBeNull();
    await world.close();
  });

  it('swaps the roles in the next cycle by the same rules', async () => {
    const world = await World.start({ over });
    await world.rotated(2, 70 * DAY);
    expect(world.regenerated).toEqual(['secondary', 'primary', 'primary', 'secondary']);
    expect(world.vaults[0]?.current('chat')?.value).toBe(world.resource.connectionString('primary'));
    expect(world.violations).toEqual([]);
    await world.close();
  });

  it('publishes to every vault and waits for the readers of each', async () => {
    const world = await World.start({ over, vaults: ['kv-a', 'kv-b'] });
    await world.rotated();
    expect(await world.steps()).toEqual(WHOLE_ROTATION);
    for (const vault of world.vaults)
      expect(vault.current('chat')?.value).toBe(world.resource.connectionString('secondary'));
    expect(world.violations).toEqual([]);
    await world.close();
  });
});

describe('waiting', () => {
  it('leaves the old key alone while one of two consumers is silent', async () => {
    const world = await World.start({ vaults: ['kv-a', 'kv-b'] });
    for (const consumer of world.consumers.slice(1)) consumer.isMuted = true;
    await world.live(30 * DAY);
    expect(world.regenerated).toEqual(['secondary']);
    expect(world.violations).toEqual([]);
    const { condition } = await world.record();
    expect(condition).toMatchObject({ code: 'Stalled', detail: { awaiting: [{ consumer: 'web-2' }] } });
  });

  it('needs no acknowledgement of an elapsed consumer', async () => {
    const world = await World.start({ evidence: 'elapsed' });
    await world.rotated(1, DAY);
    expect(world.regenerated).toEqual(['secondary', 'primary']);
    expect(world.violations).toEqual([]);
  });

  it('costs few calls a day', async () => {
    const world = await World.start({ rereads: null });
    await world.live(DAY);
    const calls = world.calls.length;
    await world.live(DAY);
    const looks = world.calls.slice(calls).filter((name) => name === 'keys.list').length;
    expect(looks).toBeLessThanOrEqual(25);
    expect(world.regenerated).toEqual(['secondary']);
  });
});

describe('a person who asks', () => {
  it('has young keys rotated, once for one id', async () => {
    const world = await World.start();
    await world.rotated();
    await world.live(HOUR);
    await world.request('mine');
    await world.request('mine');
    await world.rotated(2);
    await world.request('mine');
    await world.live(DAY);
    expect(world.regenerated).toHaveLength(4);
    expect((await world.record()).requests.map(({ id }) => id)).toEqual(['mine']);
  });
});
