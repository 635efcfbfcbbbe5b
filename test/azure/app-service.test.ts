import { describe, expect, it } from 'vitest';
import { inSite, to } from './listed-consumers.ts';
import { localServices, secretIdOf } from './local-services.ts';

const { azure, aVault, consumers } = await localServices();
const vault = aVault();
const { version } = vault.set('chat', 'x');
const secret = secretIdOf(vault);
let named = 0;

function aSite(settings: Record<string, string> = { chat: to(secret) }) {
  named += 1;
  return azure.addSite({ name: `site-${named}`, settings });
}

/** A site whose list of application settings is `references` to the letter. */
async function readingOf(reference: Record<string, unknown>, setting: string | null = 'chat') {
  const site = aSite();
  const item = {
    name: 'chat',
    properties: { reference: to(secret), vaultName: vault.name, secretName: 'chat', ...reference },
  };
  const answer = { status: 200, body: { value: [item] } };
  azure.faults.next({ match: { path: new RegExp(`${site.name}/.*/appsettings$`) }, answer });
  const [reading] = await consumers.ask(inSite(site, setting, secret));
  return reading;
}

describe('the status of a reference', () => {
  const broken = [
    'InvalidSyntax',
    'MSINotEnabled',
    'VaultNotFound',
    'SecretNotFound',
    'SecretVersionNotFound',
    'AccessToKeyVaultDenied',
    'OtherReasons',
    'FetchTimedOut',
    'UnauthorizedClient',
  ];

  it.each(broken)('%s is trouble, by that name', async (status) => {
    const reading = await readingOf({ status, activeVersion: version });
    expect(reading).toEqual({ secret, shows: null, trouble: 'broken', detail: status });
  });

  it('Initialized is none: the platform is at it', async () => {
    expect(await readingOf({ status: 'Initialized' })).toEqual({
      secret,
      shows: null,
      trouble: null,
      detail: 'Initialized',
    });
  });

  it.each(['Endpoint=https://a;AccessKey=leaked', undefined, 7, 'constructor'])(
    'that is no documented word (%s) is trouble and is not passed on',
    async (status) => {
      const reading = await readingOf({ status, activeVersion: version, details: 'AccessKey=leaked' });
      expect(reading).toEqual({ secret, shows: null, trouble: 'broken', detail: 'unknown' });
    },
  );
});

describe('the version of a resolved reference', () => {
  it('is the active one', async () => {
    const reading = await readingOf({ status: 'Resolved', activeVersion: version.toUpperCase(), secretVersion: '' });
    expect(reading?.shows).toEqual({ by: 'version', version });
  });

  it('is the one of the reference where the active one is not told', async () => {
    expect((await readingOf({ status: 'Resolved', secretVersion: version }))?.shows).toEqual({
      by: 'version',
      version,
    });
  });

  it.each([undefined, '', 'AccessKey=leaked', `${'a'.repeat(43)}=`])(
    'is not made up out of %s',
    async (activeVersion) => {
      const reading = await readingOf({ status: 'Resolved', activeVersion });
      expect(reading).toEqual({ secret, shows: null, trouble: null, detail: 'no version' });
    },
  );
});

describe('a reference', () => {
  const resolved = { status: 'Resolved', activeVersion: version };

  it.each([
    `@Microsoft.KeyVault(SecretUri=${secret}/)`,
    `@Microsoft.KeyVault(SecretUri=https://${vault.name.toUpperCase()}.VAULT.azure.net/secrets/CHAT)`,
    `@Microsoft.KeyVault(VaultName=${vault.name};SecretName=Chat)`,
    `@microsoft.keyvault(secretname=chat; vaultname=${vault.name}; secretversion=)`,
    `@Microsoft.KeyVault(SecretUri=https://${vault.name}.vault.azure.cn/secrets/chat)`,
  ])('is understood as %s', async (reference) => {
    expect((await readingOf({ ...resolved, reference }))?.shows).toEqual({ by: 'version', version });
  });

  it.each([
    `@Microsoft.KeyVault(SecretUri=${secret}/${version})`,
    `@Microsoft.KeyVault(VaultName=${vault.name};SecretName=chat;SecretVersion=${version})`,
  ])('is pinned as %s', async (reference) => {
    expect(await readingOf({ ...resolved, reference })).toEqual({
      secret,
      shows: null,
      trouble: 'pinned',
      detail: version,
    });
  });

  it('is found by the names beside it where its text is not told', async () => {
    expect((await readingOf({ ...resolved, reference: undefined }))?.shows).toEqual({ by: 'version', version });
  });

  it('to a secret of the same name in another vault is another', async () => {
    const reference = `@Microsoft.KeyVault(SecretUri=https://${vault.name}-b.vault.azure.net/secrets/chat)`;
    expect(await readingOf({ ...resolved, reference }, null)).toMatchObject({ trouble: 'not-found' });
  });
});

describe('a site with many settings', () => {
  it('is read to the last page', async () => {
    const others = Object.fromEntries(
      Array.from({ length: 45 }, (_, i) => [`other-${i}`, to(secretIdOf(vault, 'other'))]),
    );
    const site = aSite({ ...others, chat: to(secret) });
    const [reading] = await consumers.ask(inSite(site, null, secret));
    expect(reading?.shows).toEqual({ by: 'version', version });
  });

  it('is not read at all where a page leads elsewhere: the token would go with it', async () => {
    const site = aSite();
    const body = { value: [], nextLink: 'https://management.azure.com.example.com/next' };
    azure.faults.next({ match: { path: new RegExp(`${site.name}/.*/appsettings$`) }, answer: { status: 200, body } });
    const [reading] = await consumers.ask(inSite(site, null, secret));
    expect(reading).toMatchObject({ shows: null, trouble: 'unreachable' });
    expect(azure.requests.filter(({ host }) => host.endsWith('example.com'))).toEqual([]);
  });

  it.each(['<html>', '[]', 'null', '7'])('that answers %s shows nothing', async (text) => {
    const site = aSite();
    azure.faults.next({ match: { path: new RegExp(`${site.name}/.*/appsettings$`) }, answer: { status: 200, text } });
    const [reading] = await consumers.ask(inSite(site, 'chat', secret));
    expect(reading?.shows).toBe(null);
    expect(reading?.trouble).not.toBe(null);
  });

  it('shows each of the publications that it reads', async () => {
    const other = aVault();
    const second = other.set('chat', 'y');
    const site = aSite({ one: to(secret), two: to(secretIdOf(other)) });
    expect(await consumers.ask(inSite(site, null, secret, secretIdOf(other)))).toMatchObject([
      { secret, shows: { version } },
      { secret: secretIdOf(other), shows: { version: second.version } },
    ]);
  });
});
