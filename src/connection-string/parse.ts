import { type AccessKeyCredential, type Credential, readCredential } from './credential.ts';
import { parseUri, trimEnd } from './endpoint.ts';
import { ConnectionStringError, type ConnectionStringErrorCode } from './errors.ts';
import { type Properties, readProperties } from './properties.ts';

/** What an SDK makes of a connection string. Safe to log: the key is behind `credential.accessKey` and not enumerable. */
export interface ConnectionString {
  /** Scheme, host and port of Endpoint, as the SDK gives it: no trailing slash, no default port, Port applied. */
  readonly endpoint: string;
  /** Where servers and REST calls go, so where to probe: ServerEndpoint, else Endpoint with its path. */
  readonly server: string;
  /** Where negotiation sends clients: ClientEndpoint, else Endpoint with its path. */
  readonly client: string;
  /** What tokens are signed for: scheme and host of Endpoint whatever ServerEndpoint says, never with a port. */
  readonly audience: string;
  /** Host name of Endpoint, in lower case, without port. */
  readonly hostname: string;
  /** Host name of `server`. */
  readonly serverHostname: string;
  /** Port of Endpoint: Port, else the URI's own, else 80 or 443. */
  readonly port: number;
  readonly version: string | null;
  /** The reading of SDK 1.34.0. */
  readonly credential: Credential;
  /** The reading of SDKs of 2024 and before; null where they refuse the string for want of an AccessKey. */
  readonly olderCredential: Credential | null;
  /** Keyed for newer SDKs and passwordless for older ones: an AccessKey beside an AuthType. */
  readonly ambiguousAuth: boolean;
}

/**
 * Reads a connection string as Microsoft.Azure.SignalR does, with the same checks in the same order: Endpoint, Version,
 * Port, ClientEndpoint, ServerEndpoint, then the credential. Source of the rules: SDK 1.34.0, run on the vectors of the
 * tests, and the parser of the SDKs before it.
 *
 * @throws ConnectionStringError for what no SDK accepts: `missing-endpoint`, `duplicate-property`, `invalid-endpoint`,
 * `unsupported-version`, `invalid-port`, `invalid-client-endpoint`, `invalid-server-endpoint`, `missing-client-id`,
 * `missing-tenant-id`, `invalid-tenant-id`, `missing-client-secret`.
 */
export function parse(text: string): ConnectionString {
  const properties = readProperties(text);
  const endpoint = readEndpoint(properties);
  const version = readVersion(properties);
  const port = readPort(properties);
  // Stryker disable next-line ConditionalExpression: URL passes over a port that is no number.
  if (port !== null) endpoint.port = String(port);
  const client = readUri(properties, 'ClientEndpoint', 'invalid-client-endpoint') ?? endpoint;
  const server = readUri(properties, 'ServerEndpoint', 'invalid-server-endpoint') ?? endpoint;
  const { newer, older } = readCredential(properties);
  return {
    endpoint: endpoint.origin,
    server: server.href,
    client: client.href,
    audience: `${endpoint.protocol}//${endpoint.hostname}/`,
    hostname: endpoint.hostname,
    serverHostname: server.hostname,
    port: endpoint.port === '' ? defaultPort(endpoint) : Number(endpoint.port),
    version,
    credential: newer,
    olderCredential: older,
    ambiguousAuth: newer.kind === 'access-key' && older !== newer,
  };
}

/** Whether the string carries a key to rotate: a non-empty AccessKey, AuthType or not. Otherwise it is passwordless. */
export function isKeyed(
  connectionString: ConnectionString,
): connectionString is ConnectionString & { readonly credential: AccessKeyCredential } {
  return connectionString.credential.kind === 'access-key';
}

function readEndpoint(properties: Properties): URL {
  const value = properties.get('Endpoint');
  if (value === undefined) throw new ConnectionStringError('missing-endpoint', 'Endpoint');
  const uri = parseUri(trimEnd(value, '/'));
  if (!uri) throw new ConnectionStringError('invalid-endpoint', 'Endpoint');
  return uri;
}

/** Unlike Endpoint, these keep their trailing slashes. */
function readUri(
  properties: Properties,
  name: 'ClientEndpoint' | 'ServerEndpoint',
  code: ConnectionStringErrorCode,
): URL | null {
  const value = properties.get(name);
  if (value === undefined) return null;
  const uri = parseUri(value);
  if (!uri) throw new ConnectionStringError(code, name);
  return uri;
}

// The SDK's `^1\.\d+(?:[\w-.]+)?$` in .NET's terms: any Unicode digit, its `\w`, and nothing beyond 16 bits.
const VERSION = /^1\.[\p{Nd}--[\u{10000}-\u{10ffff}]][[\p{L}\p{Mn}\p{Nd}\p{Pc}.\-]--[\u{10000}-\u{10ffff}]]*$/v;

function readVersion(properties: Properties): string | null {
  const value = properties.get('Version');
  if (value === undefined) return null;
  if (!VERSION.test(value)) throw new ConnectionStringError('unsupported-version', 'Version');
  return value;
}

/** As int.TryParse: a sign and leading zeros are fine, other digits than ASCII are not. */
function readPort(properties: Properties): number | null {
  const value = properties.get('Port');
  if (value === undefined) return null;
  const port = /^\+?\d+$/.test(value) ? Number(value) : 0;
  if (port < 1 || port > 65_535) throw new ConnectionStringError('invalid-port', 'Port');
  return port;
}

function defaultPort(uri: URL): number {
  return uri.protocol === 'https:' ? 443 : 80;
}
