import { z } from 'zod';

/** An RFC 3339 time, as milliseconds. */
export const time = z.iso
  .datetime({ offset: true, error: 'must be a time like 2026-12-27T06:00:00Z' })
  .transform((text) => Date.parse(text));
