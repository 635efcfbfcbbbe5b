import type { FindingCode } from './finding-codes.ts';
import type { Finding } from './findings.ts';
import type { DiagnosticSetting, NetworkAcls, RequestRules, RequestType, ResourcePosture } from './posture.ts';
import { REQUEST_TYPES } from './posture.ts';

type Facts = { readonly posture: ResourcePosture; readonly diagnostics: readonly DiagnosticSetting[] | null };
type Inspection = (facts: Facts) => readonly Finding[];

/** Each is asked. Where something could not be seen there is no finding: silence about it is said elsewhere. */
const inspections = [
  localAuth,
  privateLink,
  publicNetwork,
  requestTypes,
  privateEndpointRules,
  ipRules,
  logs,
  cors,
  clientCertificates,
  upstream,
] as const satisfies readonly Inspection[];

/**
 * What can be told of a resource without its keys.
 *
 * @param diagnostics null where they could not be seen
 */
export function postureFindings(
  posture: ResourcePosture,
  diagnostics: readonly DiagnosticSetting[] | null,
): readonly Finding[] {
  return inspections.flatMap((inspect) => inspect({ posture, diagnostics }));
}

const finding = (code: FindingCode, detail: Readonly<Record<string, unknown>> = {}): readonly Finding[] => [
  { code, secrets: [], versions: [], detail },
];

function localAuth({ posture: { localAuthDisabled, aadAuthDisabled } }: Facts): readonly Finding[] {
  return [
    ...(localAuthDisabled ? [] : finding('LocalAuthEnabled', { disableLocalAuth: false })),
    ...(aadAuthDisabled ? finding('AadAuthDisabled', { disableAadAuth: true }) : []),
  ];
}

const isFree = ({ sku }: ResourcePosture): boolean => sku?.tier.toLowerCase() === 'free';
const approved = ({ privateEndpoints }: ResourcePosture) =>
  privateEndpoints.filter(({ status }) => status.toLowerCase() === 'approved');

function privateLink({ posture }: Facts): readonly Finding[] {
  if (isFree(posture)) return finding('FreeSku', { sku: posture.sku?.name });
  const waiting = posture.privateEndpoints.filter(({ status }) => status.toLowerCase() !== 'approved');
  return [
    ...(posture.privateEndpoints.length === 0 ? finding('PrivateEndpointMissing') : []),
    ...(waiting.length > 0 ? finding('PrivateEndpointNotApproved', { privateEndpoints: waiting }) : []),
  ];
}

function publicNetwork({ posture: { publicNetworkAccess, networkAcls } }: Facts): readonly Finding[] {
  return [
    ...(publicNetworkAccess ? finding('PublicNetworkAccess', { publicNetworkAccess: 'Enabled' }) : []),
    ...(networkAcls?.defaultAction === 'Deny' ? [] : finding('NetworkAclDefaultAllow', { defaultAction: 'Allow' })),
  ];
}

/**
 * What a rule lets through: with the default action Deny what `allow` names, with Allow all but what `deny` names. Source:
 * the service's documentation of network access control.
 */
export function letThrough(
  { allow, deny }: RequestRules,
  defaultAction: NetworkAcls['defaultAction'],
): readonly RequestType[] {
  const allowed = defaultAction === 'Deny' ? (allow ?? []) : REQUEST_TYPES;
  return REQUEST_TYPES.filter((type) => allowed.includes(type) && !deny?.includes(type));
}

const PUBLIC: Readonly<Record<RequestType, FindingCode>> = {
  RESTAPI: 'PublicRestApi',
  ServerConnection: 'PublicServerConnection',
  Trace: 'PublicTrace',
  ClientConnection: 'PublicClientConnection',
};

/** With public access closed the rules for the public network have nothing to say. */
function requestTypes({ posture: { publicNetworkAccess, networkAcls } }: Facts): readonly Finding[] {
  if (!publicNetworkAccess) return [];
  const { defaultAction = 'Allow', publicNetwork = { allow: null, deny: null } } = networkAcls ?? {};
  const { allow, deny } = publicNetwork;
  return letThrough(publicNetwork, defaultAction).flatMap((type) =>
    finding(PUBLIC[type], { defaultAction, publicNetwork: { allow, deny } }),
  );
}

function privateEndpointRules({ posture }: Facts): readonly Finding[] {
  const { defaultAction = 'Allow', privateEndpoints: rules = [] } = posture.networkAcls ?? {};
  const endpoints = approved(posture).map(({ name }) => ({
    name,
    lets: letThrough(rules.find((rule) => rule.name === name) ?? { allow: null, deny: null }, defaultAction),
  }));
  if (endpoints.length === 0) return [];
  const open = endpoints.filter(({ lets }) => lets.length === REQUEST_TYPES.length);
  const missing = (['ServerConnection', 'RESTAPI'] as const).filter(
    (type) => !endpoints.some(({ lets }) => lets.includes(type)),
  );
  return [
    ...(open.length > 0 ? finding('PrivateEndpointOpen', { privateEndpoints: open }) : []),
    ...(missing.length > 0 ? finding('PrivateEndpointShut', { missing, privateEndpoints: endpoints }) : []),
  ];
}

/** A rule this wide or wider is no rule: /8 is one part in 256 of the internet. */
const WIDEST_PREFIX = 8;

const isWide = (value: string): boolean => {
  const [, prefix] = /^[\d.]+\/(\d+)$/.exec(value) ?? [];
  return value.toLowerCase() === 'internet' || (prefix !== undefined && Number(prefix) <= WIDEST_PREFIX);
};

/** Rules that allow count only while public access is on. */
function ipRules({ posture }: Facts): readonly Finding[] {
  const rules = posture.networkAcls?.ipRules ?? [];
  const allowing = posture.publicNetworkAccess ? rules.filter(({ action }) => action === 'Allow') : [];
  const wide = allowing.filter(({ value }) => isWide(value));
  return [
    ...(wide.length > 0 ? finding('IpRuleOpen', { ipRules: wide }) : []),
    ...(allowing.length > wide.length && approved(posture).length > 0
      ? finding('IpRulesRemain', { ipRules: allowing })
      : []),
  ];
}

const CATEGORIES = ['ConnectivityLogs', 'MessagingLogs', 'HttpRequestLogs'] as const;

function logs({ posture: { resourceLogs }, diagnostics }: Facts): readonly Finding[] {
  const sent = diagnostics?.flatMap((setting) => setting.logs) ?? [];
  const off = CATEGORIES.filter((category) => resourceLogs !== null && !resourceLogs.includes(category));
  return [
    ...(diagnostics !== null && sent.length === 0
      ? finding('DiagnosticLogsOff', { diagnosticSettings: diagnostics })
      : []),
    ...(off.length > 0 ? finding('ResourceLogsOff', { off }) : []),
  ];
}

function cors({ posture: { corsOrigins } }: Facts): readonly Finding[] {
  const allowsAll = corsOrigins === null || corsOrigins.includes('*');
  return allowsAll ? finding('CorsAllowsAll', { allowedOrigins: corsOrigins ?? ['*'] }) : [];
}

function clientCertificates({ posture }: Facts): readonly Finding[] {
  // The Free tier knows none.
  return posture.clientCertificates || isFree(posture) ? [] : finding('ClientCertificatesOff');
}

function upstream({ posture }: Facts): readonly Finding[] {
  return hasBareUpstream(posture) ? finding('UpstreamWithoutIdentity', { identity: posture.identity }) : [];
}

/** A serverless resource that calls somebody without a token of its own. */
export const hasBareUpstream = ({ serviceMode, upstreams, identity }: ResourcePosture): boolean =>
  serviceMode === 'Serverless' &&
  upstreams.length > 0 &&
  (identity === null || upstreams.some(({ auth }) => auth === 'None'));
