import { afterEach, describe, expect, it } from 'vitest';
import { throttled } from '../../local/azure/faults.ts';
import { ResourceForbidden, ResourceNotFound } from '../../src/app/errors.ts';
import { aResource as aMissingResource } from './ledger-samples.ts';
import { errorOf, localServices, status } from './local-services.ts';

const { azure, clock, keys, aResource, sent } = await localServices();

afterEach(() => {
  expect(azure.faults.pending).toBe(0);
});

describe('a look at a resource', () => {
  it('tells its state, its age and the names under which it answers', async () => {
    const createdAt = Date.parse('2024-05-06T07:08:09.123Z');
    const { resource, id } = aResource({ name: 'Chat-Prod', createdAt });
    const { posture, ...look } = await keys.look(id);
    expect(posture.sku).toEqual({ name: 'Standard_S1', tier: 'Standard' });
    expect(look).toEqual({
      provisioningState: 'Succeeded',
      stopped: false,
      localAuthDisabled: false,
      createdAt,
      hostNames: ['chat-prod.service.signalr.net', 'chat-prod.privatelink.service.signalr.net'],
    });
    resource.stopped = true;
    resource.disableLocalAuth();
    expect(await keys.look(id)).toMatchObject({ stopped: true, localAuthDisabled: true });
  });

  it('tells what stands around the keys, of the model that the SDK does not have too', async () => {
    const networkACLs = { defaultAction: 'Deny', ipRules: [{ value: '203.0.113.0/24', action: 'Allow' }] };
    const { resource, id } = aResource({
      sku: 'Free_F1',
      properties: { networkACLs, publicNetworkAccess: 'Disabled' },
    });
    resource.disableLocalAuth();
    resource.identity = 'SystemAssigned';
    expect((await keys.look(id)).posture).toMatchObject({
      location: 'westeurope',
      sku: { name: 'Free_F1', tier: 'Free' },
      localAuthDisabled: true,
      publicNetworkAccess: false,
      networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '203.0.113.0/24', action: 'Allow' }] },
      identity: 'SystemAssigned',
    });
  });

  it('tells that an operation runs', async () => {
    const { resource, id } = aResource();
    resource.regenerate('primary');
    expect((await keys.look(id)).provisioningState).toBe('Updating');
  });

  it('asks a Premium resource for its custom domains, and no other', async () => {
    const customDomains = ['Chat.Contoso.com', 'ws.contoso.com'];
    const { hostNames } = await keys.look(aResource({ customDomains }).id);
    expect(hostNames.slice(2)).toEqual(['chat.contoso.com', 'ws.contoso.com']);
    const asked = sent('GET', /customDomains$/i);
    expect((await keys.look(aResource({ sku: 'Premium_P2' }).id)).hostNames).toHaveLength(2);
    expect((await keys.look(aResource().id)).hostNames).toHaveLength(2);
    expect(sent('GET', /customDomains$/i)).toBe(asked + 1);
  });

  it('knows nothing of the age of a resource where ARM does not tell', async () => {
    const { resource, id } = aResource();
    const old = { id: resource.id, properties: { provisioningState: 'Succeeded', hostName: resource.hostName } };
    azure.faults.next({ match: { method: 'GET', path: /signalR\/[^/]+$/i }, answer: { status: 200, body: old } });
    expect(await keys.look(id)).toMatchObject({ createdAt: null, provisioningState: 'Succeeded' });
  });

  it('says what a person has to change', async () => {
    const { resource, id } = aResource();
    await expect(keys.look(aMissingResource())).rejects.toThrow(ResourceNotFound);
    resource.denials.forbid('read');
    await expect(keys.look(id)).rejects.toThrow(ResourceForbidden);
    resource.denials.forbid('listKeys');
    await expect(keys.list(id)).rejects.toThrow(ResourceForbidden);
  });

  it.each([
    ['a reset connection', 'reset' as const],
    ['a 500', status(500)],
    ['a 503', status(503)],
    ['a 429 that asks for a second', throttled(1)],
  ])('is repeated when it meets %s', async (_, answer) => {
    const { id } = aResource();
    azure.faults.next({ answer });
    expect((await keys.look(id)).provisioningState).toBe('Succeeded');
  });

  it('is given up after three times', async () => {
    const { id } = aResource();
    azure.faults.next({ answer: status(503), times: 3 });
    expect(await errorOf(keys.look(id))).toMatchObject({ code: 'Unavailable', status: 503 });
  });

  it.each([
    ['seconds', '45'],
    ['a date', new Date(clock.now() + 45_000).toUTCString()],
  ])('does not wait out a long Retry-After in %s, and tells it', async (_, retryAfter) => {
    const { id } = aResource();
    azure.faults.next({ answer: status(429, { 'retry-after': retryAfter }) });
    expect(await errorOf(keys.look(id))).toMatchObject({ status: 429, retryAfter: 45_000, refused: true });
  });
});
