import type { Duration, Instant, Sighting } from './model.ts';

const KEPT = 10;
const DAY: Duration = 24 * 60 * 60_000;
const LAST: Duration = 30 * DAY;

/** That the app does not know itself is seen anew with each event, so it is forgotten soon after it was mended. */
export const isRecent = ({ code, at }: Sighting, now: Instant): boolean =>
  now - at < (code === 'SelfUnknown' ? DAY : LAST);

/** The sightings of the last 30 days, the newest of each actor. */
export function withSighting(before: readonly Sighting[], seen: Sighting | null, now: Instant): readonly Sighting[] {
  const kept = before.filter((each) => isRecent(each, now) && !(each.code === seen?.code && each.who === seen.who));
  return seen === null ? kept : [...kept, seen].slice(-KEPT);
}
