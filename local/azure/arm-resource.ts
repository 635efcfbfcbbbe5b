import type { SignalRResource } from './signalr-resource.ts';

/** A resource as ARM describes it, in the model of the version that was asked for. */
export function describeResource(resource: SignalRResource, apiVersion: string): Record<string, unknown> {
  const properties: Record<string, unknown> = {
    provisioningState: resource.provisioningState,
    externalIP: '203.0.113.10',
    hostName: resource.hostName,
    publicPort: 443,
    serverPort: 443,
    version: '1.0',
    privateEndpointConnections: [],
    sharedPrivateLinkResources: [],
    tls: { clientCertEnabled: false },
    hostNamePrefix: resource.name,
    features: [
      { flag: 'ServiceMode', value: 'Default', properties: {} },
      { flag: 'EnableConnectivityLogs', value: 'True', properties: {} },
    ],
    liveTraceConfiguration: { enabled: 'false', categories: [] },
    resourceLogConfiguration: null,
    cors: { allowedOrigins: ['*'] },
    serverless: { connectionTimeoutInSeconds: 30 },
    upstream: null,
    networkACLs: {
      defaultAction: 'Deny',
      publicNetwork: { allow: ['ServerConnection', 'ClientConnection', 'RESTAPI', 'Trace'], deny: null },
      privateEndpoints: [],
      ipRules: [],
    },
    publicNetworkAccess: 'Enabled',
    disableLocalAuth: resource.localAuthDisabled,
    disableAadAuth: false,
    regionEndpointEnabled: 'Enabled',
    resourceStopped: String(resource.stopped),
    ...resource.properties,
  };
  const [tier, size] = resource.sku.split('_');
  return {
    sku: { name: resource.sku, tier, size, capacity: 1 },
    properties: apiVersion < '2024-03-01' ? inThe2023Model(properties) : properties,
    kind: 'SignalR',
    identity: resource.identity && {
      type: resource.identity,
      principalId: '00000000-0000-0000-0000-0000000000aa',
      tenantId: '00000000-0000-0000-0000-00000000000f',
    },
    location: resource.location,
    tags: resource.tags,
    id: resource.id,
    name: resource.name,
    type: 'Microsoft.SignalRService/SignalR',
    systemData: systemDataOf(resource),
  };
}

/** Custom domains are resources of their own, and so is the certificate of each. */
export function describeCustomDomain(resource: SignalRResource, domainName: string): Record<string, unknown> {
  const name = domainName.replaceAll('.', '-');
  return {
    properties: {
      provisioningState: 'Succeeded',
      domainName,
      customCertificate: { id: `${resource.id}/customCertificates/${name}` },
    },
    id: `${resource.id}/customDomains/${name}`,
    name,
    type: 'Microsoft.SignalRService/SignalR/customDomains',
    systemData: systemDataOf(resource),
  };
}

function systemDataOf(resource: SignalRResource): Record<string, unknown> {
  const createdAt = new Date(resource.createdAt).toISOString();
  return {
    createdBy: 'someone@example.com',
    createdByType: 'User',
    createdAt,
    lastModifiedBy: 'someone@example.com',
    lastModifiedByType: 'User',
    lastModifiedAt: createdAt,
  };
}

function inThe2023Model(properties: Record<string, unknown>): Record<string, unknown> {
  const { resourceStopped: _stopped, regionEndpointEnabled: _region, networkACLs, ...older } = properties;
  if (typeof networkACLs !== 'object' || networkACLs === null) return { ...older, networkACLs };
  const { ipRules: _rules, ...acls } = networkACLs as Record<string, unknown>;
  return { ...older, networkACLs: acls };
}
