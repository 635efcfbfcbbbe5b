import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aLocalAzure, codesOf, failureOf, type World } from './a-local-azure.ts';

let world: World;
beforeEach(async () => {
  world = await aLocalAzure();
});
afterEach(() => world.azure.close());

describe('a secret through the real client', () => {
  it('is written with value, tags, content type and both dates in one call, after the challenge', async () => {
    const vault = world.azure.addVault('kv-a');
    const notBefore = new Date(Math.floor(world.clock.now() / 1000) * 1000);
    const expiresOn = new Date(notBefore.getTime() + 90 * 86_400_000);
    world.clock.pass(999);
    const written = await world
      .secrets(vault)
      .setSecret('chat', 'first', { contentType: 'text/plain', tags: { team: 'chat' }, notBefore, expiresOn });
    expect(written).toMatchObject({ name: 'chat', value: 'first' });
    expect(written.properties).toMatchObject({
      contentType: 'text/plain',
      tags: { team: 'chat' },
      notBefore,
      expiresOn,
      enabled: true,
    });
    expect(written.properties.version).toMatch(/^[0-9a-f]{32}$/);
    expect(written.properties.createdOn).toEqual(notBefore);
    expect(vault.versions('chat').map((version) => version.value)).toEqual(['first']);
    expect(world.azure.requests.map(({ method, status }) => [method, status])).toEqual([
      ['PUT', 401],
      ['PUT', 200],
    ]);
  });

  it('is read in its newest version by creation, even if several were made in one second, or in the one that is named', async () => {
    const vault = world.azure.addVault('kv-a');
    const first = vault.set('chat', 'first');
    vault.set('chat', 'second');
    vault.set('chat', 'third');
    const client = world.secrets(vault);
    expect((await client.getSecret('chat')).value).toBe('third');
    expect((await client.getSecret('chat', { version: first.version })).value).toBe('first');
    vault.change('chat', { tags: { seen: 'yes' } }, first.version);
    expect((await client.getSecret('CHAT')).value).toBe('third');
  });

  it('is listed 25 versions a page, all of them, without values and in no useful order', async () => {
    const vault = world.azure.addVault('kv-a');
    const written = Array.from(
      { length: 60 },
      (_, i) => vault.set('chat', `value-${i}`, { tags: { number: String(i) } }).version,
    );
    const pages: (string | undefined)[][] = [];
    for await (const page of world.secrets(vault).listPropertiesOfSecretVersions('chat').byPage()) {
      pages.push(page.map((version) => version.version));
      expect(page.every((version) => version.tags?.number !== undefined && !('value' in version))).toBe(true);
    }
    expect(pages.map((page) => page.length)).toEqual([25, 25, 10]);
    expect(pages.flat()).not.toEqual(written);
    expect(new Set(pages.flat())).toEqual(new Set(written));
  });

  it('is found among the secrets of its vault', async () => {
    const vault = world.azure.addVault('kv-a');
    vault.set('chat', 'a');
    vault.set('orders', 'b');
    vault.set('gone', 'c');
    vault.delete('gone');
    const names: string[] = [];
    for await (const listed of world.secrets(vault).listPropertiesOfSecrets()) names.push(listed.name);
    expect(names).toEqual(['chat', 'orders']);
  });

  it('keeps what a change of one version does not name, and loses the tags it does not repeat', async () => {
    const vault = world.azure.addVault('kv-a');
    const { version } = vault.set('chat', 'first', { contentType: 'text/plain', tags: { a: '1', b: '2' } });
    await world.secrets(vault).updateSecretProperties('chat', version, { enabled: false });
    expect(vault.versions('chat')).toMatchObject([
      { value: 'first', enabled: false, contentType: 'text/plain', tags: { a: '1', b: '2' } },
    ]);
    await world.secrets(vault).updateSecretProperties('chat', version, { tags: { b: '3' } });
    expect(vault.versions('chat')[0]?.tags).toEqual({ b: '3' });
  });

  it('takes 15 tags of 256 characters, and not one more', async () => {
    const vault = world.azure.addVault('kv-a');
    const tags = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`tag${i}`, 'x'.repeat(256)]));
    await world.secrets(vault).setSecret('chat', 'v', { tags });
    expect(
      await failureOf(world.secrets(vault).setSecret('chat', 'w', { tags: { ...tags, more: 'x' } })),
    ).toMatchObject({ statusCode: 400 });
    expect(
      await failureOf(world.secrets(vault).setSecret('chat', 'w', { tags: { long: 'x'.repeat(257) } })),
    ).toMatchObject({ statusCode: 400 });
    expect(vault.versions('chat')).toHaveLength(1);
  });
});

describe('a secret that cannot be had', () => {
  it('answers 403 SecretDisabled when its current version is disabled, and can still be listed', async () => {
    const vault = world.azure.addVault('kv-a');
    vault.set('chat', 'first');
    vault.disable('chat');
    const failure = await failureOf(world.secrets(vault).getSecret('chat'));
    expect(codesOf(failure)).toEqual([403, 'Forbidden', 'SecretDisabled']);
    const listed: (boolean | undefined)[] = [];
    for await (const version of world.secrets(vault).listPropertiesOfSecretVersions('chat'))
      listed.push(version.enabled);
    expect(listed).toEqual([false]);
  });

  it('answers 404 SecretNotFound when it never was, with an empty list of versions', async () => {
    const vault = world.azure.addVault('kv-a');
    const client = world.secrets(vault);
    expect(await failureOf(client.getSecret('chat'))).toMatchObject({ statusCode: 404, code: 'SecretNotFound' });
    expect((await client.listPropertiesOfSecretVersions('chat').next()).done).toBe(true);
  });

  it('answers 404 to reads and 409 to writes when it is soft-deleted, until it is recovered', async () => {
    const vault = world.azure.addVault('kv-a');
    const client = world.secrets(vault);
    vault.set('chat', 'first');
    await (await client.beginDeleteSecret('chat')).pollUntilDone();
    expect(await failureOf(client.getSecret('chat'))).toMatchObject({ statusCode: 404, code: 'SecretNotFound' });
    expect(await failureOf(client.listPropertiesOfSecretVersions('chat').next())).toMatchObject({ statusCode: 404 });
    expect(codesOf(await failureOf(client.setSecret('chat', 'second')))).toEqual([
      409,
      'Conflict',
      'ObjectIsDeletedButRecoverable',
    ]);
    expect((await client.getDeletedSecret('chat')).recoveryId).toBe('https://kv-a.vault.azure.net/deletedsecrets/chat');
    expect(vault.versions('chat')).toHaveLength(1);
    await (await client.beginRecoverDeletedSecret('chat')).pollUntilDone();
    expect((await client.getSecret('chat')).value).toBe('first');
    expect(await failureOf(client.getDeletedSecret('chat'))).toMatchObject({ statusCode: 404, code: 'SecretNotFound' });
  });

  it('tells of its deletion only who may list', async () => {
    const vault = world.azure.addVault('kv-a');
    vault.set('chat', 'first');
    vault.delete('chat');
    vault.forbid('readMetadata');
    const refused = await failureOf(world.secrets(vault).getDeletedSecret('chat'));
    expect(codesOf(refused)).toEqual([403, 'Forbidden', 'ForbiddenByRbac']);
  });

  it('answers 403 ForbiddenByRbac to who lacks the role, operation by operation and identity by identity', async () => {
    const vault = world.azure.addVault('kv-a');
    vault.set('chat', 'first');
    vault.forbid('getSecret');
    const client = world.secrets(vault);
    expect(codesOf(await failureOf(client.getSecret('chat')))).toEqual([403, 'Forbidden', 'ForbiddenByRbac']);
    await client.setSecret('chat', 'second');
    expect(vault.current('chat')?.value).toBe('second');
    const token = await world.azure.credential('consumer-1').getToken('https://vault.azure.net/.default');
    const read = await world.ask('GET', `${vault.idOf('chat')}?api-version=7.4`, {
      authorization: `Bearer ${token?.token}`,
    });
    expect(read.status).toBe(200);
  });
});

describe('a caller without a token for Key Vault', () => {
  it('is challenged with the tenant and the resource', async () => {
    const vault = world.azure.addVault('kv-a');
    const answer = await world.ask('GET', `${vault.idOf('chat')}?api-version=7.4`);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(
      /^Bearer authorization="https:\/\/login\.microsoftonline\.com\/[0-9a-f-]+", resource="https:\/\/vault\.azure\.net"$/,
    );
  });

  it('is refused with a token for ARM', async () => {
    const vault = world.azure.addVault('kv-a');
    const token = await world.azure.credential().getToken('https://management.azure.com/.default');
    const answer = await world.ask('GET', `${vault.idOf('chat')}?api-version=7.4`, {
      authorization: `Bearer ${token?.token}`,
    });
    expect(answer.status).toBe(401);
  });

  it('finds nobody at a vault that does not exist', async () => {
    expect(await failureOf(world.secrets({ host: 'nobody.vault.azure.net' }).getSecret('chat'))).toMatchObject({
      code: 'ECONNRESET',
    });
  });
});
