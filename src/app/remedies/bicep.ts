import { addressOf } from './address.ts';
import { SIGNALR_API } from './azure-cli.ts';
import { bicepString } from './quoting.ts';
import type { Subject } from './remedy.ts';

/** An expression that is written as it stands. Made here only, never of what comes from outside. */
export interface Expression {
  readonly bicep: string;
}

export type BicepValue =
  | string
  | number
  | boolean
  | Expression
  | readonly BicepValue[]
  | { readonly [name: string]: BicepValue };

export const expression = (bicep: string): Expression => ({ bicep });

/** Stable versions that the Bicep of azd knows; diagnostic settings have none with category groups. */
const VERSIONS = {
  'Microsoft.Authorization/policyAssignments': '2026-06-01',
  'Microsoft.Authorization/roleAssignments': '2022-04-01',
  'Microsoft.Insights/diagnosticSettings': '2021-05-01-preview',
  'Microsoft.KeyVault/vaults': '2026-02-01',
  'Microsoft.KeyVault/vaults/secrets': '2026-02-01',
  'Microsoft.Network/networkSecurityGroups': '2025-07-01',
  'Microsoft.Network/privateDnsZones': '2024-06-01',
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks': '2024-06-01',
  'Microsoft.Network/privateEndpoints': '2025-07-01',
  'Microsoft.Network/privateEndpoints/privateDnsZoneGroups': '2025-07-01',
  'Microsoft.Network/virtualNetworks': '2025-07-01',
  'Microsoft.Network/virtualNetworks/subnets': '2025-07-01',
  'Microsoft.SignalRService/signalR': SIGNALR_API,
  'Microsoft.SignalRService/signalR/privateEndpointConnections': SIGNALR_API,
  'Microsoft.Web/sites': '2025-03-01',
  'Microsoft.Web/sites/config': '2025-03-01',
} as const;

type ArmType = keyof typeof VERSIONS;

/** One resource of a template. */
export function resource(symbol: string, type: ArmType, body: { readonly [name: string]: BicepValue }): string {
  return `resource ${symbol} '${type}@${VERSIONS[type]}' = ${written(body, '')}`;
}

/** One that is there already and is only referred to. */
export function existing(symbol: string, type: ArmType, body: { readonly [name: string]: BicepValue }): string {
  return `resource ${symbol} '${type}@${VERSIONS[type]}' existing = ${written(body, '')}`;
}

/** A template that this one deploys. */
export function module(symbol: string, path: string, body: { readonly [name: string]: BicepValue }): string {
  return `module ${symbol} ${bicepString(path)} = ${written(body, '')}`;
}

export const template = (...parts: readonly string[]): string => parts.join('\n\n');

export const noBicep = (because: string): string => `// Not to be done in Bicep: ${because}`;

const REGION = '<region>';

/** The resource itself, with what is to change. */
export function signalr(
  subject: Subject,
  properties: { readonly [name: string]: BicepValue },
  beside: { readonly [name: string]: BicepValue } = {},
): string {
  const own = { name: addressOf(subject).name, location: subject.location ?? REGION };
  const body = Object.keys(properties).length === 0 ? { ...own, ...beside } : { ...own, ...beside, properties };
  return [
    '// Into the declaration that you have: what a deployment leaves out may go back to its default.',
    resource('signalr', 'Microsoft.SignalRService/signalR', body),
  ].join('\n');
}

export const existingSignalr = (subject: Subject): string =>
  existing('signalr', 'Microsoft.SignalRService/signalR', { name: addressOf(subject).name });

function written(value: BicepValue, indent: string): string {
  if (typeof value === 'string') return bicepString(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (isExpression(value)) return value.bicep;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((each) => `${inner}${written(each, inner)}\n`).join('')}${indent}]`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  return `{\n${entries.map(([name, each]) => `${inner}${key(name)}: ${written(each, inner)}\n`).join('')}${indent}}`;
}

const isExpression = (value: object): value is Expression => 'bicep' in value;
const key = (name: string): string => (/^[a-z_]\w*$/i.test(name) ? name : bicepString(name));
