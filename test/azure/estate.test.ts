import { afterEach, describe, expect, it } from 'vitest';
import { SubscriptionForbidden } from '../../src/app/errors.ts';
import { errorOf, localServices, status } from './local-services.ts';

const { azure, estate, aResource, aVault, sent, keys } = await localServices();

afterEach(() => {
  expect(azure.faults.pending).toBe(0);
});

let subscriptions = 0;
/** One that nobody else uses. */
function aSubscription() {
  subscriptions += 1;
  return azure.subscription(`00000000-0000-0000-0000-1000000000${String(subscriptions).padStart(2, '0')}`);
}

describe('the SignalR resources of a subscription', () => {
  it('are listed with what can be known without their keys', async () => {
    const { id: subscriptionId } = aSubscription();
    const createdAt = Date.parse('2024-05-06T07:08:09.123Z');
    const { id } = aResource({ name: 'Chat-Forgotten', subscriptionId, createdAt, sku: 'Free_F1' });
    const listed = await estate.resources(subscriptionId);
    const { posture } = await keys.look(id);
    expect(listed).toEqual([{ resource: id, name: 'Chat-Forgotten', createdAt, posture }]);
    expect(posture.sku?.tier).toBe('Free');
    expect(sent('POST', /listKeys/i)).toBe(0);
  });

  it('are those of this subscription, without those that the app may not read', async () => {
    const { id: subscriptionId } = aSubscription();
    const { id } = aResource({ subscriptionId });
    aResource();
    aResource({ subscriptionId }).resource.denials.forbid('read');
    expect((await estate.resources(subscriptionId)).map(({ resource }) => resource)).toEqual([id]);
  });

  it('are read to the last page', async () => {
    const { id: subscriptionId } = aSubscription();
    for (let added = 0; added < 201; added += 1) aResource({ subscriptionId });
    const before = sent('GET', /signalR$/i);
    const names = (await estate.resources(subscriptionId)).map(({ name }) => name);
    expect(new Set(names).size).toBe(201);
    expect(sent('GET', /signalR$/i)).toBe(before + 3);
  });

  it('are read whatever form they come in, less those that say no id', async () => {
    const { id: subscriptionId } = aSubscription();
    const id = `/subscriptions/${subscriptionId}/resourceGroups/g/providers/Microsoft.SignalRService/SignalR/chat`;
    const webPubSub = id.replace('/SignalR/', '/WebPubSub/');
    const value = [{ id, properties: 7 }, { id: webPubSub }, { id: 'x' }, { id: 7 }, {}, null, 'x'];
    azure.faults.next({ match: { path: /signalR$/i }, answer: { status: 200, body: { value } } });
    expect(await estate.resources(subscriptionId)).toMatchObject([
      { resource: id.toLowerCase(), name: 'chat', createdAt: null, posture: { sku: null, networkAcls: null } },
    ]);
  });
});

describe('the vaults of a subscription', () => {
  const seen = async (options: Parameters<typeof aVault>[0]) => {
    const { id: subscriptionId } = aSubscription();
    const vault = aVault({ ...options, subscriptionId });
    const [listed] = await estate.vaults(subscriptionId);
    expect(listed).toMatchObject({
      host: vault.host,
      resourceId: vault.id.toLowerCase(),
      subscription: subscriptionId,
    });
    return listed?.publicAccess;
  };
  const ipRules = ['203.0.113.0/24'];

  it('are open to everybody, unless somebody has closed them', async () => {
    expect(await seen({})).toBe('open');
    expect(await seen({ networkAcls: { defaultAction: 'Allow', ipRules } })).toBe('open');
  });

  it('are restricted where chosen addresses, subnets or a perimeter let in', async () => {
    const subnets = ['/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/apps'];
    expect(await seen({ networkAcls: { defaultAction: 'Deny', ipRules } })).toBe('restricted');
    expect(await seen({ networkAcls: { defaultAction: 'Deny', subnets } })).toBe('restricted');
    expect(await seen({ publicNetworkAccess: 'SecuredByPerimeter' })).toBe('restricted');
  });

  it('are closed where nothing but a private endpoint leads in', async () => {
    expect(await seen({ networkAcls: { defaultAction: 'Deny' } })).toBe('closed');
    expect(await seen({ publicNetworkAccess: 'disabled' })).toBe('closed');
    expect(await seen({ publicNetworkAccess: 'Disabled', networkAcls: { defaultAction: 'Allow', ipRules } })).toBe(
      'closed',
    );
  });

  it('are those of this subscription, without those that the app may not read, to the last page', async () => {
    const { id: subscriptionId } = aSubscription();
    for (let added = 0; added < 101; added += 1) aVault({ subscriptionId });
    aVault({ subscriptionId }).forbid('read');
    aVault();
    expect(await estate.vaults(subscriptionId)).toHaveLength(101);
  });

  it('are read whatever form they come in, less those without an id or an address', async () => {
    const { id: subscriptionId } = aSubscription();
    const id = `/subscriptions/${subscriptionId}/resourceGroups/g/providers/Microsoft.KeyVault/vaults/KV`;
    const properties = { vaultUri: 'https://KV.vault.azure.net/' };
    const value = [{ id, properties }, { id }, { properties }, { id, properties: { vaultUri: 'kv' } }, 'x', null];
    azure.faults.next({ match: { path: /vaults$/ }, answer: { status: 200, body: { value } } });
    expect(await estate.vaults(subscriptionId)).toEqual([
      { host: 'kv.vault.azure.net', resourceId: id.toLowerCase(), subscription: subscriptionId, publicAccess: 'open' },
    ]);
  });
});

describe.each([
  ['resources', 'listSignalR', /signalR$/i],
  ['vaults', 'listVaults', /vaults$/i],
] as const)('a list of %s', (list, operation, path) => {
  it('is forbidden to whoever has no role in the subscription', async () => {
    const subscription = aSubscription();
    subscription.denials.forbid(operation);
    const error = await errorOf(estate[list](subscription.id));
    expect(error).toBeInstanceOf(SubscriptionForbidden);
    expect(error.message).toContain(subscription.id);
    subscription.denials.allow(operation);
    expect(await estate[list](subscription.id)).toEqual([]);
  });

  it('is forbidden where there is no such subscription, or no token is good enough', async () => {
    expect(await errorOf(estate[list]('nowhere'))).toMatchObject({ code: 'SubscriptionForbidden' });
    azure.faults.next({ match: { path }, answer: status(401) });
    expect(await errorOf(estate[list](aSubscription().id))).toMatchObject({ code: 'SubscriptionForbidden' });
  });

  it('is empty where the subscription is not registered for the service', async () => {
    const body = { error: { code: 'MissingSubscriptionRegistration', message: 'x' } };
    azure.faults.next({ match: { path }, answer: { status: 409, body } });
    expect(await estate[list](aSubscription().id)).toEqual([]);
  });

  it('is tried again, and given up in the end', async () => {
    const { id } = aSubscription();
    azure.faults.next({ match: { path }, answer: 'reset' });
    expect(await estate[list](id)).toEqual([]);
    azure.faults.next({ match: { path }, times: 3, answer: status(503) });
    expect(await errorOf(estate[list](id))).toMatchObject({ code: 'Unavailable', status: 503 });
  });

  it('that goes on at another host is none', async () => {
    const body = { value: [], nextLink: 'https://example.com/next' };
    azure.faults.next({ match: { path }, answer: { status: 200, body } });
    expect(await errorOf(estate[list](aSubscription().id))).toMatchObject({ code: 'Unavailable' });
  });
});
