import { SignalRManagementClient } from '@azure/arm-signalr';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SignalRResource } from '../../../local/azure/signalr-resource.ts';
import { aLocalAzure, failureOf, type World } from './a-local-azure.ts';

let world: World;
beforeEach(async () => {
  world = await aLocalAzure();
});
afterEach(() => world.azure.close());

const domainsOf = async (resource: SignalRResource) => {
  const options = { httpClient: world.httpClient, retryOptions: { maxRetries: 0 } };
  const client = new SignalRManagementClient(world.azure.credential(), resource.subscriptionId, options);
  const listed: unknown[] = [];
  for await (const domain of client.signalRCustomDomains.list('rg-chat', resource.name)) listed.push(domain);
  return listed;
};

describe('the custom domains of a resource', () => {
  it('are resources of their own, each with its certificate', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod', customDomains: ['chat.example.com', 'ws.example.com'] });
    expect(await domainsOf(chat)).toMatchObject([
      {
        id: `${chat.id}/customDomains/chat-example-com`,
        name: 'chat-example-com',
        type: 'Microsoft.SignalRService/SignalR/customDomains',
        domainName: 'chat.example.com',
        provisioningState: 'Succeeded',
        customCertificate: { id: `${chat.id}/customCertificates/chat-example-com` },
      },
      { domainName: 'ws.example.com' },
    ]);
  });

  it('are for the Premium tier, which a resource that has some is in', async () => {
    const skuOf = async (resource: SignalRResource) => (await world.arm(resource).get('rg-chat', resource.name)).sku;
    const plain = world.azure.addSignalR({ name: 'plain' });
    const domains = world.azure.addSignalR({ name: 'domains', customDomains: ['chat.example.com'] });
    const large = world.azure.addSignalR({ name: 'large', sku: 'Premium_P2' });
    expect(await skuOf(plain)).toMatchObject({ name: 'Standard_S1', tier: 'Standard', size: 'S1' });
    expect(await skuOf(domains)).toMatchObject({ name: 'Premium_P1', tier: 'Premium', size: 'P1' });
    expect(await skuOf(large)).toMatchObject({ name: 'Premium_P2', tier: 'Premium', size: 'P2' });
    expect([await domainsOf(plain), await domainsOf(large)]).toEqual([[], []]);
  });

  it('are not for who may not read the resource', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod', customDomains: ['chat.example.com'] });
    chat.denials.forbid('read');
    expect(await failureOf(domainsOf(chat))).toMatchObject({ statusCode: 403, code: 'AuthorizationFailed' });
  });
});
