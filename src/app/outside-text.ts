import { parseSecretId } from '../core/model.ts';
import { SecretValue } from './secret-value.ts';

/*
 * What a SignalR key, a connection string or a token looks like. Texts come from outside and may be long, so that no pattern
 * may begin anew inside of what it has just read: one that does takes minutes for a megabyte.
 */

/** 44 characters (32 bytes in base64) or 84 (keys of 2024 and later). */
const KEY = /(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{44}|[A-Za-z0-9+/]{84})(?![A-Za-z0-9+/=])/g;
/** In a connection string, whatever its key looks like; that may be escaped for an address. */
const NAMED_KEY = /access\s*key\s*(?:=|%3d)\s*([^;\s"'&,<>]*)/gi;
/** A JWT is three parts of one of these. */
const RUN = /[\w.-]+/g;

/** Whether a text from outside may hold key material. The address of a secret is none, however long its name. */
export const looksLikeKey = (text: string): boolean => withoutKeys(text) !== text;

/**
 * The text with each key in it replaced by its fingerprint, and each token by a word. What comes out never looks like a key:
 * whatever replaces one may not join with what stands around it to something that does, so keys without a name come last.
 */
export function withoutKeys(text: string): string {
  if (parseSecretId(text) !== null) return text;
  return text
    .replace(RUN, (run) => (isToken(run) ? '[token]' : run))
    .replace(NAMED_KEY, (_, key: string) => (key === '' ? 'AccessKey' : `AccessKey ${fingerprintOf(key)}`))
    .replace(KEY, fingerprintOf);
}

const fingerprintOf = (key: string): string => new SecretValue(key).fingerprint();

function isToken(run: string): boolean {
  const parts = run.split('.');
  return parts.some((part, i) => {
    const begin = part.indexOf('eyJ');
    return begin >= 0 && part.length - begin >= 13 && (parts[i + 1]?.length ?? 0) >= 10 && parts.length > i + 2;
  });
}

/** Looks through every string of a JSON value, names of properties too; without recursion, since depth comes from outside. */
export function holdsKey(value: unknown): boolean {
  const rest: unknown[] = [value];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next === 'string' && looksLikeKey(next)) return true;
    if (typeof next !== 'object' || next === null) continue;
    for (const [name, member] of Object.entries(next)) rest.push(name, member ?? null);
  }
  return false;
}
