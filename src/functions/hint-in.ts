import { z } from 'zod';
import { type Instant, parseResourceId, type ResourceId } from '../core/model.ts';

const messageSchema = z.object({ resourceId: z.string(), newerThan: z.iso.datetime().optional() });

/** What a message of the queue says; null for what is none of ours. */
export function hintIn(message: unknown): { readonly resource: ResourceId; readonly newerThan: Instant | null } | null {
  const parsed = messageSchema.safeParse(message);
  const resource = parsed.success ? parseResourceId(parsed.data.resourceId) : null;
  const newerThan = parsed.data?.newerThan;
  return resource && { resource, newerThan: newerThan === undefined ? null : Date.parse(newerThan) };
}
