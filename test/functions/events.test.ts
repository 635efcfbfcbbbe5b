import { QueueClient } from '@azure/storage-queue';
import { afterEach, describe, expect, it } from 'vitest';
import { principalIdOf } from '../../local/azure/happened.ts';
import { acted, asCloudEvent, asEventGrid, type Made, suspected } from '../events/azure-events.ts';
import { until } from '../local/host/running.ts';
import { anApp, rotationFile } from './an-app.ts';

type Deployed = Awaited<ReturnType<typeof anApp>>;
let deployed: Deployed;
afterEach(() => deployed.stop());

const SELF = principalIdOf('rotator');
const start = async (rotationFor = rotationFile) => {
  deployed = await anApp({ rotationFor, env: { SELF_PRINCIPAL_ID: SELF } });
};

const WEBHOOK = '/runtime/webhooks/eventgrid?functionName=key-compromise-event';
const post = (events: unknown, path = WEBHOOK) =>
  deployed.app.get(path, {
    method: 'POST',
    headers: { 'aeg-event-type': 'Notification', 'content-type': 'application/json' },
    body: JSON.stringify(events),
  });
const now = (made: Made): Made => ({ ...made, at: Date.now() });

interface Logged {
  readonly event: string;
  readonly taken: number;
  readonly dropped: Record<string, number>;
}
const logged = (event: string): Logged[] =>
  deployed.app.logs.flatMap(({ message }) => {
    const isOurs = message.startsWith('{') && message.includes(`"event":"${event}"`);
    return isOurs ? [JSON.parse(message) as Logged] : [];
  });
const receipts = async (): Promise<{ readonly step: string; readonly data: Record<string, unknown> }[]> =>
  ((await (await deployed.app.get('/api/targets/chat-prod/history')).json()) as { receipts: never[] }).receipts;
const condemned = () => until(async () => (await receipts()).find(({ data }) => data.reason === 'KeyCompromised'));

describe('the deployed bundle', () => {
  it('takes a suspected compromise from Event Grid, and answers it', async () => {
    await start();
    const slot = 'secondary';
    expect((await post([asEventGrid(now(suspected({ target: 'chat-prod', slot })))])).status).toBe(202);
    expect(await condemned()).toBeDefined();
    await until(() => deployed.chat.operations.some((operation) => operation.slot === slot));
  });

  it('takes the same events from its queue, and buries what nobody can decode', async () => {
    await start();
    const storage = process.env.AzureWebJobsStorage ?? '';
    const queue = new QueueClient(storage, 'event-queue');
    const event = asCloudEvent(now(suspected({ target: 'chat-prod', slot: 'secondary' }, { id: crypto.randomUUID() })));
    await queue.sendMessage(Buffer.from(JSON.stringify(event)).toString('base64'));
    expect(await condemned()).toBeDefined();
    await new QueueClient(storage, 'event-queue-poison').sendMessage(Buffer.from('AccessKey=x').toString('base64'));
    await until(() => logged('EventsPoisoned').length > 0);
    expect(JSON.stringify(deployed.app.logs)).not.toContain('AccessKey=x');
  });

  it('accepts what is none of ours, so that it does not come again', async () => {
    await start();
    const resource = deployed.chat.id.toLowerCase() as Parameters<typeof acted>[0];
    const own = asEventGrid(now(acted(resource, 'listKeys', { by: SELF })));
    expect((await post([own, {}, asEventGrid(now(suspected({}, { type: 'Other' })))])).status).toBe(202);
    const dropped = logged('EventsTaken').flatMap((record) => Object.keys(record.dropped));
    expect(dropped.sort()).toEqual(['malformed', 'own', 'unknown-type']);
  });
});
