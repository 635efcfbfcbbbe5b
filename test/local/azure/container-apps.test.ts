import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ContainerAppOptions } from '../../../local/azure/container-app.ts';
import type { Vault } from '../../../local/azure/vault.ts';
import { aLocalAzure, type World } from './a-local-azure.ts';

const MINUTE = 60_000;

let world: World;
let vault: Vault;
beforeEach(async () => {
  world = await aLocalAzure();
  vault = world.azure.addVault('kv-a');
  vault.set('chat', 'first');
});
afterEach(() => world.azure.close());

const anApp = (options: Partial<ContainerAppOptions> = {}) =>
  world.azure.addContainerApp({ name: 'api', secrets: { signalr: vault.idOf('chat') }, ...options });

describe('a container app', () => {
  it('gives what it kept for half an hour to whoever starts, restarts and deployments included', () => {
    const app = anApp();
    vault.set('chat', 'second');
    world.clock.pass(29 * MINUTE);
    app.restart();
    app.deploy();
    expect(app.home('signalr').read()?.value).toBe('first');
  });

  it('is restarted by its platform when that finds another version', () => {
    const app = anApp({ replicas: 2 });
    const before = app.starts;
    vault.set('chat', 'second');
    world.clock.pass(30 * MINUTE);
    expect([app.starts, app.home('signalr').read()?.value]).toEqual([before + 1, 'second']);
    expect(app.revisions.flatMap(({ replicas }) => replicas.map(({ createdAt }) => createdAt))).toEqual([
      world.clock.now(),
      world.clock.now(),
    ]);
    world.clock.pass(30 * MINUTE);
    expect(app.starts).toBe(before + 1);
  });

  it('keeps to the version of a pinned address, and to what it has where it cannot fetch', () => {
    const pinned = anApp({ secrets: { signalr: `${vault.idOf('chat')}/${vault.current('chat')?.version}` } });
    const cut = anApp({ name: 'cut' });
    vault.forbid('getSecret', cut.principal);
    vault.set('chat', 'second');
    world.clock.pass(30 * MINUTE);
    expect([pinned.home('signalr').read()?.value, cut.home('signalr').read()?.value]).toEqual(['first', 'first']);
  });

  it('has a new revision in place of the others, or beside them', () => {
    const app = anApp();
    app.deploy();
    const { name } = app.deploy({ beside: true });
    expect(app.revisions.map(({ active, replicas }) => [active, replicas.length])).toEqual([
      [false, 0],
      [true, 1],
      [true, 1],
    ]);
    app.deactivate(name);
    expect(app.revisions.map(({ active }) => active)).toEqual([false, true, false]);
  });

  it('tells over HTTP when replicas were made, and where secrets come from, but none of their values', async () => {
    const app = anApp();
    const token = (await world.azure.credential().getToken('https://management.azure.com/.default'))?.token;
    const ask = async (path: string, method: 'GET' | 'POST' = 'GET') =>
      await world.ask(method, `https://management.azure.com${app.id}${path}?api-version=2024-03-01`, {
        authorization: `Bearer ${token}`,
      });
    const { bodyAsText: about } = await ask('');
    expect(JSON.parse(about ?? '').properties.configuration.secrets).toEqual([
      { name: 'signalr', keyVaultUrl: vault.idOf('chat'), identity: 'system' },
    ]);
    const name = app.revisions[0]?.name;
    world.clock.pass(MINUTE);
    expect((await ask(`/revisions/${name}/restart`, 'POST')).status).toBe(200);
    const { bodyAsText: replicas } = await ask(`/revisions/${name}/replicas`);
    expect(JSON.parse(replicas ?? '').value).toMatchObject([
      { properties: { createdTime: '2026-11-02T08:01:00+00:00' } },
    ]);
    expect((await ask('/revisions/nobody/replicas')).status).toBe(404);
  });
});
