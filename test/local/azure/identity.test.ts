import { SignalRManagementClient } from '@azure/arm-signalr';
import { ManagedIdentityCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aLocalAzure, type World } from './a-local-azure.ts';

let world: World;
beforeEach(async () => {
  world = await aLocalAzure();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await world.azure.close();
});

describe('the managed identity of an app in this Azure', () => {
  // One test for all of it: the SDK keeps the first endpoint it saw and its tokens for the whole process.
  it('opens ARM and Key Vault, with no more configuration than the platform gives', async () => {
    vi.stubEnv('IDENTITY_ENDPOINT', world.azure.settings.IDENTITY_ENDPOINT);
    vi.stubEnv('IDENTITY_HEADER', world.azure.settings.IDENTITY_HEADER);
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    const vault = world.azure.addVault('kv-a');
    vault.set('chat', 'first');
    const credential = new ManagedIdentityCredential();
    const { httpClient } = world;
    const listed = await new SignalRManagementClient(credential, chat.subscriptionId, { httpClient }).signalR.listKeys(
      'rg-chat',
      'chat-prod',
    );
    expect(listed.primaryKey).toBe(chat.keys.primary);
    expect((await new SecretClient(`https://${vault.host}`, credential, { httpClient }).getSecret('chat')).value).toBe(
      'first',
    );
    const tokens = world.azure.requests.filter((request) => request.host === 'identity');
    expect(tokens.map((request) => request.status)).toEqual([200, 200]);
  });

  it('gives no token without its header, nor for no resource', async () => {
    const { IDENTITY_ENDPOINT, IDENTITY_HEADER } = world.azure.settings;
    const ask = (query: string, header: Record<string, string>) =>
      fetch(`${IDENTITY_ENDPOINT}?${query}`, { headers: header });
    const query = 'api-version=2019-08-01&resource=https://vault.azure.net';
    expect((await ask(query, {})).status).toBe(401);
    expect((await ask(query, { 'x-identity-header': 'wrong' })).status).toBe(401);
    expect((await ask('api-version=2019-08-01', { 'x-identity-header': IDENTITY_HEADER })).status).toBe(400);
    const given = await ask(`${query}&client_id=consumer-1`, { 'x-identity-header': IDENTITY_HEADER });
    expect(await given.json()).toMatchObject({
      token_type: 'Bearer',
      resource: 'https://vault.azure.net',
      client_id: 'consumer-1',
    });
  });
});
