import {
  type Duration,
  type Fingerprint,
  type Instant,
  type Interval,
  SLOTS,
  type Slot,
  type TargetState,
} from './model.ts';
import type { LoggedRegeneration } from './posture.ts';

/** Entries appear minutes after the act, so a key is asked about this long after it was first seen. */
const LAG: Duration = 60 * 60_000;

/**
 * Whether the activity log may tell more of a key's age than is known: of a key that somebody else made and that was
 * first seen lately. Older ones were asked about then, and entries live 90 days.
 */
export function wantsActivityLog(
  { keys, intent }: TargetState,
  seen: Readonly<Record<Slot, Fingerprint>>,
  now: Instant,
): boolean {
  return SLOTS.some((slot) => {
    // Our own regeneration is recorded as soon as it is seen.
    if (intent?.slot === slot) return false;
    const known = keys[slot];
    if (known === null || known.fingerprint !== seen[slot]) return true;
    return known.recordedAt === null && !known.logged && now - known.firstSeenAt < LAG;
  });
}

/**
 * The regeneration that made the key now in a slot: the newest of the slot that had begun when the key was first seen.
 * An entry that does not name its slot says nothing of either key.
 */
export function loggedMaking(
  slot: Slot,
  firstSeenAt: Instant,
  regenerations: readonly LoggedRegeneration[],
): Interval | null {
  const made = regenerations.findLast((each) => each.slot === slot && each.from <= firstSeenAt);
  return made === undefined ? null : { from: made.from, to: Math.min(made.to, firstSeenAt) };
}
