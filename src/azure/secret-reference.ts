import type { SecretId } from '../core/model.ts';
import { textOf } from './arm.ts';

/** The secret that a platform reads for an application. */
export interface SecretReference {
  /** Without a suffix, which differs from cloud to cloud. */
  readonly vault: string;
  readonly name: string;
  /** null: it follows the current one. */
  readonly version: string | null;
}

/** In both documented forms of App Service; null where it names no secret. */
export function referenceIn(text: string): SecretReference | null {
  const inner = /^@Microsoft\.KeyVault\((.*)\)\s*$/is.exec(text.trim())?.[1];
  if (inner === undefined) return null;
  const parts = new Map(inner.split(';').map((part) => splitOnce(part)));
  const uri = parts.get('secreturi');
  if (uri !== undefined) return secretAt(uri);
  const [vault, name] = [textOf(parts.get('vaultname')), textOf(parts.get('secretname'))];
  if (vault === null || name === null) return null;
  return { vault: vault.toLowerCase(), name: name.toLowerCase(), version: textOf(parts.get('secretversion')) };
}

/** Of `https://{vault}/secrets/{name}[/{version}]`. */
export function secretAt(address: string): SecretReference | null {
  if (!URL.canParse(address)) return null;
  const { hostname, pathname } = new URL(address);
  const [, collection, name, version] = pathname.split('/');
  if (collection?.toLowerCase() !== 'secrets' || !name) return null;
  return { vault: firstLabel(hostname), name: name.toLowerCase(), version: textOf(version) };
}

export function isOf(secret: SecretId, { vault, name }: SecretReference): boolean {
  const own = secretAt(secret);
  return own?.vault === firstLabel(vault) && own.name === name.toLowerCase();
}

/** What Key Vault gives its versions; anything else is not passed on. */
export function versionIn(value: unknown): string | null {
  return typeof value === 'string' && /^[0-9a-f]{32}$/i.test(value) ? value.toLowerCase() : null;
}

function firstLabel(host: string): string {
  return host.toLowerCase().split('.')[0] ?? '';
}

function splitOnce(part: string): [string, string] {
  const at = part.indexOf('=');
  return [part.slice(0, Math.max(at, 0)).trim().toLowerCase(), part.slice(at + 1).trim()];
}
