import type { Duration, Instant } from '../core/model.ts';
import { LEASE_LASTS } from './lease.ts';

/** The service's `date` has whole seconds, so what a worker takes for now may lie this much back. */
export const DATE_GRANULARITY: Duration = 1_000;

interface LastLook {
  /** null where no look has found anything yet. */
  readonly observedAt: Instant | null;
  /** When the `state` row was last written. */
  readonly writtenAt: Instant | null;
}

/**
 * Whether a target still owes the look that somebody asked for. Where looks fail, nothing is observed, and one try is
 * enough: a row that was written so late is of a worker that began after.
 */
export const isOutdated = ({ observedAt, writtenAt }: LastLook, newerThan: Instant): boolean =>
  (observedAt ?? 0) + DATE_GRANULARITY <= newerThan && (writtenAt ?? 0) < newerThan + LEASE_LASTS;
