import { describe, expect, it } from 'vitest';
import { GROUP_ID, PRIVATELY, PUBLICLY, publiclyDenied, zoneOf } from '../../src/app/remedies/private-link-names.ts';
import { CLOUDS } from '../../src/core/clouds.ts';
import { HOME, resourcesOf, signalr } from './a-deployment.ts';
import { infraSources, readInfra } from './bicep/sources.ts';
import type { CloudName } from './deploy/azure.ts';
import { deploy } from './deploy/deploy.ts';

const networkId = `/subscriptions/${HOME}/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet`;

function aStage(stage: string, { cloud = 'AzureCloud' as CloudName, params = {} } = {}) {
  const surroundings = { infra: readInfra(infraSources()), cloud, tenantId: 'tenant-1' };
  const given = {
    stage,
    signalrId: signalr('chat'),
    networkId,
    subnetId: `${networkId}/subnets/snet-signalr`,
    ...params,
  };
  return deploy('infra/signalr-private-link.bicep', { subscription: HOME, group: 'rg-net' }, given, surroundings);
}

const rulesOf = (stage: string, params = {}) =>
  resourcesOf(aStage(stage, { params }), 'Microsoft.SignalRService/signalR')[0]?.body;

describe('the way of a SignalR resource off the internet', () => {
  it('begins with a private endpoint and its zone, and leaves the resource alone', () => {
    const deployment = aStage('endpoint');
    expect(rulesOf('endpoint')).toBeUndefined();
    expect(resourcesOf(deployment, 'Microsoft.Network/privateDnsZones').map(({ name }) => name)).toEqual([
      zoneOf({ cloud: CLOUDS.AzureCloud }),
    ]);
    const [endpoint] = resourcesOf(deployment, 'Microsoft.Network/privateEndpoints');
    expect(endpoint?.body.properties).toMatchObject({
      privateLinkServiceConnections: [{ properties: { groupIds: [GROUP_ID], privateLinkServiceId: signalr('chat') } }],
    });
  });

  it('then restricts request types as the remedy of the report does, and keeps what other endpoints may', () => {
    const ipRules = [{ value: '203.0.113.0/24', action: 'Allow' }];
    expect(rulesOf('restricted', { ipRules })?.properties).toMatchObject({
      publicNetworkAccess: 'Enabled',
      networkACLs: {
        defaultAction: 'Deny',
        publicNetwork: { allow: PUBLICLY, deny: publiclyDenied },
        privateEndpoints: [
          { name: 'pe-chat.7d1', allow: PRIVATELY },
          { name: 'other.1', allow: ['Trace'] },
        ],
        ipRules,
      },
    });
  });

  it('ends with public access closed, and no address let in', () => {
    const ipRules = [{ value: '203.0.113.0/24', action: 'Allow' }];
    expect(rulesOf('closed', { ipRules })?.properties).toMatchObject({
      publicNetworkAccess: 'Disabled',
      networkACLs: { publicNetwork: { allow: [] }, ipRules: [] },
    });
  });

  it('keeps everything else of the resource, which a deployment would else reset', () => {
    expect(rulesOf('restricted')).toMatchObject({
      ...{ location: 'westeurope', kind: 'SignalR', tags: { team: 'chat' }, sku: { name: 'Standard_S1', capacity: 1 } },
      properties: {
        cors: { allowedOrigins: ['https://chat.example.com'] },
        features: [{ flag: 'ServiceMode', value: 'Default' }],
      },
    });
  });

  it('takes a zone that is there, and has a name in each cloud', () => {
    const zones = (cloud: CloudName, params = {}) =>
      resourcesOf(aStage('endpoint', { cloud, params }), 'Microsoft.Network/privateDnsZones').map(({ name }) => name);
    expect(zones('AzureCloud', { zoneId: '/zones/theirs' })).toEqual([]);
    expect(zones('AzureUSGovernment')).toEqual(['privatelink.signalr.azure.us']);
    expect(zones('AzureChinaCloud')).toEqual(['privatelink.signalr.azure.cn']);
  });
});
