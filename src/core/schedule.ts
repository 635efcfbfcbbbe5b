import { type Duration, type Instant, SLOTS, type Target, type TargetState } from './model.ts';

/** When the next scheduled rotation is due: a key whose age is not recorded is due now. */
export function dueAt(target: Target, state: TargetState, now: Instant): Instant {
  const due = SLOTS.map((slot) => {
    const recordedAt = state.keys[slot]?.recordedAt ?? null;
    return recordedAt === null ? now : recordedAt + target.policy.rotateAfter;
  });
  return Math.min(...due);
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
