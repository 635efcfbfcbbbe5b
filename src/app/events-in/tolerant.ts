import { z } from 'zod';
import type { Instant } from '../../core/model.ts';
import { withoutKeys } from '../outside-text.ts';

/** What senders of events do, and schemas do not say: other letter case, spaces around names, `null` for what is not there. */

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The members of an object by their names in lower case, without the spaces around them; of anything else none. */
export const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, member]) => member !== null)
          .map(([name, member]) => [name.trim().toLowerCase(), member]),
      )
    : {};

/** JSON, as it is or once more as text, perhaps in base64; undefined for what is none of them. */
export function jsonIn(input: unknown): unknown {
  if (typeof input !== 'string') return input;
  const text = input.replace(/^\uFEFF/, '');
  return parsed(text) ?? parsed(Buffer.from(text, 'base64').toString('utf8'));
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/i;

/** A time as Azure's services write it: seven digits of a second, an offset, or none where UTC is meant. */
export const time = z
  .string()
  .max(40)
  .transform((text, context): Instant => {
    const [whole, zone] = TIME.exec(text.trim()) ?? [];
    const at = whole === undefined ? Number.NaN : Date.parse(zone === undefined ? `${whole}Z` : whole);
    if (!Number.isNaN(at)) return at;
    context.addIssue({ code: 'custom', message: 'must be a time' });
    return z.NEVER;
  });

/** Something to read for people: without keys, and cut. Only afterwards, since half a key does not look like one. */
export const shown = (text: string, length: number): string => withoutKeys(text.trim()).slice(0, length);

/** An object id in Entra, lower case; Azure writes it with hyphens or without. null for anything else. */
export function principalIn(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const digits = value.trim().toLowerCase().replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/.test(digits)) return null;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
