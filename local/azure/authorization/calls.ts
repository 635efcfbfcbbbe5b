/** One kind of request that the app sends, and the action that Azure wants for it. */
export interface Call {
  readonly service: 'arm' | 'vault' | 'topic';
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** With names in braces, and in angles what it is asked of: an id of ARM, or the name of a secret. */
  readonly address: string;
  readonly kind: 'action' | 'dataAction';
  readonly action: string;
  /** It is answered with what the caller may read of it. Whoever may read nothing of it is refused. */
  readonly lists?: true;
  /** The adapter in src/azure that sends it. */
  readonly by: string;
  readonly why: string;
  /** Where the action's name is from. */
  readonly source: string;
}

const group = '/subscriptions/{id}/resourceGroups/{group}/providers';
const signalR = `<${group}/Microsoft.SignalRService/signalR/{name}>`;
const site = `<${group}/Microsoft.Web/sites/{name}>`;
const slot = `<${group}/Microsoft.Web/sites/{name}/slots/{slot}>`;
const containerApp = `<${group}/Microsoft.App/containerApps/{name}>`;
const subscription = '</subscriptions/{id}>/providers';

const listed = (provider: string) => `Azure permissions reference, ${provider}`;
/** The types in the path, without the names between them. */
const byTypes = 'not in the permissions reference; ARM makes it out of the types in the path';
const rbacOfVaults = `${listed('Microsoft.KeyVault')}, data actions`;

/** An app and a slot of one are two types of resource, each with actions of its own. */
const ofAppService = (base: string, type: 'sites' | 'sites/slots', word: string): readonly Call[] => [
  {
    service: 'arm',
    method: 'GET',
    address: `${base}/config/configreferences/appsettings`,
    kind: 'action',
    action: `Microsoft.Web/${type}/config/appsettings/read`,
    by: 'app-service',
    why: `which version the references in the settings of a ${word} are resolved to`,
    source: `${listed('Microsoft.Web')}: "Get Web App settings", the types in the path`,
  },
  {
    service: 'arm',
    method: 'GET',
    address: `${base}/config/configreferences/connectionstrings`,
    kind: 'action',
    action: `Microsoft.Web/${type}/config/connectionstrings/read`,
    by: 'app-service',
    why: `the same for the connection strings of a ${word}`,
    source: byTypes,
  },
  {
    service: 'arm',
    method: 'POST',
    address: `${base}/config/configreferences/appsettings/refresh`,
    kind: 'action',
    // `refresh` stands where a name would, so the word before it is the last type.
    action: `Microsoft.Web/${type}/config/appsettings/action`,
    by: 'app-service',
    why: `nudge: a ${word} fetches its references again`,
    source: `${byTypes}, as Microsoft.Web/sites/hostruntime/host/action, which is in it, for …/hostruntime/admin/host/{verb}`,
  },
  {
    service: 'arm',
    method: 'POST',
    address: `${base}/restart`,
    kind: 'action',
    action: `Microsoft.Web/${type}/restart/action`,
    by: 'app-service',
    why: `nudge: a ${word} that was refreshed in vain restarts`,
    source: listed('Microsoft.Web'),
  },
];

/** All that the app asks of ARM, of vaults and of topics. Whatever is not here is refused. The first that fits counts. */
export const CALLS: readonly Call[] = [
  {
    service: 'arm',
    method: 'GET',
    address: signalR,
    kind: 'action',
    action: 'Microsoft.SignalRService/SignalR/read',
    by: 'signalr-keys',
    why: 'state, host name, network rules and age of the resource',
    source: listed('Microsoft.SignalRService'),
  },
  {
    service: 'arm',
    method: 'GET',
    address: `${signalR}/customDomains`,
    kind: 'action',
    action: 'Microsoft.SignalRService/SignalR/customDomains/read',
    by: 'signalr-keys',
    why: 'custom domains, which connection strings may name',
    source: byTypes,
  },
  {
    service: 'arm',
    method: 'GET',
    address: `${signalR}/operationStatuses/{operation}`,
    kind: 'action',
    action: 'Microsoft.SignalRService/SignalR/operationStatuses/read',
    by: 'signalr-keys',
    why: 'what became of a regeneration',
    source: listed('Microsoft.SignalRService'),
  },
  {
    service: 'arm',
    method: 'POST',
    address: `${signalR}/listKeys`,
    kind: 'action',
    action: 'Microsoft.SignalRService/SignalR/listkeys/action',
    by: 'signalr-keys',
    why: 'the two keys, of which fingerprints are kept',
    source: listed('Microsoft.SignalRService'),
  },
  {
    service: 'arm',
    method: 'POST',
    address: `${signalR}/regenerateKey`,
    kind: 'action',
    action: 'Microsoft.SignalRService/SignalR/regeneratekey/action',
    by: 'signalr-keys',
    why: 'a new key in a slot that nobody uses',
    source: listed('Microsoft.SignalRService'),
  },
  {
    service: 'arm',
    method: 'GET',
    address: `${signalR}/providers/Microsoft.Insights/diagnosticSettings`,
    kind: 'action',
    action: 'Microsoft.Insights/diagnosticSettings/read',
    by: 'monitor',
    why: 'where the logs of the resource go, for the report',
    source: listed('Microsoft.Insights'),
  },
  {
    service: 'arm',
    method: 'GET',
    address: `${subscription}/Microsoft.Insights/eventtypes/management/values`,
    kind: 'action',
    action: 'Microsoft.Insights/eventtypes/values/read',
    lists: true,
    by: 'monitor',
    why: 'who regenerated a key that was never seen before, and when',
    source: `${listed('Microsoft.Insights')}; Activity Logs, List: the id of an entry is there "as required by ARM for RBAC"`,
  },
  {
    service: 'arm',
    method: 'GET',
    address: `${subscription}/Microsoft.SignalRService/signalR`,
    kind: 'action',
    action: 'Microsoft.SignalRService/SignalR/read',
    lists: true,
    by: 'estate',
    why: 'resources that nobody manages, for the report',
    source: listed('Microsoft.SignalRService'),
  },
  {
    service: 'arm',
    method: 'GET',
    address: `${subscription}/Microsoft.KeyVault/vaults`,
    kind: 'action',
    action: 'Microsoft.KeyVault/vaults/read',
    lists: true,
    by: 'estate',
    why: 'vaults whose network stands open, for the report',
    source: listed('Microsoft.KeyVault'),
  },
  ...ofAppService(site, 'sites', 'site'),
  ...ofAppService(slot, 'sites/slots', 'slot'),
  {
    service: 'arm',
    method: 'GET',
    address: containerApp,
    kind: 'action',
    action: 'Microsoft.App/containerApps/read',
    by: 'container-apps',
    why: 'where the secrets of a container app come from',
    source: listed('Microsoft.App'),
  },
  {
    service: 'arm',
    method: 'GET',
    address: `${containerApp}/revisions`,
    kind: 'action',
    action: 'Microsoft.App/containerApps/revisions/read',
    by: 'container-apps',
    why: 'its active revisions',
    source: listed('Microsoft.App'),
  },
  {
    service: 'arm',
    method: 'GET',
    address: `${containerApp}/revisions/{revision}/replicas`,
    kind: 'action',
    action: 'Microsoft.App/containerApps/revisions/replicas/read',
    by: 'container-apps',
    why: 'when each instance started',
    source: listed('Microsoft.App'),
  },
  {
    service: 'vault',
    method: 'GET',
    address: '/secrets/<{name}>/versions',
    kind: 'dataAction',
    action: 'Microsoft.KeyVault/vaults/secrets/readMetadata/action',
    by: 'key-vault',
    why: 'the versions of a publication, without values',
    source: rbacOfVaults,
  },
  {
    service: 'vault',
    method: 'GET',
    address: '/deletedsecrets/<{name}>',
    kind: 'dataAction',
    action: 'Microsoft.KeyVault/vaults/secrets/readMetadata/action',
    by: 'key-vault',
    why: 'whether a publication that is not there was deleted',
    source: `${rbacOfVaults}: properties of a secret without its value, which is what this answers`,
  },
  {
    service: 'vault',
    method: 'GET',
    address: '/secrets/<{name}>',
    kind: 'dataAction',
    action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action',
    by: 'key-vault',
    why: 'the connection string, of which only the key is replaced',
    source: rbacOfVaults,
  },
  {
    service: 'vault',
    method: 'GET',
    address: '/secrets/<{name}>/{version}',
    kind: 'dataAction',
    action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action',
    by: 'key-vault',
    why: 'an old key, to know whose it was and to show it dead',
    source: rbacOfVaults,
  },
  {
    service: 'vault',
    method: 'PUT',
    address: '/secrets/<{name}>',
    kind: 'dataAction',
    action: 'Microsoft.KeyVault/vaults/secrets/setSecret/action',
    by: 'key-vault',
    why: 'publish: a new version',
    source: rbacOfVaults,
  },
  {
    service: 'vault',
    method: 'PATCH',
    address: '/secrets/<{name}>/{version}',
    kind: 'dataAction',
    action: 'Microsoft.KeyVault/vaults/secrets/update/action',
    by: 'key-vault',
    why: 'disable a version whose key is shown dead',
    source: rbacOfVaults,
  },
  {
    service: 'topic',
    method: 'POST',
    address: '/api/events',
    kind: 'dataAction',
    action: 'Microsoft.EventGrid/events/send/action',
    by: 'notifier',
    why: 'an event for each step of a rotation',
    source: 'Event Grid, Authenticate publishing clients with Microsoft Entra ID',
  },
];

const patterns = CALLS.map((call) => ({ call, pattern: patternOf(call.address) }));

/** @returns `at`: what it is asked of, as in its address; empty for the service itself. null where the table has no row for it */
export function callFor(
  service: Call['service'],
  { method, path }: { readonly method: string; readonly path: string },
): { readonly call: Call; readonly at: string } | null {
  for (const { call, pattern } of patterns) {
    const match = call.service === service && call.method === method ? path.match(pattern) : null;
    if (match) return { call, at: match.groups?.at ?? '' };
  }
  return null;
}

/** ARM compares paths without case, and so do vaults. */
function patternOf(address: string): RegExp {
  const text = address
    .replaceAll('.', '\\.')
    .replace('>', ')')
    .replace('<', '(?<at>')
    .replace(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${text}/?$`, 'i');
}
