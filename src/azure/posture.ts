import {
  type NetworkAcls,
  REQUEST_TYPES,
  type RequestRules,
  type RequestType,
  type ResourcePosture,
} from '../core/posture.ts';
import { anItem, type Item, isTrue, itemsOf, oneOf, propertiesOf, textOf } from './arm.ts';

/** The model that is read here. The SDK's own 2023-02-01 knows neither IP rules nor `resourceStopped`. */
export const API_VERSION = '2024-03-01';

/**
 * What ARM says of a SignalR resource. Never throws: what is missing or of another type counts as not said, and what is
 * neither on nor off as letting more through, so that it shows.
 */
export function postureIn(resource: Item): ResourcePosture {
  const properties = propertiesOf(resource);
  const { networkACLs, cors, upstream } = properties;
  return {
    location: textOf(resource.location),
    sku: skuIn(anItem(resource.sku)),
    localAuthDisabled: isTrue(properties.disableLocalAuth),
    aadAuthDisabled: isTrue(properties.disableAadAuth),
    publicNetworkAccess: oneOf(properties.publicNetworkAccess, ['Disabled']) === null,
    networkAcls: isItem(networkACLs) ? aclsIn(networkACLs) : null,
    privateEndpoints: itemsOf(properties.privateEndpointConnections).map(privateEndpointIn),
    clientCertificates: isTrue(anItem(properties.tls).clientCertEnabled),
    corsOrigins: textsIn(anItem(cors).allowedOrigins),
    serviceMode: oneOf(featuresIn(properties).get('servicemode'), ['Default', 'Serverless', 'Classic']) ?? 'Default',
    upstreams: itemsOf(anItem(upstream).templates).map(({ auth }) => ({
      auth: oneOf(anItem(auth).type, ['ManagedIdentity']) ?? 'None',
    })),
    identity: identityIn(anItem(resource.identity)),
    resourceLogs: resourceLogsIn(properties),
  };
}

function skuIn(sku: Item): ResourcePosture['sku'] {
  const name = textOf(sku.name);
  return name === null ? null : { name, tier: textOf(sku.tier) ?? name.split('_')[0] ?? name };
}

function aclsIn(acls: Item): NetworkAcls {
  return {
    defaultAction: actionIn(acls.defaultAction),
    publicNetwork: rulesIn(anItem(acls.publicNetwork)),
    privateEndpoints: itemsOf(acls.privateEndpoints).flatMap((each) => {
      const name = textOf(each.name);
      return name === null ? [] : { name, ...rulesIn(each) };
    }),
    ipRules: itemsOf(acls.ipRules).flatMap(({ value, action }) => {
      const range = textOf(value);
      return range === null ? [] : { value: range, action: actionIn(action) };
    }),
  };
}

const actionIn = (value: unknown): 'Allow' | 'Deny' => oneOf(value, ['Deny']) ?? 'Allow';

const rulesIn = ({ allow, deny }: Item): RequestRules => ({ allow: requestTypesIn(allow), deny: requestTypesIn(deny) });

const requestTypesIn = (value: unknown): readonly RequestType[] | null =>
  Array.isArray(value) ? value.flatMap((word) => oneOf(word, REQUEST_TYPES) ?? []) : null;

function privateEndpointIn(connection: Item): ResourcePosture['privateEndpoints'][number] {
  const { privateEndpoint, privateLinkServiceConnectionState: state } = propertiesOf(connection);
  const status = anItem(state).status;
  return {
    name: textOf(connection.name) ?? 'unnamed',
    endpointId: textOf(anItem(privateEndpoint).id),
    status: oneOf(status, ['Approved', 'Pending', 'Rejected', 'Disconnected']) ?? textOf(status) ?? 'Unknown',
  };
}

function identityIn({ type }: Item): string | null {
  return oneOf(type, ['None']) === null ? textOf(type) : null;
}

const LOG_CATEGORIES = ['ConnectivityLogs', 'MessagingLogs', 'HttpRequestLogs'] as const;

/** How the log categories were switched on before `resourceLogConfiguration`. */
const OLDER_FLAGS = [
  ['enableconnectivitylogs', 'ConnectivityLogs'],
  ['enablemessaginglogs', 'MessagingLogs'],
] as const;

function resourceLogsIn(properties: Item): readonly string[] | null {
  const { categories } = anItem(properties.resourceLogConfiguration);
  if (Array.isArray(categories)) {
    const on = itemsOf(categories).filter(({ enabled }) => isTrue(enabled));
    return on.flatMap(({ name }) => oneOf(name, LOG_CATEGORIES) ?? textOf(name) ?? []);
  }
  const features = featuresIn(properties);
  const older = OLDER_FLAGS.filter(([flag]) => features.has(flag));
  return older.length === 0
    ? null
    : older.filter(([flag]) => isTrue(features.get(flag))).map(([, category]) => category);
}

/** By flag, in lower case. */
function featuresIn({ features }: Item): ReadonlyMap<string, unknown> {
  return new Map(itemsOf(features).map(({ flag, value }) => [textOf(flag)?.toLowerCase() ?? '', value]));
}

const textsIn = (value: unknown): readonly string[] | null =>
  Array.isArray(value) ? value.flatMap((each) => textOf(each) ?? []) : null;

const isItem = (value: unknown): value is Item => typeof value === 'object' && value !== null && !Array.isArray(value);
