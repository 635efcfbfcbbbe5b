import { describe, expect, it } from 'vitest';
import { viewTarget } from '../../src/app/targets.ts';
import type { Policy, Target } from '../../src/core/model.ts';
import { aResourceId, DAY, HOUR, MINUTE, SECOND } from '../support/scene.ts';
import { World } from '../support/world.ts';

/** Every step of a rotation at which somebody may edit rotation.json or lay hands on the world. */
const STEPS = [
  'condemn',
  'regenerate secondary',
  'publish secondary',
  'await-consumers primary',
  'soak primary',
  'regenerate primary',
  'confirm-dead',
  'complete',
] as const;

const twoVaults = (): Promise<World> => World.start({ vaults: ['kv-a', 'kv-b'] });

/** Whatever happened: nobody was refused because of us, and the publications carry one live key. */
function expectSound(world: World): void {
  expect(world.violations).toEqual([]);
  const values = world.vaults.map((vault) => vault.current('chat')?.value);
  const live = [world.resource.connectionString('primary'), world.resource.connectionString('secondary')];
  for (const value of values) expect(live).toContain(value);
}

type Edit = (target: Target) => Target;
const tightened = (policy: Policy): Policy => ({
  ...policy,
  rotateAfter: DAY,
  switchover: { ...policy.switchover, maxWait: HOUR },
});
const loosened = (policy: Policy): Policy => ({
  ...policy,
  rotateAfter: 80 * DAY,
  switchover: { ...policy.switchover, tokenLifetime: 5 * HOUR, maxWait: 30 * DAY },
});

const EDITS: Record<string, Edit> = {
  'required flipped': (target) => ({
    ...target,
    publications: target.publications.map((p) => ({ ...p, required: !p.required })),
  }),
  'a target renamed': (target) => ({ ...target, name: 'chat-new' }),
  'a policy tightened': (target) => ({ ...target, policy: tightened(target.policy) }),
  'a policy loosened': (target) => ({ ...target, policy: loosened(target.policy) }),
  'a consumer renamed': (target) => ({
    ...target,
    consumers: target.consumers.map((c) => ({ ...c, name: `${c.name}-new` })),
  }),
  'a consumer removed': (target) => ({ ...target, consumers: target.consumers.slice(1) }),
  'a publication removed': (target) => ({
    ...target,
    publications: target.publications.slice(0, 1),
    consumers: target.consumers.slice(0, 1),
  }),
};

describe.each(Object.keys(EDITS))('%s', (name) => {
  it.each(STEPS)('after %s breaks nobody', async (step) => {
    const world = await twoVaults();
    await world.until(step);
    world.target = EDITS[name]?.(world.target) ?? world.target;
    await world.live(3 * DAY);
    expectSound(world);
  });
});

describe('a publication that is added', () => {
  it.each(STEPS)('after %s is brought to the key of the others, and its readers are awaited', async (step) => {
    const world = await twoVaults();
    const whole = world.target;
    const [publication] = whole.publications;
    const [consumer] = whole.consumers;
    if (publication === undefined || consumer === undefined) throw new Error('There are two of each.');
    for (const later of world.consumers.slice(1)) later.stop();
    world.target = { ...whole, publications: [publication], consumers: [consumer] };
    await world.until(step);
    world.target = whole;
    await world.live(2 * HOUR);
    for (const later of world.consumers.slice(1)) later.start();
    await world.rotated();
    await world.live(2 * HOUR);
    expectSound(world);
  });
});

describe('a consumer that is removed while it is awaited', () => {
  it('is awaited still, by name, until it is shown to have switched', async () => {
    const world = await twoVaults();
    for (const consumer of world.consumers.slice(1)) consumer.isMuted = true;
    await world.until('await-consumers primary');
    const whole = world.target;
    world.target = { ...whole, consumers: whole.consumers.slice(0, 1), policy: withUnlisted(whole.policy) };
    await world.live(2 * DAY);
    const { condition } = await world.record();
    expect(condition).toMatchObject({ code: 'ConfigurationChanged', detail: { awaiting: [{ consumer: 'web-2' }] } });
    expect(world.regenerated).toEqual(['secondary']);
    world.target = whole;
    for (const consumer of world.consumers) {
      consumer.isMuted = false;
      await consumer.acknowledge();
    }
    await world.rotated();
    expectSound(world);
  });
});

const withUnlisted = (policy: Policy): Policy => ({ ...policy, switchover: { ...policy.switchover, unlisted: 0 } });

describe('a target that is removed', () => {
  it.each(STEPS.slice(0, 6))(
    'after %s is not touched any more, and ends its rotation when it is put back',
    async (step) => {
      const world = await twoVaults();
      await world.until(step);
      world.targets = () => [];
      await world.live(10 * SECOND);
      const before = {
        calls: world.calls.filter((name) => !name.startsWith('ledger')).length,
        operations: world.resource.operations.length,
      };
      await world.live(3 * DAY);
      expect((await world.record()).condition?.code).toBe('Orphaned');
      expect(world.log.filter(({ code }) => code === 'Orphaned').length).toBeGreaterThanOrEqual(3);
      expect(world.resource.operations).toHaveLength(before.operations);
      const after = world.calls.filter((name) => /^(keys|secrets|dataPlane)/.test(name)).length;
      await world.live(DAY);
      expect(world.calls.filter((name) => /^(keys|secrets|dataPlane)/.test(name))).toHaveLength(after);
      world.targets = () => [world.target];
      await world.rotated();
      expect((await world.record()).condition).toBeNull();
      expectSound(world);
    },
  );

  it('by pointing its name at another resource is an orphan as well, and its name answers for the new one', async () => {
    const world = await twoVaults();
    await world.until('publish secondary');
    const elsewhere = { ...world.target, resourceId: aResourceId('another') };
    world.targets = () => [elsewhere];
    await world.live(DAY);
    expect((await world.record()).condition?.code).toBe('Orphaned');
    const { report } = await viewTarget('chat-prod', world.app, world.ports());
    expect(report.resourceId).toBe(elsewhere.resourceId);
    world.targets = () => [world.target];
    await world.rotated();
    expectSound(world);
  });

  it('answers to its last name while it is an orphan', async () => {
    const world = await twoVaults();
    await world.until('publish secondary');
    world.targets = () => [];
    const { report: seen } = await viewTarget('chat-prod', world.app, world.ports());
    expect(seen).toMatchObject({ name: 'chat-prod', resourceId: world.resourceId });
    await expect(viewTarget('nobody', world.app, world.ports())).rejects.toMatchObject({ code: 'TargetNotFound' });
  });

  it('between rotations leaves nothing behind that anybody is told about', async () => {
    const world = await twoVaults();
    await world.rotated();
    await world.live(HOUR);
    world.targets = () => [];
    world.log.length = 0;
    await world.live(2 * DAY);
    expect(world.log.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('a person', () => {
  const hands: Record<string, (world: World) => void> = {
    'disables the current version': (world) => world.vaults[1]?.disable('chat'),
    'writes the secret with another ClientEndpoint': (world) => {
      const text = world.vaults[1]?.current('chat')?.value ?? '';
      world.vaults[1]?.set('chat', `${text}ClientEndpoint=https://gw.example.com;`);
    },
    'moves one secret back to the old slot': (world) =>
      world.vaults[1]?.set('chat', world.resource.connectionString('primary')),
    'deletes and recovers the secret': (world) => {
      world.vaults[1]?.delete('chat');
      world.vaults[1]?.recover('chat');
    },
    'stops the resource for an hour': (world) => {
      world.resource.stopped = true;
    },
  };

  describe.each(Object.keys(hands))('who %s', (name) => {
    it.each(STEPS)('after %s breaks nobody else, and the rotation ends once it is put right', async (step) => {
      const world = await twoVaults();
      await world.until(step);
      hands[name]?.(world);
      if (world.resource.stopped) {
        world.clock.ms += 40 * MINUTE;
        world.resource.stopped = false;
      }
      await world.live(HOUR);
      if (world.vaults[1]?.current('chat')?.enabled === false) world.vaults[1]?.change('chat', { enabled: true });
      await world.live(5 * HOUR);
      await world.rotated();
      await world.live(2 * HOUR);
      expect(world.violations).toEqual([]);
      expect(new Set(world.consumers.map(({ version }) => version)).size).toBe(2);
      for (const vault of world.vaults) expect(vault.current('chat')?.value).toContain(world.resource.keys.secondary);
    });
  });
});
