import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { throttled } from '../../../local/azure/faults.ts';
import { aLocalAzure, type World } from './a-local-azure.ts';

let world: World;
beforeEach(async () => {
  world = await aLocalAzure();
});
afterEach(() => world.azure.close());

const event = { specversion: '1.0', id: '1', source: '/chat', type: 'Completed' };
const batch = { 'content-type': 'application/cloudevents-batch+json' };
const single = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
const forEventGrid = async (audience = 'https://eventgrid.azure.net') => ({
  authorization: `Bearer ${(await world.azure.credential().getToken(`${audience}/.default`))?.token}`,
});

describe('a topic', () => {
  it('takes batches and single events, in order', async () => {
    const url = `${world.azure.addTopic('rotation')}?api-version=2018-01-01`;
    const token = await forEventGrid();
    await world.ask('POST', url, { ...token, ...batch }, [event, { ...event, id: '2' }]);
    await world.ask('POST', url, { ...token, ...single }, { ...event, id: '3' });
    expect(world.azure.events.map(({ by, event: { id } }) => [by, id])).toEqual([
      ['topic', '1'],
      ['topic', '2'],
      ['topic', '3'],
    ]);
  });

  it('refuses who has no token for it, another form, and half an event', async () => {
    const url = `${world.azure.addTopic('rotation')}?api-version=2018-01-01`;
    const token = await forEventGrid();
    const wrong = await forEventGrid('https://management.azure.com');
    const json = { 'content-type': 'application/json' };
    const { type: _, ...half } = event;
    const answers = [
      await world.ask('POST', url, batch, [event]),
      await world.ask('POST', url, { ...wrong, ...batch }, [event]),
      await world.ask('POST', url, { ...token, ...json }, [event]),
      await world.ask('POST', url, { ...token, ...batch }, [half]),
      await world.ask('POST', url.replace(/\?.*/, ''), { ...token, ...batch }, [event]),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 415, 400, 400]);
    expect(world.azure.events).toEqual([]);
  });
});

describe('a webhook', () => {
  it('takes one event at a time, unless it is told to fail', async () => {
    const { href, hostname: host } = world.azure.addWebhook('hooks.example.com');
    world.azure.faults.next({ match: { host }, answer: throttled(3) });
    expect((await world.ask('POST', href, single, event)).status).toBe(429);
    expect((await world.ask('POST', href, single, event)).status).toBe(200);
    expect((await world.ask('POST', href, batch, [event])).status).toBe(415);
    expect(world.azure.events).toEqual([{ by: 'webhook', host, event }]);
  });
});
