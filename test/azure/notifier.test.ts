import { beforeEach, describe, expect, it } from 'vitest';
import type { OutgoingEvent } from '../../src/app/ports.ts';
import { notifier } from '../../src/azure/notifier.ts';
import { errorOf, everythingAbout, localServices, never } from './local-services.ts';

const { azure, access } = await localServices();
const webhook = azure.addWebhook('hooks.example.com');
const topic = azure.addTopic('rotation');
webhook.searchParams.set('sig', 'hidden-signature');
const topicHost = new URL(topic).hostname;

const event: OutgoingEvent = {
  id: 'chat-prod/7',
  type: 'SignalRKeyRotation.Completed',
  source: '/subscriptions/1/resourcegroups/rg/providers/microsoft.signalrservice/signalr/chat-prod',
  subject: 'chat-prod',
  time: '2026-11-02T08:00:00.000Z',
  data: { rotation: 'r1' },
};
const cloudEvent = { specversion: '1.0', datacontenttype: 'application/json', ...event };
const telling = (to: Partial<Parameters<typeof notifier>[0]>, signal = never) =>
  notifier({ ...access, webhook: null, topic: null, ...to })(signal).send(event);

let taken: number;
beforeEach(() => {
  azure.faults.clear();
  taken = azure.events.length;
});
const heard = () => azure.events.slice(taken);

describe('an event', () => {
  it('reaches the webhook', async () => {
    await telling({ webhook });
    expect(heard()).toEqual([{ by: 'webhook', host: 'hooks.example.com', event: cloudEvent }]);
  });

  it('reaches the topic, with a token for Event Grid', async () => {
    await telling({ topic });
    expect(heard()).toEqual([{ by: 'topic', host: topicHost, event: cloudEvent }]);
  });

  it('reaches both', async () => {
    await telling({ webhook, topic });
    expect(
      heard()
        .map(({ by }) => by)
        .sort(),
    ).toEqual(['topic', 'webhook']);
  });

  it('goes nowhere where nobody is to hear it', async () => {
    const before = azure.requests.length;
    await telling({});
    expect(azure.requests).toHaveLength(before);
  });

  it.each([202, 204])('is taken with %i', async (status) => {
    azure.faults.next({ match: { host: 'hooks.example.com' }, answer: { status } });
    await telling({ webhook });
  });

  it.each([301, 400, 401, 404, 429, 503])('is not taken with %i, and is not sent again here', async (status) => {
    const before = azure.requests.length;
    const answer = { status, headers: { 'retry-after': '9', location: 'https://hooks.example.com/other' } };
    for (const to of [{ webhook }, { topic }]) {
      azure.faults.next({ match: { path: /events$/ }, answer });
      expect(await errorOf(telling(to))).toMatchObject({ code: 'Unavailable', status, retryAfter: 9_000 });
    }
    expect([heard(), azure.requests.length - before]).toEqual([[], 2]);
  });

  it('that one receiver refuses is heard by the other, and still counts as not taken', async () => {
    azure.faults.next({ match: { host: 'hooks.example.com' }, answer: { status: 500 } });
    expect(await errorOf(telling({ webhook, topic }))).toMatchObject({ code: 'Unavailable', service: 'The webhook' });
    expect(heard()).toMatchObject([{ by: 'topic' }]);
  });

  it('may have been taken where the answer is lost', async () => {
    azure.faults.next({ match: { host: topicHost }, answer: 'lose-answer' });
    expect(await errorOf(telling({ topic }))).toMatchObject({ code: 'Unavailable', refused: false });
    expect(heard()).toHaveLength(1);
  });

  it('is taken by a webhook that never ends its answer', async () => {
    const answer = { status: 200, text: 'x', headers: { 'content-length': '1000000' } };
    azure.faults.next({ match: { host: 'hooks.example.com' }, answer });
    await telling({ webhook });
  });

  it('is not sent without https', async () => {
    const before = azure.requests.length;
    for (const to of [{ webhook: new URL('http://hooks.example.com/') }, { topic: topic.replace('https', 'http') }]) {
      expect(await errorOf(telling(to))).toMatchObject({ code: 'Unavailable' });
    }
    expect(azure.requests).toHaveLength(before);
  });

  it('is not sent once the invocation is over', async () => {
    const error = await errorOf(telling({ webhook, topic }, AbortSignal.abort()));
    expect(error).toMatchObject({ code: 'Unavailable', refused: true });
    expect(heard()).toEqual([]);
  });

  it('that is not taken tells nothing of the webhook: its address is a secret', async () => {
    for (const answer of [{ status: 500, text: '{"error":{"code":"hidden-signature1"}}' }, 'reset' as const]) {
      azure.faults.next({ match: { host: 'hooks.example.com' }, answer });
      expect(everythingAbout(await errorOf(telling({ webhook })))).not.toContain('hidden-signature');
    }
  });
});
