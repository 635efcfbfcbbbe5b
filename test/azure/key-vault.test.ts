import { afterEach, describe, expect, it } from 'vitest';
import { throttled } from '../../local/azure/faults.ts';
import { SecretDeleted, SecretDisabled, SecretForbidden, SecretMissing, Unavailable } from '../../src/app/errors.ts';
import { parseSecretId, type SecretId } from '../../src/core/model.ts';
import {
  someContent as content,
  errorOf,
  everythingAbout,
  secretIdOf as idOf,
  localServices,
  newKey,
  vaultStatus as status,
} from './local-services.ts';

const { azure, clock, open, secrets, aVault, sent } = await localServices();

afterEach(() => {
  expect(azure.faults.pending).toBe(0);
});

describe('reading a secret', () => {
  it('gives the current version with all that belongs to it, and a value that cannot be printed', async () => {
    const vault = aVault();
    vault.set('chat', 'old');
    const exp = Math.floor(clock.now() / 1000) + 86_400;
    const { version } = vault.set('chat', 'new', { contentType: 'text/plain', tags: { Team: 'chat' }, exp });
    const { value, ...rest } = await secrets.read(idOf(vault));
    expect(rest).toEqual({
      version,
      createdAt: Math.floor(clock.now() / 1000) * 1000,
      enabled: true,
      expiresAt: exp * 1000,
      contentType: 'text/plain',
      tags: { Team: 'chat' },
    });
    expect(value.reveal()).toBe('new');
    expect(JSON.stringify({ value })).not.toContain('new');
  });

  it('gives an earlier version when that is asked for, and plain absences', async () => {
    const vault = aVault();
    const { version } = vault.set('chat', 'old');
    vault.set('chat', 'new');
    const read = await secrets.read(idOf(vault), version);
    expect(read.value.reveal()).toBe('old');
    expect(read).toMatchObject({ version, expiresAt: null, contentType: null, tags: {} });
  });

  it('tells a disabled version, a missing role, a secret that is missing and one that is deleted apart', async () => {
    const vault = aVault();
    vault.set('chat', 'x');
    const { version } = vault.set('disabled', 'x');
    vault.disable('disabled');
    vault.set('deleted', 'x');
    vault.delete('deleted');
    await expect(secrets.read(idOf(vault, 'disabled'))).rejects.toThrow(SecretDisabled);
    await expect(secrets.read(idOf(vault, 'disabled'), version)).rejects.toThrow(SecretDisabled);
    await expect(secrets.read(idOf(vault, 'missing'))).rejects.toThrow(SecretMissing);
    await expect(secrets.read(idOf(vault, 'deleted'))).rejects.toThrow(SecretDeleted);
    await expect(secrets.versions(idOf(vault, 'deleted'))).rejects.toThrow(SecretDeleted);
    await expect(secrets.read(idOf(vault), '0'.repeat(32))).rejects.toThrow(SecretMissing);
    vault.forbid('getSecret');
    await expect(secrets.read(idOf(vault))).rejects.toThrow(SecretForbidden);
    expect(await errorOf(secrets.read(idOf(vault)))).toMatchObject({ secret: idOf(vault) });
  });

  it('finds it missing where nobody can tell whether it is deleted', async () => {
    const vault = aVault();
    vault.set('chat', 'x');
    vault.delete('chat');
    vault.forbid('readMetadata');
    await expect(secrets.read(idOf(vault))).rejects.toThrow(SecretMissing);
    vault.allow('readMetadata');
    azure.faults.next({ match: { path: /deletedsecrets/ }, answer: status(503), times: 3 });
    await expect(secrets.read(idOf(vault))).rejects.toThrow(SecretMissing);
    azure.faults.next({ match: { path: /deletedsecrets/ }, answer: 'hang' });
    await expect(open.secrets(AbortSignal.timeout(300)).read(idOf(vault))).rejects.toThrow(SecretMissing);
    vault.purge('chat');
    await expect(secrets.read(idOf(vault))).rejects.toThrow(SecretMissing);
    const asked = sent('GET', /deletedsecrets/);
    await expect(secrets.versions(idOf(vault))).rejects.toThrow(SecretMissing);
    expect(sent('GET', /deletedsecrets/)).toBe(asked + 1);
  });

  it('is repeated where that may help, and not for longer than that', async () => {
    const vault = aVault();
    vault.set('chat', 'x');
    azure.faults.next({ match: { method: 'GET', host: vault.host }, skip: 1, answer: 'reset' });
    expect((await secrets.read(idOf(vault))).value.reveal()).toBe('x');
    azure.faults.next({ match: { host: vault.host }, answer: throttled(30) });
    expect(await errorOf(secrets.read(idOf(vault)))).toMatchObject({ status: 429, retryAfter: 30_000, refused: true });
  });

  it('understands an answer without a body', async () => {
    const vault = aVault();
    vault.set('chat', 'x');
    await secrets.read(idOf(vault));
    for (const [code, error] of [
      [401, SecretForbidden],
      [403, SecretForbidden],
      [404, SecretMissing],
    ] as const) {
      azure.faults.next({ match: { host: vault.host }, answer: { status: code } });
      await expect(secrets.read(idOf(vault))).rejects.toThrow(error);
    }
    azure.faults.next({ match: { host: vault.host }, answer: { status: 429, headers: { 'retry-after': '7' } } });
    expect(await errorOf(secrets.versions(idOf(vault)))).toMatchObject({ status: 429, retryAfter: 7_000 });
  });

  it('of a vault that is not there is no proof of anything', async () => {
    const elsewhere = parseSecretId('https://kv-nowhere.vault.azure.net/secrets/chat');
    await expect(secrets.read(elsewhere as SecretId)).rejects.toThrow(Unavailable);
  });
});

describe('the versions of a secret', () => {
  it('are all listed, past the 25 of a page, oldest first', async () => {
    const vault = aVault();
    const made: string[] = [];
    for (let count = 0; count < 60; count += 1) {
      made.push(vault.set('chat', `value ${count}`).version);
      clock.pass(1_000);
    }
    vault.disable('chat', made[3]);
    const listed = await secrets.versions(idOf(vault));
    expect(listed.map(({ version }) => version)).toEqual(made);
    expect(listed.filter(({ enabled }) => !enabled).map(({ version }) => version)).toEqual([made[3]]);
    expect(JSON.stringify(listed)).not.toContain('value');
  });

  it('are listed without leave to read them, but not without leave to list', async () => {
    const vault = aVault();
    vault.set('chat', 'x');
    vault.disable('chat');
    vault.forbid('getSecret');
    expect(await secrets.versions(idOf(vault))).toMatchObject([{ enabled: false }]);
    vault.forbid('readMetadata');
    await expect(secrets.versions(idOf(vault))).rejects.toThrow(SecretForbidden);
  });

  it('are none where the secret is missing, which is told', async () => {
    await expect(secrets.versions(idOf(aVault()))).rejects.toThrow(SecretMissing);
  });

  it('are not given in part: a page that fails fails the listing', async () => {
    const vault = aVault();
    for (let count = 0; count < 30; count += 1) vault.set('chat', 'x');
    await secrets.versions(idOf(vault));
    azure.faults.next({ match: { path: /versions/, host: vault.host }, skip: 1, answer: status(403) });
    await expect(secrets.versions(idOf(vault))).rejects.toThrow(SecretForbidden);
  });
});

it('ends with its invocation', async () => {
  const vault = aVault();
  vault.set('chat', 'x');
  azure.faults.next({ match: { host: vault.host }, answer: 'hang' });
  await expect(open.secrets(AbortSignal.timeout(200)).read(idOf(vault))).rejects.toThrow(Unavailable);
  await expect(open.secrets(AbortSignal.abort()).publish(idOf(vault), content())).rejects.toMatchObject({
    refused: true,
  });
});

it('never tells in an error what was written or read', async () => {
  const vault = aVault();
  vault.set('chat', 'x');
  await secrets.versions(idOf(vault));
  const key = newKey(84, clock.now());
  const text = `Endpoint=https://x;AccessKey=${key};`;
  for (const code of [400, 401, 403, 404, 409, 429, 500]) {
    const answer = {
      status: code,
      headers: { 'x-ms-request-id': key },
      body: { value: text, error: { code: key, message: text, innererror: { code: key } } },
    };
    azure.faults.next({ match: { host: vault.host }, answer, times: Number.POSITIVE_INFINITY });
    for (const call of [
      () => secrets.publish(idOf(vault), content(text)),
      () => secrets.read(idOf(vault)),
      () => secrets.versions(idOf(vault)),
      () => secrets.disable(idOf(vault), 'v'),
    ]) {
      expect(everythingAbout(await errorOf(call()))).not.toContain(key);
    }
    azure.faults.clear();
  }
});
