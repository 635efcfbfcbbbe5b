import { afterEach, describe, expect, it } from 'vitest';
import { survey } from '../../src/app/survey.ts';
import { notifier } from '../../src/azure/notifier.ts';
import { transportFor } from '../../src/azure/transport.ts';
import { CLOUD_NAMES, CLOUDS, isUnder } from '../../src/core/clouds.ts';
import { DAY } from '../support/scene.ts';
import { World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const azure = () => {
  if (world.azure === null) throw new Error('It is served over http.');
  return world.azure;
};

describe.each(CLOUD_NAMES)('in %s', (name) => {
  const cloud = CLOUDS[name];
  const own = [cloud.resourceManager, cloud.vaults, cloud.signalR, cloud.eventGrid];

  it('a rotation goes through by the real adapters, and no request leaves the cloud', async () => {
    world = await World.start({ over: 'http', cloud, vaults: ['kv-a', 'kv-b'] });
    await world.rotated();
    expect(world.regenerated).toEqual(['secondary', 'primary']);
    expect(world.violations).toEqual([]);
    expect(world.vaults.map((vault) => vault.current('chat')?.value)).toEqual(
      world.vaults.map(() => world.resource.connectionString('secondary')),
    );
    expect(world.vaults[0]?.idOf('chat')).toBe(`https://kv-a.${cloud.vaults}/secrets/chat`);
    expect(world.resource.hostName).toBe(`chat-prod.${cloud.signalR}`);
    const hosts = new Set(azure().requests.map(({ host }) => host));
    expect([...hosts].filter((host) => !own.some((suffix) => host === suffix || isUnder(suffix, host)))).toEqual([]);
    expect(hosts).toContain(cloud.resourceManager);
  });

  it('subscriptions are surveyed page by page, and a topic takes the event', async () => {
    world = await World.start({ over: 'http', cloud });
    world.subscriptions = [world.subscription.id];
    for (let i = 0; i < 30; i += 1) azure().addSignalR({ name: `chat-${i}` });
    await survey(world.app);
    expect((await world.inventory.surveys()).surveys).toMatchObject([{ trouble: null }]);
    expect(await world.inventory.resources()).toHaveLength(31);
    const topic = azure().addTopic('rotation');
    expect(new URL(topic).hostname).toBe(`rotation.westeurope-1.${cloud.eventGrid}`);
    const access = { credential: azure().credential('another'), httpClient: transportFor(azure().origin), cloud };
    const event = { id: '1', type: 't', source: 's', subject: 'u', time: '2026-11-02T08:00:00.000Z', data: {} };
    const { signal } = new AbortController();
    await notifier({ ...access, webhook: null, topic })(signal).send(event);
    expect(azure().events).toMatchObject([{ by: 'topic', event: { id: '1' } }]);
  });
});

describe('an app that was told of another cloud than its own', () => {
  it('finds nobody there, and touches nothing', async () => {
    world = await World.start({ over: 'http', cloud: CLOUDS.AzureChinaCloud, asks: CLOUDS.AzureCloud });
    await world.live(DAY);
    expect(world.resource.operations).toEqual([]);
    expect(azure().requests.filter(({ host }) => host === 'management.azure.com').length).toBeGreaterThan(0);
    expect(azure().requests.filter(({ status }) => status !== 'dropped')).toEqual([]);
  });
});
