import { redact } from '../../connection-string/redact.ts';
import { Failure } from '../failure.ts';
import type { Endpoint } from './endpoint.ts';
import { partsOf } from './functions-identity.ts';

/** One setting of an application. */
export interface Setting {
  readonly name: string;
  readonly value: string;
  /** The same, fit to be shown. */
  readonly shown: string;
}

/** Where configuration keeps connection strings, and how it spells their names. */
export const SPELLINGS = {
  plain: 'the connection string alone',
  env: 'environment variables: Azure__SignalR__ConnectionString__{name}__{type}',
  'key-vault': 'names of Key Vault secrets: Azure--SignalR--ConnectionString--{name}--{type}',
  'app-configuration': 'keys of App Configuration: Azure:SignalR:ConnectionString:{name}:{type}',
  appsettings: 'appsettings.json or secrets.json, with the same keys',
  'user-secrets': 'dotnet user-secrets commands, with the same keys',
  functions: 'settings of Functions: AzureSignalRConnectionString, Azure__SignalR__Endpoints__{name}__{type}',
  'functions-identity': 'the same without a key: AzureSignalRConnectionString__serviceUri, __credential, __clientId',
  'local-settings': 'local.settings.json of Functions',
} as const;

export type Spelling = keyof typeof SPELLINGS;
export const SPELLING_NAMES = Object.keys(SPELLINGS) as Spelling[];

/** @throws Failure for an endpoint that has no such spelling; ConnectionStringError */
export function settingsOf(endpoints: readonly Endpoint[], spelling: Spelling): readonly Setting[] {
  refuseTwice(endpoints);
  return endpoints.flatMap((endpoint) => {
    if (spelling === 'functions-identity') return identitySettings(endpoint, '__');
    return [
      { name: nameOf(endpoint, spelling), value: endpoint.connectionString, shown: redact(endpoint.connectionString) },
    ];
  });
}

const SEPARATORS = { env: '__', functions: '__', 'key-vault': '--' } as const;

function nameOf({ name, type }: Endpoint, spelling: Exclude<Spelling, 'functions-identity'>): string {
  const isFunctions = spelling === 'functions' || spelling === 'local-settings';
  // Key Vault takes nothing else in a name, and would answer with a 400 that says little.
  if (spelling === 'key-vault' && !/^[\da-z-]*$/i.test(name)) {
    throw new Failure(`Key Vault does not take the name ${name}: it may hold letters, digits and hyphens only.`);
  }
  if (isFunctions && name === '') return 'AzureSignalRConnectionString';
  const separator = SEPARATORS[spelling as keyof typeof SEPARATORS] ?? ':';
  const base = ['Azure', 'SignalR', isFunctions ? 'Endpoints' : 'ConnectionString'];
  return [...base, ...(name === '' ? [] : [name]), ...(name === '' || type === null ? [] : [type])].join(separator);
}

function identitySettings({ name, type, connectionString }: Endpoint, separator: string): readonly Setting[] {
  const prefix = name === '' ? 'AzureSignalRConnectionString' : ['Azure', 'SignalR', 'Endpoints', name].join(separator);
  const parts = [...partsOf(connectionString), ...(name === '' || type === null ? [] : ([['type', type]] as const))];
  return parts.map(([part, value]) => ({
    name: [prefix, part].join(separator),
    value,
    shown: part === 'clientSecret' ? '***' : value,
  }));
}

function refuseTwice(endpoints: readonly Endpoint[]): void {
  const names = endpoints.map(({ name }) => name.toLowerCase());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  const what = twice === '' ? 'Two endpoints have no name' : `Two endpoints are called ${twice}`;
  throw new Failure(`${what}: one would overwrite the other.`, { remedy: 'Give each a name of its own.' });
}

/** @param isSecret shows values as they are */
export function write(settings: readonly Setting[], spelling: Spelling, isSecret: boolean): string {
  const pairs = settings.map(({ name, value, shown }) => [name, isSecret ? value : shown] as const);
  switch (spelling) {
    case 'plain':
      return lines(pairs.map(([, value]) => value));
    case 'user-secrets':
      return lines(pairs.map(([name, value]) => `dotnet user-secrets set ${quoted(name)} ${quoted(value)}`));
    case 'appsettings':
      return `${JSON.stringify(Object.fromEntries(pairs), null, 2)}\n`;
    case 'local-settings':
      return `${JSON.stringify({ IsEncrypted: false, Values: Object.fromEntries(pairs) }, null, 2)}\n`;
    default:
      return lines(pairs.map(([name, value]) => `${name}=${value}`));
  }
}

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

/** In double quotes, which every shell knows, unless one of them would read something in it. */
const quoted = (text: string): string =>
  /^[\w=;:/.+~@?&,*-]*$/.test(text) ? `"${text}"` : `'${text.replaceAll("'", `'\\''`)}'`;
