import { parseSecretId } from '../core/model.ts';

/**
 * What a SignalR key, a connection string or a token looks like: 44 characters (32 bytes in base64) or 84 (keys of 2024 and
 * later), `AccessKey=`, a JWT.
 */
const KEY_LIKE = [
  /(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{44}|[A-Za-z0-9+/]{84})(?![A-Za-z0-9+/=])/,
  /access\s*key\s*=/i,
  /eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*/,
];

/** Whether a text from outside may hold key material. The address of a secret is none, however long its name. */
export const looksLikeKey = (text: string): boolean =>
  parseSecretId(text) === null && KEY_LIKE.some((shape) => shape.test(text));

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
