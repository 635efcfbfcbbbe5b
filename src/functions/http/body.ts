import type { HttpRequest } from '@azure/functions';
import type { z } from 'zod';
import { holdsKey } from '../../app/outside-text.ts';
import { Problem } from '../../app/problems.ts';

/** More than any body here needs. */
const LONGEST_BODY = 64 * 1024;

/**
 * Reads and checks a JSON body.
 *
 * @throws Problem `TooLarge`, `UnsupportedMediaType`, `InvalidRequest` with every fault, `ContainsKey`
 */
export async function readBody<S extends z.ZodType>(request: HttpRequest, schema: S): Promise<z.infer<S>> {
  const text = await request.text();
  // The host hands on no body that comes in chunks, and without it a dry run would be the real one.
  if (text === '' && request.headers.has('transfer-encoding')) {
    throw new Problem('InvalidRequest', 'Send the body with a Content-Length, not in chunks.');
  }
  if (text.length > LONGEST_BODY) throw new Problem('TooLarge', `Send at most ${LONGEST_BODY} characters.`);
  const json = text.trim() === '' ? {} : parseJson(text, request);
  refuseKeys(json);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new Problem('InvalidRequest', 'The body is not what this route takes.', { errors });
}

/** @throws Problem `ContainsKey`, which does not repeat what it found */
export function refuseKeys(value: unknown): void {
  if (!holdsKey(value)) return;
  const how = 'printf %s "$KEY" | sha256sum | cut -c1-16, with sha256: before it';
  throw new Problem('ContainsKey', `Never send a key: treat it as leaked now. Name it by its fingerprint: ${how}.`);
}

/** @throws Problem `UnsupportedMediaType`, `InvalidRequest` */
export function parseJson(text: string, request: HttpRequest): unknown {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new Problem('UnsupportedMediaType', 'Send the body as application/json.');
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem('InvalidRequest', 'The body is not JSON.');
  }
}
