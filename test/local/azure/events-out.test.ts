import { QueueClient } from '@azure/storage-queue';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type EventsOut, type EventsOutOptions, sendEvents } from '../../../local/azure/events-out.ts';
import { principalIdOf } from '../../../local/azure/happened.ts';
import { type LocalAzure, startLocalAzure } from '../../../local/azure/server.ts';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import { bundled, type Running, run, until } from '../host/running.ts';

const app = bundled(`
  const seen = [];
  let failing = Number(process.env.FAIL_FIRST ?? 0);
  app.http('seen', { authLevel: 'anonymous', handler: () => ({ jsonBody: seen }) });
  app.eventGrid('tips', {
    handler: (event) => {
      failing -= 1;
      if (failing >= 0) throw new Error('not now');
      seen.push(event);
    },
  });
`);

let azurite: Azurite;
let azure: LocalAzure;
let host: Running;
let sending: EventsOut | null = null;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite?.stop());
afterEach(async () => {
  await sending?.stop();
  await Promise.all([host.stop(), azure.close()]);
});

async function start(options: Partial<EventsOutOptions> = {}, env: Record<string, string> = {}, key = 's-key') {
  host = await run(await app, {
    env: { FAIL_FIRST: '0', ...env },
    enableAuth: { functionKey: 'f', systemKey: 's-key' },
  });
  azure = await startLocalAzure();
  const url = `${host.url}/runtime/webhooks/eventgrid?functionName=tips`;
  sending = null;
  sending = await sendEvents(azure, { subscribers: [{ to: 'webhook', url, key }], ...options });
}

type Event = Record<string, unknown> & { readonly data: Record<string, unknown> };
const seen = async () => (await (await host.get('/api/seen')).json()) as Event[];
const seenTimes = (n: number) => until(seen, (all) => all.length >= n);
const typeOf = (event: Event) => String(event.eventType ?? event.type).replace('Microsoft.', '');

describe('what happens in a local Azure', () => {
  it('is told of keys: who did it, from where, and of each only once', async () => {
    await start();
    const resource = azure.addSignalR({ name: 'chat', timing: { operation: 50 } });
    resource.listKeys('mallory', '198.51.100.9');
    resource.regenerate('secondary', 'mallory');
    const all = await seenTimes(2);
    const mallory = principalIdOf('mallory');
    expect(all[0]).toMatchObject({
      topic: `/subscriptions/${resource.subscriptionId}`,
      subject: resource.id,
      eventType: 'Microsoft.Resources.ResourceActionSuccess',
      data: {
        operationName: 'Microsoft.SignalRService/SignalR/listKeys/action',
        resourceUri: resource.id,
        authorization: { evidence: { principalId: mallory.replaceAll('-', '') } },
        claims: { 'http://schemas.microsoft.com/identity/claims/objectidentifier': mallory },
        httpRequest: { clientIpAddress: '198.51.100.9' },
        correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    });
    expect(all[1]?.data.operationName).toBe('Microsoft.SignalRService/SignalR/regenerateKey/action');
    expect(JSON.stringify(all)).not.toContain(resource.keys.primary);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await seen()).toHaveLength(2);
  });

  it('is told of secrets, never by whom; of what was there before nothing', async () => {
    await start({ schema: 'cloud-events' });
    const vault = azure.addVault('kv-a');
    const { version } = vault.set('chat', 'a value');
    const soon = Math.floor(Date.now() / 1000) + 86_400;
    const all = await seenTimes(1);
    expect(all[0]).toMatchObject({
      ...{ specversion: '1.0', source: vault.id, type: 'Microsoft.KeyVault.SecretNewVersionCreated' },
      data: { Id: `https://${vault.host}/secrets/chat/${version}`, VaultName: vault.name, Version: version },
    });
    vault.change('chat', { exp: soon });
    expect((await seenTimes(2)).map(typeOf)).toEqual(['KeyVault.SecretNewVersionCreated', 'KeyVault.SecretNearExpiry']);
    expect(JSON.stringify(await seen())).not.toContain('a value');
  });

  it('comes again where the function fails, and twice and in any order where that is asked for', async () => {
    await start({ twice: true, shuffled: true }, { FAIL_FIRST: '2' });
    const vault = azure.addVault('kv-a');
    for (const name of ['a', 'b', 'c']) vault.set(name, name);
    const names = (await seenTimes(6)).map(({ subject }) => subject);
    expect(names.sort()).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
    expect(sending?.delivered).toHaveLength(6);
  });

  it('may go to a queue, as base64', async () => {
    const queueName = 'event-queue-test';
    const { connectionString } = azurite;
    await start({ subscribers: [{ to: 'queue', connectionString, queueName }] });
    azure.addVault('kv-a').set('chat', 'a value');
    await until(() => sending?.delivered.length === 1);
    const { receivedMessageItems } = await new QueueClient(connectionString, queueName).receiveMessages();
    const text = Buffer.from(receivedMessageItems[0]?.messageText ?? '', 'base64').toString();
    expect(JSON.parse(text)).toMatchObject({
      eventType: 'Microsoft.KeyVault.SecretNewVersionCreated',
      subject: 'chat',
    });
  });

  it('is not told to who does not want to be called', async () => {
    await expect(start({}, {}, 'wrong')).rejects.toThrow('does not want events (401)');
    await expect(start({ schema: 'cloud-events' }, {}, 'wrong')).rejects.toThrow('does not want events (401)');
  });
});
