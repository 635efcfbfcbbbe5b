import { QueueClient } from '@azure/storage-queue';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import type { HostOptions } from '../../../local/host/start.ts';
import { bundled, type Running, run, until } from './running.ts';

let azurite: Azurite;
let main: string;
let host: Running;
let queue: QueueClient;
let poison: QueueClient;
let count = 0;

beforeAll(async () => {
  [azurite, main] = await Promise.all([startAzurite(), bundled('queues.ts')]);
});
afterAll(() => azurite?.stop());
afterEach(() => host.stop());

type Queues = NonNullable<NonNullable<HostOptions['hostJson']['extensions']>['queues']>;

/** Each test has a queue of its own, so that what one leaves behind does not come to the next. */
async function start(queues: Queues = {}, options: Partial<HostOptions> = {}): Promise<void> {
  const name = `work-${++count}`;
  const { connectionString } = azurite;
  queue = new QueueClient(connectionString, name);
  poison = new QueueClient(connectionString, `${name}-poison`);
  const hostJson = {
    functionTimeout: '-1',
    extensions: { queues: { maxPollingInterval: '00:00:00.1', ...queues } },
    ...options.hostJson,
  };
  host = await run(main, { env: { AzureWebJobsStorage: connectionString, WORK_QUEUE: name }, ...options, hostJson });
}

const send = (body: unknown) =>
  queue.sendMessage(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)).toString('base64'));
const left = async (of: QueueClient) => (await of.getProperties().catch(() => null))?.approximateMessagesCount ?? null;

interface Seen {
  seen: { body: unknown; metadata: Record<string, unknown>; began: number }[];
  most: number;
  running: number;
}
const seen = async (): Promise<Seen> => (await host.get('/api/seen')).json() as Promise<Seen>;
const seenTimes = (n: number) => until(seen, (state) => state.seen.length >= n);

describe('a queue trigger', () => {
  it('creates its queue, hands over JSON as an object, and deletes what succeeded', async () => {
    await start();
    const sent = await send({ resourceId: 'chat' });
    const [first] = (await seenTimes(1)).seen;
    expect(first?.body).toEqual({ resourceId: 'chat' });
    expect(first?.metadata).toMatchObject({
      queueTrigger: { resourceId: 'chat' },
      id: sent.messageId,
      dequeueCount: 1,
    });
    expect(first?.metadata.popReceipt).toEqual(expect.any(String));
    for (const time of ['insertionTime', 'expirationTime', 'nextVisibleTime'])
      expect(first?.metadata[time]).toMatch(/^20\d\d-.*Z$/);
    await until(
      () => left(queue),
      (n) => n === 0,
    );
    expect(host.functions).toContainEqual({ name: 'work', trigger: 'queueTrigger', detail: queue.name });
  });

  it('hands over as a string what is not JSON', async () => {
    await start();
    await send('chat-prod, please');
    expect((await seenTimes(1)).seen[0]?.body).toBe('chat-prod, please');
  });

  it('takes no more at once than batchSize and newBatchThreshold allow', async () => {
    await start({ batchSize: 2, newBatchThreshold: 1 });
    // Unequal, so that one is still running when there is room for two more.
    for (const wait of [100, 400, 100, 400, 100, 400]) await send({ wait });
    expect((await seenTimes(6)).most).toBe(3);
  });

  it('gives a failed message back after visibilityTimeout, and moves it to the poison queue after maxDequeueCount', async () => {
    await start({ visibilityTimeout: '00:00:01', maxDequeueCount: 2 });
    await send({ fail: true });
    const state = await seenTimes(2);
    expect(state.seen.map(({ metadata }) => metadata.dequeueCount)).toEqual([1, 2]);
    expect((state.seen[1]?.began ?? 0) - (state.seen[0]?.began ?? 0)).toBeGreaterThanOrEqual(900);
    await until(
      () => left(poison),
      (n) => n === 1,
    );
    await until(
      () => left(queue),
      (n) => n === 0,
    );
    const { receivedMessageItems } = await poison.receiveMessages();
    expect(Buffer.from(receivedMessageItems[0]?.messageText ?? '', 'base64').toString()).toBe('{"fail":true}');
    expect((await seen()).seen).toHaveLength(2);
  });

  it('moves what is not base64 to the poison queue unread', async () => {
    await start();
    await queue.sendMessage('{"resourceId":"chat"}');
    await until(
      () => left(poison),
      (n) => n === 1,
    );
    expect((await seen()).seen).toEqual([]);
    const { receivedMessageItems } = await poison.receiveMessages();
    expect(receivedMessageItems[0]?.messageText).toBe('{"resourceId":"chat"}');
  });

  it('reads plain text where host.json says so', async () => {
    await start({ messageEncoding: 'none' });
    await queue.sendMessage('{"resourceId":"chat"}');
    expect((await seenTimes(1)).seen[0]?.body).toEqual({ resourceId: 'chat' });
  });

  it('keeps a running message hidden for as long as it runs, and deletes it with the newest receipt', async () => {
    await start({}, { messageHiddenFor: 1 });
    await send({ wait: 2_500 });
    await until(seen, ({ seen, running }) => seen.length > 0 && running === 0);
    await until(
      () => left(queue),
      (n) => n === 0,
    );
    expect((await seen()).seen).toHaveLength(1);
  });

  it('finishes what it took when the host stops, and leaves what it did not take', async () => {
    await start({ batchSize: 1, newBatchThreshold: 0 });
    await Promise.all([send({ wait: 300 }), send({ wait: 300 })]);
    await seenTimes(1);
    await host.stop();
    expect(await left(queue)).toBe(1);
    expect((await queue.peekMessages()).peekedMessageItems[0]?.dequeueCount).toBe(0);
  });

  it('leaves the message of a function that timed out hidden, as a worker that died would', async () => {
    await start({ maxDequeueCount: 1 }, { hostJson: { functionTimeout: '00:00:00.2' } });
    await send({ wait: 400 });
    await until(() => host.failed);
    await host.stop();
    expect(await left(queue)).toBe(1);
    expect((await queue.peekMessages()).peekedMessageItems).toEqual([]);
    expect(await left(poison)).toBe(null);
  });
});
