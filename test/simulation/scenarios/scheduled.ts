import { DAY, HOUR, MINUTE } from '../../support/scene.ts';
import { isRotated, isSettled, onlyOnce } from '../outcomes.ts';
import { prelude } from '../play.ts';
import type { Scenario } from '../scenario.ts';

const rotation = { ends: isRotated, within: 4 * DAY, flaws: onlyOnce } as const;

export const scheduled: readonly Scenario[] = [
  {
    ...rotation,
    name: 'scheduled',
    tells: 'keys that tell their month are due; one vault, one consumer that acknowledges',
    setup: { keysMadeAgo: 100 * DAY },
  },
  {
    ...rotation,
    name: 'adopted',
    tells: 'keys of unknown age, of a target that was never seen before; the secondary is in use',
    setup: { active: ['secondary'], consumers: [{ name: 'web', by: 'app-service-reference' }] },
  },
  {
    ...rotation,
    name: 'second-cycle',
    tells: 'the next rotation, sixty days after the first, with consumers on the secondary',
    setup: {},
    before: async (world) => {
      await prelude(world, () => isRotated(world));
      await world.pass(HOUR);
      world.skip(60 * DAY);
    },
  },
  {
    ...rotation,
    name: 'multi-vault',
    tells: 'two vaults, and a consumer of each kind of evidence',
    setup: {
      vaults: ['kv-a', 'kv-b'],
      consumers: [
        { name: 'web', by: 'app-service-reference', vault: 0 },
        { name: 'jobs', by: 'container-app', vault: 0 },
        { name: 'hub', by: 'probe', vault: 1 },
        { name: 'bot', by: 'ack', vault: 1, rereads: 8 * MINUTE },
      ],
    },
  },
  {
    ...rotation,
    name: 'split',
    tells: 'two vaults that offer different slots at first',
    setup: {
      vaults: ['kv-a', 'kv-b'],
      active: ['primary', 'secondary'],
      consumers: [
        { name: 'web', by: 'ack', vault: 0 },
        { name: 'bot', by: 'ack', vault: 1, rereads: 5 * MINUTE },
      ],
    },
  },
  {
    ...rotation,
    name: 'bare-key',
    tells: 'a publication that is a bare key, and a reader who is only given time',
    setup: { format: 'access-key', consumers: [{ name: 'web', by: 'elapsed', rereads: 30 * MINUTE }] },
  },
  {
    name: 'nothing-due',
    tells: 'young keys that nobody asks to rotate stay as they are',
    setup: { keysMadeAgo: 5 * DAY },
    ends: (world) => Date.now() - world.beganAt > 150 * MINUTE && isSettled(world),
    within: DAY,
    flaws: (world, since) => world.oracle.regeneratedSince(since).map((slot) => `regenerated the young ${slot} key`),
  },
];
