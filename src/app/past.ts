import type { Instant } from '../core/model.ts';
import type { LedgerRecord, PastRotation } from './ports.ts';

/** Enough for a timeline of two years at the default pace; the history has them all. */
const KEPT = 12;

/** The record's ended rotations with the one that ends now. */
export function withEnded(
  { past, state: { rotation } }: LedgerRecord,
  end: PastRotation['end'],
  endedAt: Instant,
): readonly PastRotation[] {
  if (rotation === null) return past;
  const { id, reason, startedAt } = rotation;
  return [...past, { id, reason, startedAt, endedAt, end }].slice(-KEPT);
}
