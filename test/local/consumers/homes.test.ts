import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Home } from '../../../local/azure/home.ts';
import type { SignalRResource } from '../../../local/azure/signalr-resource.ts';
import type { Vault } from '../../../local/azure/vault.ts';
import { Consumer } from '../../../local/consumers/consumer.ts';
import { endpointOf } from '../../../local/consumers/endpoint.ts';
import { aLocalAzure, type World } from '../azure/a-local-azure.ts';

const MINUTE = 60_000;

let world: World;
let chat: SignalRResource;
let vault: Vault;
beforeEach(async () => {
  world = await aLocalAzure();
  chat = world.azure.addSignalR({ name: 'chat-prod' });
  vault = world.azure.addVault('kv-a');
  vault.set('chat', chat.connectionString('primary'));
});
afterEach(() => world.azure.close());

function aConsumer(lives?: Home) {
  const consumer = new Consumer({
    name: 'web',
    secret: vault.idOf('chat'),
    platform: world.azure.settings,
    ...(lives ? { lives } : {}),
  });
  const tick = async (passed = 0) => {
    world.clock.pass(passed);
    await consumer.tick(world.clock.now());
    return consumer.uses?.fingerprint;
  };
  return { consumer, tick };
}

const aSite = () =>
  world.azure.addSite({ name: 'web', settings: { chat: `@Microsoft.KeyVault(SecretUri=${vault.idOf('chat')})` } });

describe('a consumer in a site', () => {
  it('is given its secret by the site as that starts it, and never asks the vault', async () => {
    const site = aSite();
    const { consumer, tick } = aConsumer(site.home('chat'));
    expect(await tick()).toBe(chat.fingerprints.primary);
    vault.set('chat', chat.connectionString('secondary'));
    site.restart();
    expect(await tick(MINUTE)).toBe(chat.fingerprints.primary);
    site.refresh();
    expect(await tick(MINUTE)).toBe(chat.fingerprints.secondary);
    expect(consumer).toMatchObject({ refused: 0, unanswered: 0 });
    expect(world.azure.requests.filter(({ host }) => host === vault.host)).toEqual([]);
  });

  it('switches by itself once a day', async () => {
    const { tick } = aConsumer(aSite().home('chat'));
    await tick();
    vault.set('chat', chat.connectionString('secondary'));
    expect(await tick(23 * 60 * MINUTE)).toBe(chat.fingerprints.primary);
    expect(await tick(60 * MINUTE)).toBe(chat.fingerprints.secondary);
  });

  it('goes back with its site', async () => {
    const site = aSite();
    const first = vault.current('chat')?.version ?? '';
    const { tick } = aConsumer(site.home('chat'));
    vault.set('chat', chat.connectionString('secondary'));
    site.refresh();
    expect(await tick()).toBe(chat.fingerprints.secondary);
    site.usesVersion('chat', first);
    expect(await tick(MINUTE)).toBe(chat.fingerprints.primary);
  });
});

describe('a consumer in a container app', () => {
  it('switches when the platform has seen the new version, and not when it is restarted before', async () => {
    const app = world.azure.addContainerApp({ name: 'api', secrets: { signalr: vault.idOf('chat') } });
    const { tick } = aConsumer(app.home('signalr'));
    await tick();
    vault.set('chat', chat.connectionString('secondary'));
    app.restart();
    expect(await tick(10 * MINUTE)).toBe(chat.fingerprints.primary);
    expect(await tick(20 * MINUTE)).toBe(chat.fingerprints.secondary);
  });
});

describe('the address of a consumer', () => {
  it('tells the key of each instance in turn, and nothing before there is one', async () => {
    const [one, two] = [aConsumer(), aConsumer()];
    world.azure.addEndpoint('web.example.com', endpointOf(one.consumer, two.consumer));
    await one.tick();
    const answers = [];
    for (let i = 0; i < 3; i += 1) answers.push(await world.ask('GET', 'https://web.example.com/key'));
    const key = JSON.stringify({ fingerprint: chat.fingerprints.primary });
    expect(answers.map(({ status, bodyAsText }) => [status, bodyAsText])).toEqual([
      [200, key],
      [503, ''],
      [200, key],
    ]);
  });
});
