import { afterEach, describe, expect, it } from 'vitest';
import { bundled, type Running, run } from './running.ts';

const app = bundled(`
  const seen = [];
  app.http('seen', { authLevel: 'anonymous', handler: () => ({ jsonBody: seen }) });
  app.eventGrid('tips', {
    handler: (event, context) => {
      seen.push({ event, data: context.triggerMetadata.data });
      if (event.data.fail) throw new Error('asked to');
    },
  });
`);
let host: Running;
afterEach(() => host.stop());

const start = async (auth = {}) => {
  host = await run(await app, auth);
};
const TIPS = '/runtime/webhooks/eventgrid?functionName=tips';
const event = (id: string, data: Record<string, unknown> = {}) => ({
  ...{ id, topic: '/t', subject: 's', eventType: 'Leaked', eventTime: '2026-11-02T12:00:00Z' },
  ...{ data, dataVersion: '1', metadataVersion: '1' },
});
const cloudEvent = (id: string) => ({ specversion: '1.0', id, source: '/t', type: 'Leaked', data: { cloud: true } });

const post = (body: unknown, headers: Record<string, string> = {}, path = TIPS): Promise<Response> =>
  host.get(path, {
    method: 'POST',
    headers: { 'aeg-event-type': 'Notification', 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

interface Seen {
  readonly event: { readonly id: string };
  readonly data: unknown;
}
const seen = async () => (await (await host.get('/api/seen')).json()) as Seen[];
const ids = async () => (await seen()).map(({ event: { id } }) => id).sort();

describe('an Event Grid trigger', () => {
  it('gets each event of a batch by itself, with its data beside it', async () => {
    await start();
    expect((await post([event('a', { n: 1 }), event('b')])).status).toBe(202);
    expect((await seen()).find((each) => each.event.id === 'a')).toEqual({
      event: event('a', { n: 1 }),
      data: { n: 1 },
    });
    expect(await ids()).toEqual(['a', 'b']);
    const detail = 'POST /runtime/webhooks/eventgrid?functionName=tips';
    expect(host.functions).toContainEqual({ name: 'tips', trigger: 'eventGridTrigger', detail });
  });

  it('gets CloudEvents, alone or as a batch', async () => {
    await start();
    await post(cloudEvent('a'), { 'content-type': 'application/cloudevents+json' });
    await post([cloudEvent('b'), cloudEvent('c')], { 'content-type': 'application/cloudevents-batch+json' });
    expect(await ids()).toEqual(['a', 'b', 'c']);
    expect((await seen())[0]?.event).toEqual(cloudEvent('a'));
  });

  it('that fails for one event answers 500, after the others had their turn', async () => {
    await start();
    const answer = await post([event('bad', { fail: true }), event('good')]);
    expect([answer.status, await answer.text()]).toEqual([500, '']);
    expect(await ids()).toEqual(['bad', 'good']);
  });

  it('is found whatever the letter case of the path and of its name', async () => {
    await start();
    expect((await post([event('a')], {}, '/Runtime/Webhooks/EventGrid?functionName=TIPS')).status).toBe(202);
    expect((await post([event('a')], {}, '/runtime/webhooks/eventgrid?functionName=others')).status).toBe(404);
    expect((await post([event('a')], {}, '/runtime/webhooks/eventgrid')).status).toBe(404);
    expect((await post([event('a')], {}, '/runtime/webhooks/others?functionName=tips')).status).toBe(404);
  });

  it('answers 400 to what is no event, and does not call the function', async () => {
    await start();
    expect((await post('{')).status).toBe(400);
    expect((await post([event('a')], { 'aeg-event-type': 'Other' })).status).toBe(400);
    expect((await post([event('a')], { 'aeg-event-type': 'Unsubscribe' })).status).toBe(202);
    expect((await host.get(TIPS)).status).toBe(405);
    expect(await ids()).toEqual([]);
  });
});

describe('a subscription', () => {
  it('in the schema of Event Grid is answered with its own code', async () => {
    await start();
    const validation = { 'aeg-event-type': 'SubscriptionValidation' };
    const answer = await post([event('v', { validationCode: 'c0de' })], validation);
    expect([answer.status, await answer.json()]).toEqual([200, { validationResponse: 'c0de' }]);
    expect((await post([event('v')], validation)).status).toBe(400);
    expect(await ids()).toEqual([]);
  });

  it('of CloudEvents is allowed to the origin that asks', async () => {
    await start();
    const asked = { method: 'OPTIONS', headers: { 'WebHook-Request-Origin': 'eventgrid.azure.net' } };
    const answer = await host.get(TIPS, asked);
    expect([answer.status, answer.headers.get('webhook-allowed-origin')]).toEqual([200, 'eventgrid.azure.net']);
    expect((await host.get(TIPS, { method: 'OPTIONS' })).status).toBe(400);
  });
});

describe('the system key', () => {
  it('is asked for with enableAuth, in a header or the query; no other key but the master key opens', async () => {
    await start({ enableAuth: { functionKey: 'f-key', masterKey: 'm-key', systemKey: 's-key' } });
    expect((await post([event('a')])).status).toBe(401);
    expect((await post([event('a')], { 'aeg-sas-key': 'f-key' })).status).toBe(401);
    expect((await host.get(TIPS, { method: 'OPTIONS' })).status).toBe(401);
    expect((await post([event('b')], { 'aeg-sas-key': 's-key' })).status).toBe(202);
    expect((await post([event('c')], {}, `${TIPS}&code=s-key`)).status).toBe(202);
    expect((await post([event('d')], {}, `${TIPS}&code=m-key`)).status).toBe(202);
    expect(await ids()).toEqual(['b', 'c', 'd']);
  });

  it('opens nothing where there is none', async () => {
    await start({ enableAuth: { functionKey: 'f-key' } });
    expect((await post([event('a')], { 'aeg-sas-key': '' })).status).toBe(401);
    expect((await post([event('a')], {}, `${TIPS}&code=undefined`)).status).toBe(401);
  });
});
