import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../../local/azure/keys.ts';
import { Consumer, type ConsumerOptions } from '../../../local/consumers/consumer.ts';
import { aLocalAzure, type World } from '../azure/a-local-azure.ts';

const minute = 60_000;

let world: World;
beforeEach(async () => {
  world = await aLocalAzure();
});
afterEach(() => world.azure.close());

/** A resource with its secret, and an application that reads it. */
function aConsumer(options: Partial<ConsumerOptions> = {}) {
  const chat = world.azure.addSignalR({ name: 'chat-prod' });
  const vault = world.azure.addVault('kv-a');
  vault.set('chat', chat.connectionString('primary'));
  const consumer = new Consumer({
    name: 'web',
    secret: vault.idOf('chat'),
    platform: world.azure.settings,
    ...options,
  });
  /** Time goes by in steps, and the consumer works at each. */
  const live = async (duration: number, step = minute) => {
    for (let passed = 0; passed < duration; passed += step) {
      world.clock.pass(step);
      await consumer.tick(world.clock.now());
    }
  };
  return { chat, vault, consumer, live };
}

describe('a consumer left in peace', () => {
  it('reads its secret once a day and calls without being refused', async () => {
    const { consumer, live, vault } = aConsumer({ clients: 2 });
    await live(25 * 60 * minute, 10 * minute);
    expect(consumer).toMatchObject({ refused: 0, unanswered: 0 });
    expect(consumer.calls).toBe(150 * 3 - 1);
    expect(world.azure.requests.filter((request) => request.host === vault.host)).toHaveLength(2);
  });

  it('uses the version that was current when it looked', async () => {
    const { chat, consumer, live, vault } = aConsumer({ rereads: 5 * minute });
    await live(minute);
    const first = vault.current('chat');
    expect(consumer.uses).toEqual({ version: first?.version, fingerprint: chat.fingerprints.primary });
    const second = vault.set('chat', chat.connectionString('secondary'));
    await live(4 * minute);
    expect(consumer.uses?.version).toBe(first?.version);
    await live(minute);
    expect(consumer.uses).toEqual({ version: second.version, fingerprint: chat.fingerprints.secondary });
  });

  it('goes through the endpoints its secret names, with tokens for Endpoint', async () => {
    const chat = world.azure.addSignalR({
      name: 'chat-prod',
      endpointHosts: ['server.example.com', 'client.example.com'],
    });
    const vault = world.azure.addVault('kv-a');
    const ways = 'ServerEndpoint=https://server.example.com;ClientEndpoint=https://client.example.com/';
    vault.set('chat', `${chat.connectionString('primary')}${ways}`);
    const consumer = new Consumer({ name: 'web', secret: vault.idOf('chat'), platform: world.azure.settings });
    await consumer.tick(world.clock.now());
    expect(consumer).toMatchObject({ calls: 2, refused: 0, unanswered: 0 });
    expect(world.azure.requests.map((request) => request.host)).toEqual([
      'identity',
      vault.host,
      'server.example.com',
      'client.example.com',
    ]);
  });

  it('works with a secret that is a bare key, and is silent with one that has no key', async () => {
    const { chat, consumer, live, vault } = aConsumer({
      endpoint: 'https://chat-prod.service.signalr.net/',
      rereads: minute,
    });
    vault.set('chat', chat.keys.secondary);
    await live(minute);
    expect(consumer.uses?.fingerprint).toBe(chat.fingerprints.secondary);
    expect(consumer).toMatchObject({ calls: 2, refused: 0 });
    const entra = new Consumer({ name: 'entra', secret: vault.idOf('entra'), platform: world.azure.settings });
    vault.set('entra', 'Endpoint=https://chat-prod.service.signalr.net;AuthType=azure.msi;Version=1.0;');
    await entra.tick(world.clock.now());
    expect(entra).toMatchObject({ calls: 0, uses: null });
  });
});

describe('a consumer whose key is regenerated under it', () => {
  it('is refused, and counts it', async () => {
    const { chat, consumer, live } = aConsumer({ clients: 1 });
    await live(2 * minute);
    chat.regenerate('primary');
    await live(2 * minute);
    expect(consumer).toMatchObject({ calls: 8, refused: 4, unanswered: 0 });
  });

  it('comes back by itself when it reads again, and its clients with it', async () => {
    const { chat, consumer, live, vault } = aConsumer({ clients: 1, rereads: 5 * minute });
    await live(2 * minute);
    chat.regenerate('primary');
    vault.set('chat', chat.connectionString('primary'));
    await live(10 * minute);
    const { refused } = consumer;
    expect(refused).toBeGreaterThan(0);
    await live(10 * minute);
    expect(consumer.refused).toBe(refused);
  });

  it('stays on it until it is restarted, if it reads only at its start', async () => {
    const { chat, consumer, live, vault } = aConsumer({ rereads: 'at-start' });
    await live(minute);
    const second = vault.set('chat', chat.connectionString('secondary'));
    await live(48 * 60 * minute, 60 * minute);
    expect(consumer.uses?.version).not.toBe(second.version);
    consumer.restart();
    await live(minute);
    expect(consumer.uses?.version).toBe(second.version);
    expect(consumer.refused).toBe(0);
  });
});

describe('the clients of a consumer that has switched', () => {
  it('are refused when the key they were signed with dies before their tokens do', async () => {
    const { chat, consumer, live, vault } = aConsumer({ clients: 1, rereads: minute, tokenLifetime: 60 * minute });
    await live(minute);
    vault.set('chat', chat.connectionString('secondary'));
    await live(minute);
    expect(consumer.uses?.fingerprint).toBe(chat.fingerprints.secondary);
    chat.regenerate('primary');
    await live(minute);
    expect(consumer.refused).toBe(1);
  });

  it('notice nothing once their tokens have run out', async () => {
    const { chat, consumer, live, vault } = aConsumer({ clients: 3, rereads: minute, tokenLifetime: 60 * minute });
    await live(30 * minute);
    vault.set('chat', chat.connectionString('secondary'));
    await live(62 * minute);
    chat.regenerate('primary');
    await live(90 * minute);
    expect(consumer.refused).toBe(0);
  });
});

describe('a consumer in trouble that is not about keys', () => {
  it('goes on with what it has when its vault does not answer', async () => {
    const { consumer, live, vault } = aConsumer({ rereads: minute });
    await live(minute);
    vault.forbid('getSecret', 'web');
    await live(5 * minute);
    vault.disable('chat');
    vault.allow('getSecret', 'web');
    await live(5 * minute);
    expect(consumer).toMatchObject({ refused: 0, unanswered: 0 });
    expect(consumer.calls).toBeGreaterThan(20);
  });

  it('does not call it a refusal when SignalR is away', async () => {
    const { chat, consumer, live } = aConsumer({ clients: 0 });
    await live(minute);
    chat.stopped = true;
    await live(minute);
    expect(consumer).toMatchObject({ calls: 2, refused: 0, unanswered: 1 });
  });

  it('begins as soon as its secret is there', async () => {
    const { chat, consumer, live, vault } = aConsumer();
    vault.delete('chat');
    await live(3 * minute);
    expect(consumer.calls).toBe(0);
    vault.recover('chat');
    await live(minute);
    expect(consumer.uses?.fingerprint).toBe(chat.fingerprints.primary);
  });
});

describe('a consumer that says what it uses', () => {
  const posted: { url: string | undefined; key: unknown; body: unknown }[] = [];
  const answers: number[] = [];
  const app = createServer(async (incoming, response) => {
    let text = '';
    for await (const chunk of incoming) text += String(chunk);
    posted.push({ url: incoming.url, key: incoming.headers['x-functions-key'], body: JSON.parse(text) });
    response.writeHead(answers.shift() ?? 200).end('{}');
  });
  let base: string;
  beforeEach(async () => {
    posted.length = 0;
    answers.length = 0;
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(app.address() as AddressInfo).port}/`;
  });
  afterEach(async () => {
    app.closeAllConnections();
    await new Promise((resolve) => app.close(resolve));
  });

  it('posts each version once, after it switched', async () => {
    const { chat, consumer, live, vault } = aConsumer({
      rereads: minute,
      ack: { base, target: 'chat-prod', headers: { 'x-functions-key': 'local' } },
    });
    await live(3 * minute);
    vault.set('chat', chat.connectionString('secondary'));
    await live(3 * minute);
    const [first, second] = vault.versions('chat');
    expect(posted).toEqual(
      [first, second].map((version) => ({
        url: '/api/targets/chat-prod/acks',
        key: 'local',
        body: { consumer: 'web', secret: vault.idOf('chat'), version: version?.version },
      })),
    );
    expect(consumer.acks.map((ack) => ack.status)).toEqual([200, 200]);
  });

  it('posts the fingerprint instead, and never the key', async () => {
    const { chat, live, vault } = aConsumer({ ack: { base, target: 'chat-prod', by: 'fingerprint' } });
    await live(minute);
    expect(posted[0]?.body).toEqual({
      consumer: 'web',
      secret: vault.idOf('chat'),
      fingerprint: fingerprintOf(chat.keys.primary),
    });
  });

  it('tries again after a failure, but not after 409: that it is outdated does not change by repeating it', async () => {
    const { consumer, live } = aConsumer({ ack: { base, target: 'chat-prod' } });
    answers.push(503, 409);
    await live(5 * minute);
    expect(consumer.acks.map((ack) => ack.status)).toEqual([503, 409]);
    expect(consumer.refused).toBe(0);
  });
});

describe('a consumer in real time', () => {
  it('works until it is stopped, and not after', async () => {
    const { consumer } = aConsumer({ clock: world.clock });
    consumer.run(5);
    while (consumer.calls < 10) await new Promise((resolve) => setTimeout(resolve, 5));
    await consumer.stop();
    const { calls } = consumer;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(consumer.calls).toBe(calls);
    expect(consumer.refused).toBe(0);
  });
});
