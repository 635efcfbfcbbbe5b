import type { Duration, Instant, Policy } from './model.ts';

/** As early as Key Vault's own SecretNearExpiry. */
const LONGEST: Duration = 30 * 24 * 60 * 60_000;

/**
 * Whether a secret is nearer to its end than a rotation in time would let it come. One that is written anew every few weeks
 * is not near it in the middle of its life, whatever Key Vault says: each answer would be the cause of the next event.
 */
export const isNearExpiry = (expiresAt: Instant, { maxKeyAge, rotateAfter }: Policy, now: Instant): boolean =>
  expiresAt - now < Math.min(LONGEST, maxKeyAge - rotateAfter);
