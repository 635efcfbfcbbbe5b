import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { throttled } from '../../../local/azure/faults.ts';
import { aLocalAzure, failureOf, type World } from './a-local-azure.ts';

let world: World;
beforeEach(async () => {
  world = await aLocalAzure();
});
afterEach(() => world.azure.close());

describe('a fault that was asked for', () => {
  it('hits the request it fits, as often as it says, and no other', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    world.azure.faults.next({ match: { method: 'POST', path: /listKeys$/ }, skip: 1, times: 2, answer: throttled(7) });
    const outcomes: (number | undefined)[] = [];
    for (let i = 0; i < 4; i += 1) {
      await world.arm(chat).get('rg-chat', chat.name);
      const failure = await world
        .arm(chat)
        .listKeys('rg-chat', chat.name)
        .then(
          () => null,
          (error: { statusCode?: number }) => error,
        );
      outcomes.push(failure?.statusCode);
    }
    expect(outcomes).toEqual([undefined, 429, 429, undefined]);
    expect(world.azure.faults.pending).toBe(0);
  });

  it('throttles with a Retry-After that the SDK can read', async () => {
    const vault = world.azure.addVault('kv-a');
    world.azure.faults.next({ match: { host: vault.host }, answer: throttled(7) });
    const answer = await world.ask('GET', `${vault.idOf('chat')}?api-version=7.4`);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7']);
  });

  it('resets the connection before any work is done', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    world.azure.faults.next({ match: { path: /regenerateKey/ }, answer: 'reset' });
    expect(
      await failureOf(world.arm(chat).beginRegenerateKey('rg-chat', chat.name, { keyType: 'Primary' })),
    ).toMatchObject({ code: 'ECONNRESET' });
    expect(chat.operations).toEqual([]);
  });

  it('loses the answer of work that was done', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    const before = chat.keys.primary;
    world.azure.faults.next({ match: { path: /regenerateKey/ }, answer: 'lose-answer' });
    expect(
      await failureOf(world.arm(chat).beginRegenerateKey('rg-chat', chat.name, { keyType: 'Primary' })),
    ).toMatchObject({ code: 'ECONNRESET' });
    expect(chat.operations).toMatchObject([{ slot: 'primary', by: 'rotator' }]);
    expect(chat.keys.primary).not.toBe(before);
  });

  it('hangs until the caller gives up, with or without the work done', async () => {
    const vault = world.azure.addVault('kv-a');
    const client = world.secrets(vault);
    await client.setSecret('chat', 'first');
    for (const answer of ['hang', 'hang-after'] as const) {
      world.azure.faults.next({ match: { method: 'PUT' }, answer });
      const failure = await failureOf(client.setSecret('chat', answer, { abortSignal: AbortSignal.timeout(50) }));
      expect(failure).toMatchObject({ name: 'AbortError' });
    }
    expect(vault.versions('chat').map((version) => version.value)).toEqual(['first', 'hang-after']);
    expect(world.azure.requests.filter((request) => request.status === null)).toHaveLength(2);
  });

  it('is forgotten on demand', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    world.azure.faults.next({ times: Number.POSITIVE_INFINITY, answer: { status: 503 } });
    expect(await failureOf(world.arm(chat).get('rg-chat', chat.name))).toMatchObject({ statusCode: 503 });
    world.azure.faults.clear();
    expect(await world.arm(chat).get('rg-chat', chat.name)).toMatchObject({ id: chat.id });
  });

  it('spares the consumers, who would otherwise use it up, unless it is meant for them', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    const health = (agent: string) => world.ask('GET', `https://${chat.hostName}/api/health`, { 'user-agent': agent });
    world.azure.faults.next({ match: { host: chat.hostName }, answer: { status: 503 } });
    expect((await health('simulated-consumer/web')).status).toBe(200);
    expect((await health('azsdk-js')).status).toBe(503);
    world.azure.faults.next({ match: { from: 'consumer' }, answer: { status: 503 } });
    expect((await health('azsdk-js')).status).toBe(200);
    expect((await health('simulated-consumer/web')).status).toBe(503);
    expect(world.azure.requests.map(({ from, status }) => [from, status])).toEqual([
      ['consumer', 200],
      ['app', 503],
      ['app', 200],
      ['consumer', 503],
    ]);
  });
});
