import type { Vault } from './vault.ts';

/** Of App Service, as far as it can be brought about here; `Site.reports` says the others. */
export type ResolveStatus =
  | 'Initialized'
  | 'Resolved'
  | 'InvalidSyntax'
  | 'MSINotEnabled'
  | 'VaultNotFound'
  | 'SecretNotFound'
  | 'SecretVersionNotFound'
  | 'AccessToKeyVaultDenied'
  | 'OtherReasons'
  | 'FetchTimedOut'
  | 'UnauthorizedClient';

export interface Reference {
  readonly host: string;
  readonly secret: string;
  /** Empty: the current one. */
  readonly version: string;
}

export interface Fetched {
  readonly status: ResolveStatus;
  readonly version: string | null;
  readonly value: string | null;
}

export type VaultAt = (host: string) => Vault | undefined;

/** `@Microsoft.KeyVault(SecretUri=…)` or `(VaultName=…;SecretName=…)`; null for any other text. */
export function parseReference(text: string): Reference | null | 'plain' {
  const inner = text.match(/^@Microsoft\.KeyVault\((.*)\)$/)?.[1];
  if (inner === undefined) return text.startsWith('@Microsoft.KeyVault') ? null : 'plain';
  const uri = inner.match(/^SecretUri=(.+)$/)?.[1];
  if (uri !== undefined) return parseAddress(uri);
  const named = inner.match(/^VaultName=([^;]+);SecretName=([^;]+)(?:;SecretVersion=([^;]*))?$/);
  if (!named) return null;
  const [, vault = '', secret = '', version = ''] = named;
  return { host: `${vault}.vault.azure.net`, secret, version };
}

export function parseAddress(address: string): Reference | null {
  if (!URL.canParse(address)) return null;
  const { hostname, pathname } = new URL(address);
  const [, collection, secret, version = ''] = pathname.split('/');
  return collection === 'secrets' && secret ? { host: hostname, secret, version } : null;
}

/** What the platform gets for an app with the identity `principal`. */
export function fetchSecret(reference: Reference | null, vaultAt: VaultAt, principal: string): Fetched {
  if (reference === null) return failed('InvalidSyntax');
  const vault = vaultAt(reference.host.toLowerCase());
  if (!vault) return failed('VaultNotFound');
  if (vault.denials.forbids('getSecret', principal)) return failed('AccessToKeyVaultDenied');
  const secret = vault.find(reference.secret);
  if (!secret || secret.deletedAt !== null) return failed('SecretNotFound');
  const found = reference.version
    ? secret.versions.find(({ version }) => version === reference.version)
    : secret.versions.at(-1);
  if (!found) return failed('SecretVersionNotFound');
  // Which word the service has for a disabled version is documented nowhere.
  if (!found.enabled) return failed('OtherReasons');
  return { status: 'Resolved', version: found.version, value: found.value };
}

function failed(status: ResolveStatus): Fetched {
  return { status, version: null, value: null };
}
