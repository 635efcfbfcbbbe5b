import type { HttpRequest } from '@azure/functions';
import { z } from 'zod';
import { Problem } from '../../app/problems.ts';
import { refuseKeys } from './body.ts';

const LONGEST = 200;

/** As docs/openapi.json has it. */
export const ID_HEADER = z.object({
  'Idempotency-Key': z
    .string()
    .min(1)
    .max(LONGEST)
    .optional()
    .describe('The id of the request: the same id within 7 days is the same request.'),
});

/** The caller's own id of a request. @throws Problem `InvalidRequest`, `ContainsKey` */
export function idempotencyKey(request: HttpRequest): string | null {
  const key = request.headers.get('idempotency-key');
  if (key === null) return null;
  refuseKeys(key);
  if (key === '' || key.length > LONGEST) {
    const errors = [{ path: 'Idempotency-Key', message: `must have 1 to ${LONGEST} characters` }];
    throw new Problem('InvalidRequest', 'The header Idempotency-Key is not valid.', { errors });
  }
  return key;
}
