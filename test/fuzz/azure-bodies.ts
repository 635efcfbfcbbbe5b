import { createHash } from 'node:crypto';
import { SAMPLE } from './row-samples.ts';

const keyNamed = (name: string): string => createHash('sha256').update(name).digest('base64');

/** What must never be in an error, in the form of a key. */
export const KEYS = { primary: keyNamed('primary'), secondary: keyNamed('secondary') } as const;

const version = '0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f';
const vault = 'https://kv-a.vault.azure.net';
const at = '2026-10-02T08:00:00Z';

const resource = {
  sku: { name: 'Premium_P1', tier: 'Premium', size: 'P1', capacity: 1 },
  properties: {
    provisioningState: 'Succeeded',
    hostName: 'chat-prod.service.signalr.net',
    features: [{ flag: 'ServiceMode', value: 'Default', properties: {} }],
    privateEndpointConnections: [
      {
        name: 'pe',
        properties: { privateEndpoint: { id: '/pe' }, privateLinkServiceConnectionState: { status: 'Approved' } },
      },
    ],
    tls: { clientCertEnabled: false },
    resourceLogConfiguration: { categories: [{ name: 'ConnectivityLogs', enabled: 'true' }] },
    cors: { allowedOrigins: ['*'] },
    upstream: { templates: [{ auth: { type: 'ManagedIdentity' }, urlTemplate: 'https://x' }] },
    networkACLs: {
      defaultAction: 'Deny',
      publicNetwork: { allow: ['ClientConnection'], deny: null },
      privateEndpoints: [{ name: 'pe', allow: ['RESTAPI'], deny: [] }],
      ipRules: [{ value: '10.0.0.0/8', action: 'Allow' }],
    },
    publicNetworkAccess: 'Enabled',
    disableLocalAuth: false,
    disableAadAuth: false,
    resourceStopped: 'false',
  },
  identity: { type: 'SystemAssigned' },
  location: 'westeurope',
  id: SAMPLE,
  name: 'chat-prod',
  systemData: { createdAt: at },
};

const attributes = {
  enabled: true,
  created: 1_790_000_000,
  updated: 1_790_000_000,
  exp: 1_800_000_000,
  recoveryLevel: 'Recoverable',
};
const bundle = {
  value: `Endpoint=https://x;AccessKey=${KEYS.primary};`,
  id: `${vault}/secrets/chat/${version}`,
  attributes,
  tags: { KeyFingerprint: 'x' },
  contentType: 'text/plain',
};

const vaultResource = {
  id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv-a',
  properties: {
    vaultUri: `${vault}/`,
    publicNetworkAccess: 'Enabled',
    networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '1.2.3.4' }] },
  },
};

const logEntry = {
  ...{ eventTimestamp: at, resourceId: SAMPLE, operationId: 'o', correlationId: 'c', status: { value: 'Succeeded' } },
  operationName: { value: 'Microsoft.SignalRService/SignalR/regenerateKey/action' },
  properties: { requestbody: '{"keyType":"Primary"}' },
};

const reference = {
  name: 'web/appsettings/Azure__SignalR__ConnectionString',
  properties: {
    ...{ reference: `@Microsoft.KeyVault(SecretUri=${vault}/secrets/chat/)`, status: 'Resolved' },
    ...{ vaultName: 'kv-a', secretName: 'chat', activeVersion: version, secretVersion: version },
  },
};

const tableRow = {
  PartitionKey: 'survey',
  RowKey: 's',
  Timestamp: at,
  version: 1,
  trouble: 'null',
  state: '{}',
  'odata.etag': 'W/"1"',
};

/** What Azure answers to each call where all is well. */
export const bodies: Readonly<Record<string, unknown>> = {
  'keys.look': resource,
  'keys.list': { primaryKey: KEYS.primary, secondaryKey: KEYS.secondary, primaryConnectionString: bundle.value },
  'keys.beginRegenerate': { primaryKey: KEYS.primary, secondaryKey: KEYS.secondary },
  'keys.operation': { status: 'Succeeded', properties: { primaryKey: KEYS.primary } },
  'secrets.read': bundle,
  'secrets.versions': {
    value: [
      { id: bundle.id, attributes, tags: {} },
      { id: `${vault}/secrets/chat/${'1'.repeat(32)}`, attributes },
    ],
    nextLink: null,
  },
  'secrets.publish': bundle,
  'monitor.diagnostics': {
    value: [{ name: 'logs', properties: { logs: [{ category: 'ConnectivityLogs', enabled: true }] } }],
  },
  'monitor.regenerations': { value: [logEntry, logEntry] },
  'estate.resources': { value: [resource] },
  'estate.vaults': { value: [vaultResource] },
  'consumers.ask': { value: [reference] },
  ...Object.fromEntries(
    ['ledger.read', 'ledger.history', 'ledger.summaries', 'ledger.glances', 'fleet.look'].map((call) => [
      call,
      { value: [tableRow] },
    ]),
  ),
  ...Object.fromEntries(
    ['surveys', 'resources', 'vaults', 'deadLetters'].map((call) => [`inventory.${call}`, { value: [tableRow] }]),
  ),
};
