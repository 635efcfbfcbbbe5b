import type { Duration, Instant } from './model.ts';

/** A key that secret scanning found in a repository that no target names. */
export interface Leak {
  /** Fixed by the alert: a repetition has the same. */
  readonly id: string;
  /** Lower-case `owner/name`. */
  readonly repository: string;
  /** Of the alert, for a person; null where nobody knows where it leads. */
  readonly url: string | null;
  /** When it was first heard of. */
  readonly at: Instant;
}

const SHOWN_FOR: Duration = 30 * 24 * 60 * 60_000;
const MOST = 50;

/** The leaks that are still shown to a person, oldest first. */
export const leaksShown = <L extends Leak>(leaks: readonly L[], now: Instant): readonly L[] =>
  leaks
    .filter(({ at }) => now - at < SHOWN_FOR)
    .toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    .slice(-MOST);
