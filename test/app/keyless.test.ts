import { describe, expect, it } from 'vitest';
import { currentVerdict } from '../../src/app/report/current-verdict.ts';
import type { EvidenceSource } from '../../src/core/model.ts';
import { DAY, HOUR } from '../support/scene.ts';
import { World } from '../support/world.ts';

const SOURCES = {
  'app-service-reference': { kind: 'app-service-reference', resourceId: '/site', setting: null, nudge: 'none' },
  'container-app': { kind: 'container-app', resourceId: '/app' },
  probe: { kind: 'probe', url: 'https://web', instances: 1, times: 3 },
} as const satisfies Record<string, EvidenceSource>;
const KINDS = ['app-service-reference', 'container-app', 'probe'] as const;

const verdict = async (world: World) => {
  const { posture, condition, state } = await world.record();
  const observed = { observedAt: state.observedAt, condition };
  return currentVerdict(posture?.localAuth.verdict ?? null, observed, world.clock.now());
};
const asks = (world: World): number => world.calls.filter((call) => call === 'consumers.ask').length;

/** A target that was rotated once, and whose secret then lost its key for Entra. */
async function migrated(kind: keyof typeof SOURCES) {
  const world = await World.start({ evidence: SOURCES[kind], rereads: null });
  const [web] = world.consumers;
  if (web === undefined) throw new Error('There is one.');
  await world.until('publish secondary');
  await web.restart(world.clock.now());
  await world.rotated();
  const old = web.version;
  world.vaults[0]?.set('chat', `Endpoint=https://${world.resource.hostName};AuthType=azure.msi;Version=1.0;`);
  await web.restart(world.clock.now());
  return { world, web, old };
}

describe.each(KINDS)('a consumer that shows itself by %s and has moved to Entra', (kind) => {
  it('is seen although nothing rotates, so that local authentication can be disabled', async () => {
    const { world } = await migrated(kind);
    const before = asks(world);
    await world.live(3 * DAY + 2 * HOUR);
    expect(await verdict(world)).toBe('DisableNow');
    expect(asks(world) - before).toBeGreaterThanOrEqual(2);
    expect(asks(world) - before).toBeLessThanOrEqual(4);
    expect(world.violations).toEqual([]);
  });

  it('is seen where looks are a day apart and tokens live for a day', async () => {
    const { world } = await migrated(kind);
    const { policy } = world.target;
    const switchover = { ...policy.switchover, tokenLifetime: DAY };
    world.target = { ...world.target, policy: { ...policy, observeEvery: DAY, switchover } };
    let advised = 0;
    for (let day = 0; day < 8; day++) {
      await world.live(DAY);
      if ((await verdict(world)) === 'DisableNow') advised++;
    }
    expect(advised).toBeGreaterThanOrEqual(2);
  });
});

describe.each(['app-service-reference', 'probe'] as const)('a consumer that shows itself by %s', (kind) => {
  it('is seen to have gone back to a key long after it was shown to use Entra', async () => {
    const { world, web, old } = await migrated(kind);
    await world.live(3 * DAY + 2 * HOUR);
    expect(await verdict(world)).toBe('DisableNow');
    web.goBackTo(old, world.clock.now());
    await world.live(DAY + 2 * HOUR);
    expect(await verdict(world)).toBe('MigrateFirst');
  });
});
