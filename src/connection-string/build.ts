import { parseUri } from './endpoint.ts';
import { ConnectionStringError, type ConnectionStringErrorCode, type PropertyName } from './errors.ts';
import { parse } from './parse.ts';
import { trim } from './segments.ts';

/** What a client is to sign in with; the kinds are those that `parse` tells. */
export type CredentialParts =
  | { readonly kind: 'access-key'; readonly accessKey: string }
  /** `AuthType=azure`. */
  | { readonly kind: 'default-credential' }
  /** `AuthType=azure.msi`; `clientId` is null for the identity assigned by the system. */
  | { readonly kind: 'managed-identity'; readonly clientId: string | null }
  /** `AuthType=azure.app`. */
  | {
      readonly kind: 'client-secret';
      readonly clientId: string;
      readonly tenantId: string;
      readonly clientSecret: string;
    }
  | {
      readonly kind: 'client-certificate';
      readonly clientId: string;
      readonly tenantId: string;
      readonly certificatePath: string;
    };

export interface Parts {
  readonly endpoint: string;
  readonly credential: CredentialParts;
  readonly clientEndpoint?: string | null;
  readonly serverEndpoint?: string | null;
  readonly port?: number | null;
  /** 1.0 where it is left out. */
  readonly version?: string;
}

/**
 * Writes a connection string in the order of the documents, with a semicolon after each property. What it writes parses,
 * and parsing tells what it was written from. Source of names and order: Microsoft's document on connection strings; of
 * what is read back: `parse`.
 *
 * @throws ConnectionStringError for what could not be read back as written. A value that is empty, holds a semicolon or
 * begins or ends with white space has the code of its property (`invalid-endpoint`, `unusable-key`, …; `unusable-value`
 * for ids, secrets and paths); else whatever `parse` throws.
 */
export function build({ endpoint, credential, clientEndpoint, serverEndpoint, port, version = '1.0' }: Parts): string {
  const properties: readonly Property[] = [
    ['Endpoint', endpoint],
    ...credentialProperties(credential),
    ['ClientEndpoint', clientEndpoint ?? null],
    ['ServerEndpoint', serverEndpoint ?? null],
    ['Port', port == null ? null : String(port)],
    ['Version', version],
  ];
  const written = properties.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
  for (const [name, value] of written) {
    const isLost = isUri(name) && USER.test(value);
    if (isLost || !isReadBackAsWritten(value)) throw new ConnectionStringError(REFUSAL[name] ?? 'unusable-value', name);
  }
  const text = written.map(([name, value]) => `${name}=${value};`).join('');
  parse(text);
  if (port != null && !isPortOf(endpoint, port)) throw new ConnectionStringError('invalid-port', 'Port');
  return text;
}

type Property = readonly [name: PropertyName, value: string | null];

function credentialProperties(credential: CredentialParts): readonly Property[] {
  switch (credential.kind) {
    case 'access-key':
      return [['AccessKey', credential.accessKey]];
    case 'default-credential':
      return [['AuthType', 'azure']];
    case 'managed-identity':
      return [
        ['AuthType', 'azure.msi'],
        ['ClientId', credential.clientId],
      ];
    case 'client-secret':
      return [
        ['AuthType', 'azure.app'],
        ['ClientId', credential.clientId],
        ['ClientSecret', credential.clientSecret],
        ['TenantId', credential.tenantId],
      ];
    case 'client-certificate':
      return [
        ['AuthType', 'azure.app'],
        ['ClientId', credential.clientId],
        // The documents say ClientCertPath, which no SDK reads: the string would be refused for want of a secret.
        ['ClientCert', credential.certificatePath],
        ['TenantId', credential.tenantId],
      ];
  }
}

const REFUSAL: Readonly<Partial<Record<PropertyName, ConnectionStringErrorCode>>> = {
  Endpoint: 'invalid-endpoint',
  ClientEndpoint: 'invalid-client-endpoint',
  ServerEndpoint: 'invalid-server-endpoint',
  AccessKey: 'unusable-key',
  Version: 'unsupported-version',
};

const isUri = (name: PropertyName): boolean => name.endsWith('Endpoint');

/** User information: no client sends it, so it would be lost, and somebody's password would lie there for nothing. */
const USER = /^[^/\\]*[/\\]{2}[^/\\?#]*@/;

/** Both trims, since not every consumer is .NET; and no lone surrogate, which UTF-8 cannot carry. */
function isReadBackAsWritten(value: string): boolean {
  return (
    value !== '' && !value.includes(';') && trim(value) === value && value.trim() === value && value.isWellFormed()
  );
}

/** Port wins over a port in Endpoint, which would then be lost. */
function isPortOf(endpoint: string, port: number): boolean {
  // Stryker disable next-line OptionalChaining,StringLiteral: `parse` has taken the endpoint, so there is a URI.
  const own = parseUri(endpoint)?.port ?? '';
  return own === '' || own === String(port);
}
