import type { Duration, Instant, Sighting } from '../core/model.ts';

const KEPT = 10;
const LAST: Duration = 30 * 24 * 60 * 60_000;

/** The sightings of the last 30 days, the newest of each actor. */
export function withSighting(before: readonly Sighting[], seen: Sighting | null, now: Instant): readonly Sighting[] {
  const kept = before.filter(({ at, code, who }) => now - at < LAST && !(code === seen?.code && who === seen.who));
  return seen === null ? kept : [...kept, seen].slice(-KEPT);
}
