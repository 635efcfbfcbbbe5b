import {
  type Duration,
  type Fingerprint,
  type Instant,
  type Interval,
  type RememberedKey,
  SLOTS,
  type Slot,
  type TargetState,
} from './model.ts';
import type { LoggedRegeneration } from './posture.ts';

/** Entries appear minutes after the act, so a key is asked about this long after it was first seen, and once past that. */
const LAG: Duration = 60 * 60_000;

/**
 * Whether the activity log may tell more of a key's age than is known: of a key that somebody else made and that was
 * first seen lately. Older ones were asked about then, and entries live 90 days.
 */
export function wantsActivityLog(
  { keys, intent, observedAt }: TargetState,
  seen: Readonly<Record<Slot, Fingerprint>>,
  now: Instant,
): boolean {
  return SLOTS.some((slot) => {
    // Our own regeneration is recorded as soon as it is seen.
    if (intent?.slot === slot) return false;
    const known = keys[slot];
    if (known === null || known.fingerprint !== seen[slot]) return true;
    // Looks may come as far apart as the log lags: the first one past that asks too.
    return known.recordedAt === null && !known.logged && (observedAt ?? now) - known.firstSeenAt < LAG;
  });
}

/**
 * The regeneration that made the key now in a slot: the newest of the slot that had begun when the key was first seen.
 * One that ended before a look that did not find the key made an earlier one, and the log lags. An entry that does not
 * name its slot says nothing of either key.
 */
export function loggedMaking(
  slot: Slot,
  { firstSeenAt, notSeenAt }: Pick<RememberedKey, 'firstSeenAt' | 'notSeenAt'>,
  regenerations: readonly LoggedRegeneration[],
): Interval | null {
  const made = regenerations.findLast((each) => each.slot === slot && each.from <= firstSeenAt);
  if (made === undefined || (notSeenAt !== null && made.to < notSeenAt)) return null;
  return { from: made.from, to: Math.min(made.to, firstSeenAt) };
}
