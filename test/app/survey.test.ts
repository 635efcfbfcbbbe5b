import { afterEach, describe, expect, it } from 'vitest';
import { usualSubscription } from '../../local/azure/subscription.ts';
import { LedgerUnavailable } from '../../src/app/errors.ts';
import type { LogRecord } from '../../src/app/log.ts';
import type { Estate } from '../../src/app/ports.ts';
import { survey } from '../../src/app/survey.ts';
import { HOUR, MINUTE, SECOND } from '../support/scene.ts';
import { World } from '../support/world.ts';

const ANOTHER = '00000000-0000-0000-0000-00000000000a';
const A_THIRD = '00000000-0000-0000-0000-00000000000b';

let world: World;
afterEach(() => world.close());

/** A managed target in the usual subscription, and what nobody manages there and in another. */
async function anEstate(subscriptions: readonly string[] = [usualSubscription, ANOTHER]) {
  world = await World.start({ over: 'http' });
  world.subscriptions = subscriptions;
  const { azure } = world;
  if (azure === null) throw new Error('It is served over http.');
  return { azure, hidden: azure.addSignalR({ name: 'forgotten', subscriptionId: ANOTHER }) };
}

const found = async (): Promise<string[]> => (await world.inventory.resources()).map(({ name }) => name).sort();
const surveyed = async () =>
  Object.fromEntries(
    (await world.inventory.surveys()).surveys.map(({ subscription, trouble }) => [subscription, trouble]),
  );
const said = (event: string): LogRecord[] => world.log.filter((record) => record.event === event);

describe('a survey', () => {
  it('finds the resources and vaults of every configured subscription, managed or not', async () => {
    await anEstate();
    await survey(world.app);
    expect(await found()).toEqual(['chat-prod', 'forgotten']);
    expect(await world.inventory.vaults(world.vaults.map(({ host }) => host))).toMatchObject([
      { subscription: usualSubscription },
    ]);
    expect(await surveyed()).toEqual({ [usualSubscription]: null, [ANOTHER]: null });
    expect(said('Surveyed')).toEqual([
      {
        level: 'info',
        event: 'Surveyed',
        ...{ surveyed: 2, resources: 2, vaults: 1, forbidden: 0, unavailable: 0, left: 0 },
      },
    ]);
  });

  it('is made once an hour, and then tells what has come and gone', async () => {
    const { azure } = await anEstate();
    await survey(world.app);
    azure.addSignalR({ name: 'new', subscriptionId: ANOTHER });
    world.clock.ms += HOUR - MINUTE;
    await survey(world.app);
    expect(await found()).not.toContain('new');
    expect(said('Surveyed')).toHaveLength(1);
    world.clock.ms += 2 * MINUTE;
    await survey(world.app);
    expect(await found()).toContain('new');
    expect(said('Surveyed')).toHaveLength(2);
  });

  it('of a subscription that forbids it says so once, and stops no other', async () => {
    const { azure } = await anEstate();
    azure.subscription(ANOTHER).denials.forbid('listSignalR');
    for (let hour = 0; hour < 3; hour += 1) {
      await survey(world.app);
      world.clock.ms += HOUR + SECOND;
    }
    expect(await found()).toEqual(['chat-prod']);
    expect(await surveyed()).toEqual({ [usualSubscription]: null, [ANOTHER]: 'forbidden' });
    expect(said('SubscriptionForbidden')).toMatchObject([
      { level: 'warning', subscription: ANOTHER, remedy: expect.stringContaining('Reader') },
    ]);
    azure.subscription(ANOTHER).denials.allow('listSignalR');
    await survey(world.app);
    expect(await found()).toEqual(['chat-prod', 'forgotten']);
    azure.subscription(ANOTHER).denials.forbid('listVaults');
    world.clock.ms += HOUR + SECOND;
    await survey(world.app);
    expect(said('SubscriptionForbidden')).toHaveLength(2);
  });

  it('of a subscription that cannot be listed now keeps what was found before', async () => {
    await anEstate();
    await survey(world.app);
    world.clock.ms += HOUR + SECOND;
    world.mishap = (_, name) => (name === 'estate.vaults' ? 'fail' : null);
    await survey(world.app);
    expect(await found()).toEqual(['chat-prod', 'forgotten']);
    expect(await surveyed()).toEqual({ [usualSubscription]: 'unavailable', [ANOTHER]: 'unavailable' });
    expect(said('SubscriptionForbidden')).toEqual([]);
    expect(said('Surveyed').at(-1)).toMatchObject({ surveyed: 0, unavailable: 2 });
  });

  it('forgets a subscription that rotation.json no longer names', async () => {
    await anEstate();
    await survey(world.app);
    world.subscriptions = [ANOTHER];
    await survey(world.app);
    expect(await found()).toEqual(['forgotten']);
    expect(await surveyed()).toEqual({ [ANOTHER]: null });
    world.subscriptions = [];
    await survey(world.app);
    expect(await found()).toEqual([]);
    expect(await surveyed()).toEqual({});
  });

  it('that has not time for all leaves those to the next one that were listed last', async () => {
    const many = Array.from(
      { length: 12 },
      (_, i) => `00000000-0000-0000-0000-0000000001${String(i).padStart(2, '0')}`,
    );
    await anEstate(many);
    const turns: string[] = [];
    const slow: Estate = {
      resources: async (subscription) => {
        turns.push(subscription);
        world.clock.ms += 6 * SECOND;
        return [];
      },
      vaults: async () => [],
    };
    const app = { ...world.app, openPorts: () => ({ ...world.ports(), estate: slow }) };
    for (let sweeps = 0; sweeps < many.length && Object.keys(await surveyed()).length < many.length; sweeps += 1)
      await survey(app);
    expect(Object.keys(await surveyed()).sort()).toEqual(many);
    expect(said('Surveyed').some(({ left }) => Number(left) > 0)).toBe(true);
    world.clock.ms += 2 * HOUR;
    turns.length = 0;
    const oldest = (await world.inventory.surveys()).surveys.reduce((a, b) => (b.at < a.at ? b : a));
    await survey(app);
    expect(turns[0]).toBe(oldest.subscription);
  });

  it('that meets a mistake in one subscription makes the others all the same, and does not hide it', async () => {
    await anEstate([usualSubscription, A_THIRD, ANOTHER]);
    const { estate, ...ports } = world.ports();
    const broken: Estate = {
      vaults: (subscription) => estate.vaults(subscription),
      resources: (subscription) =>
        subscription === A_THIRD ? Promise.reject(new TypeError('no such thing')) : estate.resources(subscription),
    };
    const app = { ...world.app, openPorts: () => ({ ...ports, estate: broken }) };
    await expect(survey(app)).rejects.toThrow(TypeError);
    expect(await found()).toEqual(['chat-prod', 'forgotten']);
  });

  it('needs the store, and nothing is said to be found without it', async () => {
    await anEstate();
    world.mishap = (_, name) => (name === 'inventory.keep' ? 'fail' : null);
    await expect(survey(world.app)).rejects.toThrow(LedgerUnavailable);
    expect(await surveyed()).toEqual({});
  });
});
