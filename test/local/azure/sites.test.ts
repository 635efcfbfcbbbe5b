import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Site, SiteOptions } from '../../../local/azure/site.ts';
import type { Vault } from '../../../local/azure/vault.ts';
import { aLocalAzure, type World } from './a-local-azure.ts';

const HOUR = 3_600_000;
const SETTING = 'AzureSignalRConnectionString';

let world: World;
let vault: Vault;
beforeEach(async () => {
  world = await aLocalAzure();
  vault = world.azure.addVault('kv-a');
  vault.set('chat', 'first');
});
afterEach(() => world.azure.close());

const aSite = (options: Partial<SiteOptions> = {}) =>
  world.azure.addSite({
    name: 'web',
    settings: { [SETTING]: `@Microsoft.KeyVault(SecretUri=${vault.idOf('chat')})` },
    ...options,
  });
const [held, status] = [
  (site: Site) => site.home(SETTING).read()?.value,
  (site: Site) => site.references('appsettings')[0]?.status,
];

describe('a site', () => {
  it('fetches its references once a day, and restarts where that brought something new', () => {
    const site = aSite();
    vault.set('chat', 'second');
    world.clock.pass(24 * HOUR - 1);
    expect([held(site), site.starts]).toEqual(['first', 1]);
    world.clock.pass(1);
    expect([held(site), site.starts]).toEqual(['second', 2]);
    world.clock.pass(24 * HOUR);
    expect([held(site), site.starts]).toEqual(['second', 2]);
  });

  it('fetches them when its configuration changes, and not when it only restarts', () => {
    const site = aSite();
    vault.set('chat', 'second');
    site.restart();
    expect([held(site), site.starts]).toEqual(['first', 2]);
    site.configure('COLOUR', 'blue');
    expect([held(site), site.starts]).toEqual(['second', 3]);
  });

  it('goes on with what it has while it cannot fetch', () => {
    const site = aSite();
    for (const [breakIt, word] of [
      [() => vault.disable('chat'), 'OtherReasons'],
      [() => vault.forbid('getSecret', site.principal), 'AccessToKeyVaultDenied'],
      [() => vault.delete('chat'), 'AccessToKeyVaultDenied'],
      [() => vault.allow('getSecret', site.principal), 'SecretNotFound'],
    ] as const) {
      breakIt();
      site.refresh();
      expect([held(site), status(site)]).toEqual(['first', word]);
    }
  });

  it.each([
    ['@Microsoft.KeyVault(SecretUri=https://kv-b.vault.azure.net/secrets/chat)', 'VaultNotFound'],
    ['@Microsoft.KeyVault(VaultName=kv-a;SecretName=chats)', 'SecretNotFound'],
    [
      `@Microsoft.KeyVault(SecretUri=https://kv-a.vault.azure.net/secrets/chat/${'0'.repeat(32)})`,
      'SecretVersionNotFound',
    ],
    ['@Microsoft.KeyVault(chat)', 'InvalidSyntax'],
  ])('says of %s that it is %s', (text, word) => {
    const site = aSite({ settings: { [SETTING]: text } });
    expect([held(site), status(site)]).toEqual([undefined, word]);
  });

  it('keeps to the version that its reference names', () => {
    const pin = vault.current('chat')?.version;
    const site = aSite({ settings: { [SETTING]: `@Microsoft.KeyVault(SecretUri=${vault.idOf('chat')}/${pin})` } });
    vault.set('chat', 'second');
    site.refresh();
    expect(held(site)).toBe('first');
  });

  it('can be put back on a version, until it fetches again', () => {
    const site = aSite();
    const first = vault.current('chat')?.version ?? '';
    vault.set('chat', 'second');
    site.refresh();
    site.usesVersion(SETTING, first);
    expect([held(site), site.starts]).toEqual(['first', 3]);
    world.clock.pass(24 * HOUR);
    expect([held(site), site.starts]).toEqual(['second', 4]);
  });
});

describe('the references of a site over HTTP', () => {
  const ask = async (method: 'GET' | 'POST', path: string, audience = 'https://management.azure.com') => {
    const token = (await world.azure.credential().getToken(`${audience}/.default`))?.token;
    const url = `https://management.azure.com${path}`;
    const answer = await world.ask(method, url, { authorization: `Bearer ${token}` });
    return { status: answer.status, body: JSON.parse(answer.bodyAsText || 'null') };
  };

  it('are those of that kind, without the value of any', async () => {
    const site = aSite({ connectionStrings: { other: 'plain' } });
    const list = `${site.id}/config/configreferences/appsettings?api-version=2022-03-01`;
    const { body } = await ask('GET', list);
    expect(body.value).toMatchObject([
      { name: SETTING, properties: { vaultName: 'kv-a', secretName: 'chat', secretVersion: '', status: 'Resolved' } },
    ]);
    expect(body.value[0].properties.activeVersion).toBe(vault.current('chat')?.version);
    expect(JSON.stringify(body)).not.toContain('first');
    expect((await ask('GET', list.replace('appsettings', 'connectionstrings'))).body.value).toEqual([]);
  });

  it('answer as ARM does to whoever asks wrongly', async () => {
    const site = aSite();
    const path = `${site.id}/restart`;
    expect((await ask('POST', path)).body.error.code).toBe('MissingApiVersionParameter');
    expect((await ask('POST', `${path}?api-version=2016-01-01`)).body.error.code).toBe('NoRegisteredProviderFound');
    const query = '?api-version=2022-03-01';
    expect((await ask('POST', `${path}${query}`, 'https://vault.azure.net')).status).toBe(401);
    expect((await ask('POST', `${site.id}x/restart${query}`)).body.error.code).toBe('ResourceNotFound');
    expect((await ask('GET', `${path}${query}`)).status).toBe(405);
    expect(site.starts).toBe(1);
  });
});
