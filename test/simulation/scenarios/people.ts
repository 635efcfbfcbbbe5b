import { newKey } from '../../../local/azure/keys.ts';
import { retire, rollBack } from '../../../src/app/levers.ts';
import { requestRotation } from '../../../src/app/requests.ts';
import { DAY, HOUR, MINUTE } from '../../support/scene.ts';
import { completedOnce, isRotated, isSettled, onlyOnce } from '../outcomes.ts';
import { firstLook, type Scenario } from '../scenario.ts';
import type { SimulatedWorld } from '../world.ts';

/** A property that nobody else writes. */
const THEIRS = 'ClientEndpoint=https://front.example.com;';

const lever = { id: 'lever-1', who: 'ann', why: 'a bad deployment', dryRun: false } as const;

/** The other slot is offered than at first: the switchover has begun. */
const hasMoved = (world: SimulatedWorld): boolean => world.offered() === world.resource.keys.secondary;

/** The keys were seen, and are in no hurry. */
const atRest = { setup: { policy: { unknownAge: 'report' } }, before: firstLook } as const;

export const people: readonly Scenario[] = [
  {
    name: 'on-demand',
    tells: 'a person asks twice for one rotation of young keys',
    ...atRest,
    people: () =>
      [1, 2].map(() => ({
        when: () => true,
        does: async (world: SimulatedWorld) => {
          const request = {
            id: 'ask-1',
            who: 'ann',
            why: null,
            isNamed: true,
            force: true,
            acceptUnknownConsumers: false,
          };
          return (await world.ask((ports, target) => requestRotation(target, request, ports))) !== null;
        },
      })),
    ends: isRotated,
    within: 3 * DAY,
    flaws: onlyOnce,
  },
  {
    name: 'rollback',
    tells: 'a person leads consumers back during the switchover; an hour later the rotation comes again',
    setup: {
      keysMadeAgo: 100 * DAY,
      consumers: [
        { name: 'web', by: 'ack' },
        { name: 'bot', by: 'ack', rereads: 12 * MINUTE },
      ],
    },
    people: () => [
      {
        when: (world) => hasMoved(world),
        does: async (world) =>
          (await world.ask((ports, target) => rollBack(target, lever, Date.now() + HOUR, ports))) !== null ||
          // Too late: the key that was left is being regenerated already.
          !world.resource.accepts(world.firstKeys.primary),
      },
    ],
    ends: isRotated,
    within: 6 * DAY,
    flaws: completedOnce,
  },
  {
    name: 'drift',
    tells: 'somebody writes a key into the secret that died long ago',
    ...atRest,
    people: () => {
      return [
        {
          when: () => true,
          does: (world) => {
            const dead = newKey(44, 0);
            // Whoever reads it before it is repaired is refused because of the one who wrote it.
            world.oracle.excuse(({ key }) => key === dead);
            world.write(world.resource.connectionString('primary', dead));
            return true;
          },
        },
      ];
    },
    ends: (world) => world.heard('DriftRepaired') >= 1 && isSettled(world),
    within: 3 * DAY,
  },
  {
    name: 'their-version',
    tells: 'somebody writes a version with a property of their own between our reading and our writing',
    setup: { keysMadeAgo: 100 * DAY, consumers: [{ name: 'web', by: 'probe' }] },
    meanwhile: () => {
      let isWritten = false;
      return (world, { method }) => {
        if (isWritten || method !== 'PUT') return;
        isWritten = true;
        world.write(`${world.textFor('primary')}${THEIRS}`);
      };
    },
    ends: isRotated,
    within: 4 * DAY,
    flaws: (world, since) => {
      const isLost = !world.vaults[0]?.current('chat')?.value.includes(THEIRS);
      return [...onlyOnce(world, since), ...(isLost ? ['what somebody else wrote is lost'] : [])];
    },
  },
  {
    name: 'their-return',
    tells: 'somebody writes the old key again in the middle of the switchover',
    setup: { keysMadeAgo: 100 * DAY },
    people: () => [
      {
        when: (world) => hasMoved(world) && world.resource.accepts(world.firstKeys.primary),
        does: (world) => {
          world.write(world.textFor('primary'));
          return true;
        },
      },
    ],
    ends: isRotated,
    within: 4 * DAY,
    flaws: onlyOnce,
  },
  {
    name: 'stall',
    tells: 'a consumer does not switch; a person who is told of it restarts it',
    setup: { keysMadeAgo: 100 * DAY, consumers: [{ name: 'web', by: 'ack', rereads: null }] },
    people: () => [
      {
        when: (world) => world.heard('RotationStalled') >= 1,
        does: (world) => {
          world.restart('web');
          return true;
        },
      },
    ],
    ends: isRotated,
    within: 5 * DAY,
    flaws: onlyOnce,
  },
  {
    name: 'retire',
    tells: 'a consumer never switches, and a person gives it up by name',
    setup: {
      keysMadeAgo: 100 * DAY,
      consumers: [
        { name: 'web', by: 'ack' },
        { name: 'lost', by: 'ack', rereads: null },
      ],
    },
    people: () => [
      {
        when: (world) => hasMoved(world) && world.heard('RotationStalled') >= 1,
        does: async (world) => {
          // Also where no answer comes: what was asked for may have been taken down.
          world.oracle.excuse(({ consumer }) => consumer === 'lost');
          return (await world.ask((ports, target) => retire(target, lever, ['lost'], ports))) !== null;
        },
      },
    ],
    ends: (world) => {
      if (world.heard('RotationCompleted') < 1) return false;
      world.restart('lost');
      return isRotated(world);
    },
    within: 5 * DAY,
    flaws: onlyOnce,
  },
  {
    name: 'by-hand',
    tells: 'somebody regenerates the new standby key by hand while it is about to be published',
    setup: { keysMadeAgo: 100 * DAY },
    people: () => [
      {
        when: (world) => world.resource.keys.secondary !== world.firstKeys.secondary,
        does: (world) => {
          world.regenerateByHand('secondary');
          return true;
        },
      },
    ],
    ends: isRotated,
    within: 4 * DAY,
    flaws: completedOnce,
  },
];
