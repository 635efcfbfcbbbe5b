import { adoptionPoint, keyDueAt } from './key-age.ts';
import type { Duration, Instant } from './model.ts';
import type { Situation } from './slots.ts';

/** When the next scheduled rotation is due: a target is when either key is. null where neither ever is by itself. */
export function dueAt({
  ages,
  target,
  state,
  now,
}: Pick<Situation, 'ages' | 'target' | 'state' | 'now'>): Instant | null {
  const adoptedAt = adoptionPoint(target, state.firstObservedAt ?? now);
  const due = [ages.primary, ages.secondary].flatMap((age) => keyDueAt(age, target.policy, adoptedAt) ?? []);
  if (due.length === 0) return null;
  // After a rollback a person has said when scheduled rotations go on.
  return Math.max(Math.min(...due), state.pausedUntil ?? 0);
}

const SECOND: Duration = 1_000;
const MINUTE: Duration = 60 * SECOND;

/**
 * The pause before asking the same question again: a tenth of the time already waited, at least a second and at most
 * `most`, so that fast answers are seen fast and slow ones cost few calls.
 */
export function growingPause(waitingSince: Instant, now: Instant, most: Duration = 15 * MINUTE): Duration {
  return Math.min(most, Math.max(SECOND, (now - waitingSince) / 10));
}
