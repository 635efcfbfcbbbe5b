import { propertyNamed } from '../../connection-string/properties.ts';
import { split } from '../../connection-string/segments.ts';
import { Failure } from '../failure.ts';
import { checkedName, type Endpoint, type EndpointType } from './endpoint.ts';
import { connectionStringOf } from './functions-identity.ts';

export interface ReadSettings {
  readonly endpoints: readonly Endpoint[];
  /** Settings that have nothing to do with SignalR. */
  readonly others: number;
}

/**
 * Connection strings in any of the spellings: alone, `NAME=value` lines, `dotnet user-secrets` commands, JSON of settings files, and the
 * lists that the Azure CLI prints.
 *
 * @throws Failure for a text without any, without repeating it
 */
export function readSettings(text: string): ReadSettings {
  const given = /^\s*[{[]/.test(text) ? pairsInJson(text) : pairsInLines(text);
  const settings = given.map(([name, value]) => ({ setting: settingNamed(name), value }));
  const known = settings.flatMap(({ setting, value }) => (setting === null ? [] : [{ ...setting, value }]));
  const endpoints = [...wholeOnes(known), ...identities(known)];
  if (endpoints.length > 0) return { endpoints, others: settings.length - known.length };
  throw new Failure('There is no SignalR connection string in what came in on standard input.', {
    code: 'NoConnectionString',
    remedy: 'Give one alone, or with the name of its setting, such as Azure__SignalR__ConnectionString=….',
  });
}

type Pair = readonly [name: string, value: string];

/** A name that means: no name. */
const ALONE = 'Azure:SignalR:ConnectionString';

function pairsInLines(text: string): readonly Pair[] {
  return text.split(/\r?\n/).flatMap((line, index): Pair[] => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    const command = /user-secrets\s+set\s+("[^"]*"|'[^']*'|\S+)\s+("[^"]*"|'.*'|\S+)/.exec(trimmed);
    if (command !== null) return [[unquoted(command[1] ?? ''), unquoted(command[2] ?? '')]];
    if (isConnectionString(unquoted(trimmed))) return [[ALONE, unquoted(trimmed)]];
    const setting = /^(?:export\s+|set\s+)?([\w:.-]+)\s*=\s*(.*)$/.exec(trimmed);
    if (setting !== null) return [[setting[1] ?? '', unquoted(setting[2] ?? '')]];
    throw new Failure(`Line ${index + 1} of standard input is neither a setting nor a connection string.`, {
      code: 'NotUnderstood',
    });
  });
}

/** One that begins with a property of its grammar; a setting whose value is one begins with the setting's name. */
function isConnectionString(text: string): boolean {
  const [first] = split(text);
  return first !== undefined && text.includes(';') && propertyNamed(first.name) !== null;
}

function unquoted(text: string): string {
  const inner = /^(["'])(.*)\1$/s.exec(text)?.[2];
  return inner === undefined ? text : inner.replaceAll(`'\\''`, "'");
}

function pairsInJson(text: string): readonly Pair[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Failure('Standard input begins like JSON and is none.', { code: 'NotUnderstood' });
  }
  return [...flatten(json, [])];
}

/** Names joined as .NET's configuration joins them. A list of `{ name, value }` is what the Azure CLI prints. */
function* flatten(value: unknown, path: readonly string[]): Generator<Pair> {
  if (typeof value === 'string') yield [path.join(':'), value];
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const { name: own, key = own, value: text } = (member ?? {}) as { name?: unknown; key?: unknown; value?: unknown };
    if (typeof key === 'string' && typeof text === 'string') yield [key, text];
    // Functions keep their settings under Values, App Service its connection strings under ConnectionStrings.
    else yield* flatten(member, path.length === 0 && /^(values|properties|items)$/i.test(name) ? [] : [...path, name]);
  }
}

interface NamedSetting {
  readonly name: string;
  readonly type: EndpointType | null;
  /** Of an identity: `serviceUri`, say; null for a whole connection string. */
  readonly part: string | null;
}

const PARTS =
  /^(serviceUri|credential|clientId|managedIdentityResourceId|tenantId|clientSecret|clientEndpoint|serverEndpoint|type)$/i;
const PREFIX =
  /^(?:connectionstrings:)?(azure:signalr:connectionstring|azure:signalr:endpoints|azuresignalrconnectionstring)(?::(.*))?$/i;

/** null for a setting that has nothing to do with SignalR. */
function settingNamed(name: string): NamedSetting | null {
  const [, prefix = '', rest] = PREFIX.exec(name.replaceAll(/__|--/g, ':')) ?? [];
  if (prefix === '') return null;
  const parts = rest === undefined ? [] : rest.split(':');
  if (/^azuresignalr/i.test(prefix)) return settingOf('', parts);
  // A type without a name is a name, as the .NET SDK has it.
  const [own = '', ...more] = parts;
  if (/endpoints$/i.test(prefix) && own === '') return null;
  return settingOf(own, more);
}

function settingOf(name: string, [last, ...more]: readonly string[]): NamedSetting | null {
  if (more.length > 0) return null;
  if (last === undefined) return { name, type: null, part: null };
  const type = last.toLowerCase();
  if (type === 'primary' || type === 'secondary') return { name, type, part: null };
  return PARTS.test(last) ? { name, type: null, part: last } : null;
}

type Known = NamedSetting & { readonly value: string };

const wholeOnes = (known: readonly Known[]): readonly Endpoint[] =>
  known.flatMap(({ name, type, part, value }) =>
    part === null ? [{ name: checkedName(name, type), type, connectionString: value }] : [],
  );

function identities(known: readonly Known[]): readonly Endpoint[] {
  const byName = new Map<string, Map<string, string>>();
  for (const { name, part, value } of known) {
    if (part === null) continue;
    const parts = byName.get(name) ?? new Map<string, string>();
    byName.set(name, parts.set(part.toLowerCase(), value));
  }
  return [...byName].map(([name, parts]) => {
    const type = parts.get('type')?.toLowerCase();
    const own = type === 'primary' || type === 'secondary' ? type : null;
    return { name: checkedName(name, own), type: own, connectionString: connectionStringOf(parts) };
  });
}
