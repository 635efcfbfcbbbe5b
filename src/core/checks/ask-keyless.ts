import { askable } from '../asking.ts';
import { askThem, type Check } from '../decision.ts';
import type { Consumer, Duration } from '../model.ts';
import type { Situation } from '../slots.ts';

const DAILY: Duration = 24 * 60 * 60_000;

/**
 * Where no key is published, no rotation begins that would ask anybody: without this the readers that moved to Entra are
 * never shown to have left the keys, and whoever goes back to one is never seen.
 */
export const askKeyless: Check = (situation) => {
  const { state, active, participants, observation } = situation;
  if (state.rotation !== null || active !== null) return undefined;
  const stale = participants.consumers.filter((consumer) => isStale(consumer, situation)).map(({ name }) => name);
  const unasked = askable(situation, stale).filter((name) => !observation.asked.includes(name));
  return unasked.length > 0 ? askThem(unasked) : undefined;
};

/** It was not asked for a day, and of something that it reads it has shown nothing for as long. */
function isStale({ name, reads }: Consumer, { state, target, now }: Situation): boolean {
  const { observeEvery, switchover } = target.policy;
  // An answer after such a gap owes its soak anew, and has to be seen to count before it is asked for again.
  const every = Math.max(DAILY, 2 * Math.max(observeEvery, switchover.tokenLifetime));
  if (now - (state.asked[name] ?? Number.NEGATIVE_INFINITY) < every) return false;
  return reads.some((secret) => {
    const evidence = state.evidence.find((e) => e.consumer === name && e.secret === secret);
    return evidence === undefined || now - evidence.at >= every;
  });
}
