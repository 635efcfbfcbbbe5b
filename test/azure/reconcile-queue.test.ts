import { QueueClient } from '@azure/storage-queue';
import { describe, expect, it } from 'vitest';
import { Unavailable } from '../../src/app/errors.ts';
import { reconcileQueue } from '../../src/azure/reconcile-queue.ts';
import { anAzurite, realTime } from './an-azurite.ts';
import { aResource } from './ledger-samples.ts';
import { errorOf, everythingAbout, never } from './local-services.ts';
import { queueContract } from './queue.contract.ts';

const azurite = await anAzurite();
const messages = new QueueClient(azurite.connectionString, 'reconcile');

async function taken(): Promise<{ text: string; expiresOn: Date }[]> {
  const { receivedMessageItems } = await messages.receiveMessages({ numberOfMessages: 32 });
  for (const { messageId, popReceipt } of receivedMessageItems) await messages.deleteMessage(messageId, popReceipt);
  return receivedMessageItems.map(({ messageText, expiresOn }) => ({ text: messageText, expiresOn }));
}

queueContract('the queue in Queue storage', () =>
  Promise.resolve({
    ...realTime,
    queue: reconcileQueue({ storage: azurite })(never),
    take: async () =>
      (await taken()).map(({ text }) => {
        const { resourceId, newerThan } = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
        return { resource: resourceId, newerThan: newerThan === undefined ? null : Date.parse(newerThan) };
      }),
  }),
);

describe('a message', () => {
  const queue = reconcileQueue({ storage: azurite })(never);

  it('is what the host decodes, and outlives the week that a message usually has', async () => {
    const resource = aResource('rg-größe');
    await queue.send(resource, 0);
    const [message] = await taken();
    expect(Buffer.from(String(message?.text), 'base64').toString('utf8')).toBe(
      JSON.stringify({ resourceId: resource }),
    );
    expect(message?.expiresOn.getTime()).toBeGreaterThan(Date.now() + 365 * 86_400_000);
  });

  it('is sent although somebody has deleted the queue', async () => {
    await messages.delete();
    await queue.send(aResource(), 0);
    expect(await taken()).toHaveLength(1);
  });

  it('that cannot be sent says so, and nothing of the account', async () => {
    const accountKey = /AccountKey=([^;]+)/.exec(azurite.connectionString)?.[1] ?? '';
    const deaf = azurite.connectionString.replace(/(QueueEndpoint=http:\/\/127\.0\.0\.1):\d+/, '$1:1');
    const wrong = azurite.connectionString.replace(accountKey, Buffer.alloc(64, 1).toString('base64'));
    for (const connectionString of [deaf, wrong]) {
      const error = await errorOf(reconcileQueue({ storage: { connectionString } })(never).send(aResource(), 0));
      expect(error).toBeInstanceOf(Unavailable);
      expect(everythingAbout(error)).not.toContain(accountKey);
      expect(everythingAbout(error)).not.toMatch(/SharedKey|AccountKey/);
    }
  });

  it('is not sent for an invocation that is over', async () => {
    const over = reconcileQueue({ storage: azurite })(AbortSignal.abort());
    await expect(over.send(aResource(), 0)).rejects.toThrow(Unavailable);
    expect(await taken()).toEqual([]);
  });
});
