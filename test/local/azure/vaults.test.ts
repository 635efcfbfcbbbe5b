import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aLocalAzure, type World } from './a-local-azure.ts';

let world: World;
beforeEach(async () => {
  world = await aLocalAzure();
});
afterEach(() => world.azure.close());

async function list(subscription = world.azure.subscription().id, apiVersion = '2023-07-01') {
  const token = await world.azure.credential().getToken('https://management.azure.com/.default');
  const ask = async (address: string) => {
    const answer = await world.ask('GET', address, { authorization: `Bearer ${token?.token}` });
    return { status: answer.status, body: JSON.parse(answer.bodyAsText ?? '') };
  };
  const path = `/subscriptions/${subscription}/providers/Microsoft.KeyVault/vaults`;
  const first = await ask(`https://management.azure.com${path}?api-version=${apiVersion}`);
  return { ...first, next: () => ask(first.body.nextLink) };
}

describe('the vaults that ARM lists', () => {
  it('tell who is let in, once somebody has set it', async () => {
    world.azure.addVault('kv-open');
    const vault = world.azure.addVault('KV-Closed', { publicNetworkAccess: 'Disabled', resourceGroup: 'rg-x' });
    vault.networkAcls = { defaultAction: 'Deny', ipRules: ['203.0.113.1'], subnets: ['/subscriptions/s/subnets/a'] };
    const { body } = await list();
    expect(body.value[0].properties).not.toHaveProperty('networkAcls');
    expect(body.value[1]).toMatchObject({
      id: `/subscriptions/${vault.subscriptionId}/resourceGroups/rg-x/providers/Microsoft.KeyVault/vaults/KV-Closed`,
      name: 'KV-Closed',
      location: 'westeurope',
      properties: {
        vaultUri: 'https://kv-closed.vault.azure.net/',
        publicNetworkAccess: 'Disabled',
        networkAcls: {
          defaultAction: 'Deny',
          ipRules: [{ value: '203.0.113.1' }],
          virtualNetworkRules: [{ id: '/subscriptions/s/subnets/a' }],
        },
      },
    });
  });

  it('are those of the subscription, without those that the caller may not read', async () => {
    world.azure.addVault('kv-a');
    world.azure.addVault('kv-b', { subscriptionId: 'another' });
    world.azure.addVault('kv-c').forbid('read');
    expect((await list()).body.value.map(({ name }: { name: string }) => name)).toEqual(['kv-a']);
    expect((await list('ANOTHER')).body.value.map(({ name }: { name: string }) => name)).toEqual(['kv-b']);
  });

  it('come in pages of 100', async () => {
    for (let added = 0; added < 101; added += 1) world.azure.addVault(`kv-${added}`);
    const { body, next } = await list();
    expect(body.value).toHaveLength(100);
    expect((await next()).body).toMatchObject({ value: [{ name: 'kv-100' }], nextLink: null });
  });

  it('are for who has a role in a subscription that is there, and for an api-version that the provider knows', async () => {
    const subscription = world.azure.subscription();
    expect(await list('nowhere')).toMatchObject({ status: 404, body: { error: { code: 'SubscriptionNotFound' } } });
    expect(await list(subscription.id, '2024-03-01')).toMatchObject({ status: 400 });
    subscription.denials.forbid('listVaults');
    expect(await list()).toMatchObject({ status: 403, body: { error: { code: 'AuthorizationFailed' } } });
  });
});
