import type { Value } from './value.ts';

/** What environment() says in each cloud: az cloud show. */
export const CLOUDS = {
  AzureCloud: {
    name: 'AzureCloud',
    authentication: { loginEndpoint: 'https://login.microsoftonline.com/' },
    suffixes: { storage: 'core.windows.net', keyvaultDns: '.vault.azure.net' },
  },
  AzureUSGovernment: {
    name: 'AzureUSGovernment',
    authentication: { loginEndpoint: 'https://login.microsoftonline.us/' },
    suffixes: { storage: 'core.usgovcloudapi.net', keyvaultDns: '.vault.usgovcloudapi.net' },
  },
  AzureChinaCloud: {
    name: 'AzureChinaCloud',
    authentication: { loginEndpoint: 'https://login.chinacloudapi.cn/' },
    suffixes: { storage: 'core.chinacloudapi.cn', keyvaultDns: '.vault.azure.cn' },
  },
} as const;

export type CloudName = keyof typeof CLOUDS;

const SITES = {
  AzureCloud: 'azurewebsites.net',
  AzureUSGovernment: 'azurewebsites.us',
  AzureChinaCloud: 'chinacloudsites.cn',
};

/** An object id that is the same for the same resource. */
export const principalOf = (id: string): string => {
  const digits = [...id].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 0xffffffffffff, 7);
  return `00000000-0000-4000-8000-${digits.toString(16).padStart(12, '0')}`;
};

type Runtime = Readonly<Record<string, Value>>;

/** What Azure alone knows of a resource: what a template may ask for while it is deployed, and nothing else. */
export function runtimeOf(type: string, name: string, id: string, cloud: CloudName): Runtime {
  const storage = CLOUDS[cloud].suffixes.storage;
  switch (type) {
    case 'Microsoft.ManagedIdentity/userAssignedIdentities':
      return { properties: { clientId: principalOf(`client ${id}`), principalId: principalOf(id) } };
    case 'Microsoft.Storage/storageAccounts':
      return {
        properties: {
          primaryEndpoints: Object.fromEntries(
            ['blob', 'queue', 'table'].map((service) => [service, `https://${name}.${service}.${storage}/`]),
          ),
        },
      };
    case 'Microsoft.Insights/components':
      return { properties: { ConnectionString: `InstrumentationKey=${principalOf(id)}` } };
    case 'Microsoft.Web/sites':
      return { properties: { defaultHostName: `${name}.${SITES[cloud]}` } };
    case 'Microsoft.EventGrid/systemTopics':
      return { identity: { principalId: principalOf(id) } };
    case 'Microsoft.EventGrid/topics':
      return { identity: { principalId: principalOf(id) }, properties: { endpoint: `https://${name}/api/events` } };
    case 'Microsoft.KeyVault/vaults':
      return { location: 'northeurope' };
    case 'Microsoft.SignalRService/signalR':
      return {
        ...{
          location: 'westeurope',
          kind: 'SignalR',
          sku: { name: 'Standard_S1', capacity: 1 },
          tags: { team: 'chat' },
        },
        properties: {
          cors: { allowedOrigins: ['https://chat.example.com'] },
          features: [{ flag: 'ServiceMode', value: 'Default' }],
          networkACLs: { defaultAction: 'Deny', privateEndpoints: [{ name: 'other.1', allow: ['Trace'], deny: [] }] },
          privateEndpointConnections: [{ name: `pe-${name}.7d1` }, { name: 'other.1' }],
        },
      };
    default:
      return {};
  }
}
