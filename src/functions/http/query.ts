import type { HttpRequest } from '@azure/functions';
import type { z } from 'zod';
import { Problem } from '../../app/problems.ts';

/**
 * Reads and checks the parameters of a query that a route takes; others are ignored, the host's `code` among them. A form
 * sends what was left empty as an empty text.
 *
 * @throws Problem `InvalidRequest` with every fault
 */
export function readQuery<S extends z.ZodObject>({ query }: HttpRequest, schema: S): z.infer<S> {
  const given = Object.keys(schema.shape).flatMap((name) => {
    const value = query.get(name);
    return value === null || value === '' ? [] : [[name, value] as const];
  });
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new Problem('InvalidRequest', 'The query is not what this route takes.', { errors });
}
