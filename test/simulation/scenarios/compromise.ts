import { fingerprintOf } from '../../../local/azure/keys.ts';
import { reportCompromise } from '../../../src/app/tips.ts';
import type { Fingerprint, Slot } from '../../../src/core/model.ts';
import { DAY, MINUTE } from '../../support/scene.ts';
import { isReplaced, isRotated, isSettled, onlyOnce } from '../outcomes.ts';
import { type Deed, firstLook, type Scenario } from '../scenario.ts';
import type { SimulatedWorld } from '../world.ts';

/** Somebody who may operate the target reports a key; null for none in particular. */
async function report(world: SimulatedWorld, fingerprint: Fingerprint | null): Promise<boolean> {
  const tip = { id: 'leak-1', who: 'ann', trusted: true, why: 'seen in a paste', slot: null, onTimeout: null };
  const reported = { ...tip, fingerprint, reportedAt: null };
  return (await world.ask((ports, target) => reportCompromise(target, reported, ports))) !== null;
}

/** Somebody reports that slot's key, or no key in particular. */
const reports = (slot: Slot | null, when: Deed['when'] = () => true): Deed => ({
  when,
  does: (world) => {
    const key = slot === null ? null : world.resource.keys[slot];
    // Clients whose tokens were signed with a leaked key are part of the leak.
    world.oracle.excuse((use) => use.by === 'token' && (key === null || use.key === key));
    return report(world, key === null ? null : (fingerprintOf(key) as Fingerprint));
  },
});

/** The keys were seen, and are in no hurry: nothing moves but for the tip. Consumers are on the secondary. */
const atRest = { active: ['secondary', 'secondary'], policy: { unknownAge: 'report' } } as const;

const story = { before: firstLook, within: 3 * DAY, flaws: onlyOnce } as const;

export const compromise: readonly Scenario[] = [
  {
    ...story,
    name: 'compromise-active',
    tells: 'the key in use leaked',
    setup: { ...atRest, consumers: [{ name: 'web', by: 'ack' }] },
    people: () => [reports('secondary')],
    ends: (world) => isReplaced(world, ['secondary']),
  },
  {
    ...story,
    name: 'compromise-standby',
    tells: 'the key that nobody uses leaked',
    setup: atRest,
    people: () => [reports('primary')],
    ends: (world) => isReplaced(world, ['primary']),
  },
  {
    ...story,
    name: 'compromise-both',
    tells: 'a leak, and nobody knows of which key',
    setup: {
      ...atRest,
      vaults: ['kv-a', 'kv-b'],
      consumers: [
        { name: 'web', by: 'app-service-reference', vault: 1 },
        { name: 'bot', by: 'ack' },
      ],
    },
    people: () => [reports(null)],
    ends: isRotated,
  },
  {
    name: 'compromise-dead',
    tells: 'a key leaked that died long ago: nothing is regenerated',
    setup: atRest,
    before: firstLook,
    people: () => [
      {
        when: () => true,
        does: (world) => report(world, 'sha256:00000000deadbeef' as Fingerprint),
      },
    ],
    ends: (world) => Date.now() - world.beganAt > 100 * MINUTE && isSettled(world),
    within: DAY,
    flaws: (world, since) =>
      world.oracle.regeneratedSince(since).map((slot) => `regenerated the ${slot} key for a dead one`),
  },
  {
    ...story,
    name: 'compromise-midway',
    tells: 'the key that a rotation has just published leaked, while consumers are on their way to it',
    setup: {
      keysMadeAgo: 100 * DAY,
      consumers: [
        { name: 'web', by: 'ack' },
        { name: 'bot', by: 'ack', rereads: 8 * MINUTE },
      ],
    },
    before: async () => undefined,
    people: () => [reports('secondary', (world) => world.offered() === world.resource.keys.secondary)],
    ends: (world) => isRotated(world) && world.offered() !== world.firstKeys.primary,
    within: 4 * DAY,
    flaws: (world) =>
      world.heard('RotationCompleted') > 2 ? [`${world.heard('RotationCompleted')} rotations were completed`] : [],
  },
];
