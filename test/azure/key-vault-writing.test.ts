import { afterEach, describe, expect, it } from 'vitest';
import { throttled } from '../../local/azure/faults.ts';
import { SecretUnwritable } from '../../src/app/errors.ts';
import { SecretValue } from '../../src/app/secret-value.ts';
import {
  someContent as content,
  errorOf,
  secretIdOf as idOf,
  localServices,
  vaultStatus as status,
} from './local-services.ts';

const { azure, clock, secrets, aVault, sent } = await localServices();

afterEach(() => {
  expect(azure.faults.pending).toBe(0);
});

describe('publishing', () => {
  it('writes value, tags, content type and expiry in one call', async () => {
    const vault = aVault();
    vault.set('chat', 'old');
    const expiresAt = Math.floor(clock.now() / 1000) * 1000 + 90 * 86_400_000;
    const tags = { Team: 'chat', KeyFingerprint: 'sha256:0123456789abcdef' };
    const puts = sent('PUT', /\/secrets\/chat/);
    const value = new SecretValue('Endpoint=https://x;AccessKey=ß;');
    const written = await secrets.publish(idOf(vault), { value, contentType: 'text/plain', tags, expiresAt });
    expect(vault.current('chat')).toMatchObject({
      version: written.version,
      value: 'Endpoint=https://x;AccessKey=ß;',
      contentType: 'text/plain',
      tags,
      exp: expiresAt / 1000,
      enabled: true,
    });
    expect(written).toMatchObject({ enabled: true, expiresAt, contentType: 'text/plain', tags });
    // The first question to a vault carries no token and no body: it fetches the challenge.
    expect(sent('PUT', /\/secrets\/chat/)).toBe(puts + 2);
    expect(vault.versions('chat')).toHaveLength(2);
  });

  it('leaves out what the publication does not have', async () => {
    const vault = aVault();
    await secrets.publish(idOf(vault), content());
    const current = vault.current('chat');
    expect([current?.contentType, current?.exp, current?.nbf]).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    ['a lost answer', 'lose-answer' as const, { refused: false }, 1],
    ['a reset connection', 'reset' as const, { refused: false }, 0],
    ['a 500', status(500), { refused: false, status: 500 }, 0],
    ['a 429', throttled(9), { refused: true, status: 429, retryAfter: 9_000 }, 0],
    ['a secret that is just being deleted', status(409, 'ObjectIsBeingDeleted'), { refused: true, status: 409 }, 0],
  ])('is sent once when it meets %s', async (_, answer, expected, more) => {
    const vault = aVault();
    await secrets.publish(idOf(vault), content());
    const puts = sent('PUT', /\/secrets\/chat/);
    azure.faults.next({ match: { method: 'PUT', host: vault.host }, answer });
    expect(await errorOf(secrets.publish(idOf(vault), content()))).toMatchObject({ code: 'Unavailable', ...expected });
    expect(sent('PUT', /\/secrets\/chat/)).toBe(puts + 1);
    expect(vault.versions('chat')).toHaveLength(1 + more);
  });

  it('is for a person to make possible where the name is deleted, the role is missing or the content is refused', async () => {
    const vault = aVault();
    vault.set('chat', 'x');
    vault.delete('chat');
    await expect(secrets.publish(idOf(vault), content())).rejects.toThrow(SecretUnwritable);
    await expect(secrets.publish(idOf(vault, 'big'), content('x'.repeat(26_000)))).rejects.toThrow(SecretUnwritable);
    vault.forbid('setSecret');
    await expect(secrets.publish(idOf(vault, 'other'), content())).rejects.toThrow(SecretUnwritable);
  });
});

describe('disabling a version', () => {
  it('changes that version only, and nothing else about it', async () => {
    const vault = aVault();
    const about = { contentType: 'text/plain', tags: { KeyFingerprint: 'f', Team: 'chat' }, exp: 1_900_000_000 };
    const { version } = vault.set('chat', 'old', about);
    vault.set('chat', 'new', about);
    await secrets.disable(idOf(vault), version);
    expect(vault.versions('chat')).toMatchObject([
      { version, value: 'old', enabled: false, ...about },
      { value: 'new', enabled: true, ...about },
    ]);
    await secrets.disable(idOf(vault), version);
  });

  it('is refused without the role', async () => {
    const vault = aVault();
    const { version } = vault.set('chat', 'x');
    vault.forbid('update');
    await expect(secrets.disable(idOf(vault), version)).rejects.toThrow(SecretUnwritable);
  });
});
