import type { Duration, EvidenceSource, Instant } from './model.ts';
import type { Situation } from './slots.ts';

const FIRST: Duration = 30_000;
const MOST: Duration = 15 * 60_000;

/** Acks come by themselves and time passes by itself; the others have to be asked. */
const isAskable = ({ kind }: EvidenceSource): boolean => kind !== 'ack' && kind !== 'elapsed';

/** Those of the named consumers that have to be asked. */
export const askable = ({ participants }: Situation, names: readonly string[]): readonly string[] =>
  participants.consumers.filter((c) => names.includes(c.name) && isAskable(c.evidence)).map((c) => c.name);

/**
 * When a consumer is to be asked next: at once, then after 30 s, doubling to 15 min, counted from the beginning of the
 * wait. A switch is seen soon after it happens, and a laggard costs few calls.
 */
function nextAskAt({ state, now }: Situation, name: string, waitingSince: Instant): Instant {
  const lastAsked = state.asked[name];
  if (lastAsked === undefined || lastAsked < waitingSince) return now;
  return lastAsked + Math.min(MOST, Math.max(FIRST, lastAsked - waitingSince));
}

/** Whom to ask now, and when somebody is to be asked next; null where nobody is. */
export function asksOf(
  situation: Situation,
  names: readonly string[],
  waitingSince: Instant,
): { readonly now: readonly string[]; readonly next: Instant | null } {
  const unasked = askable(situation, names).filter((name) => !situation.observation.asked.includes(name));
  const asks = unasked.map((name) => ({ name, at: nextAskAt(situation, name, waitingSince) }));
  const later = askable(situation, names).map((name) => nextAskAt(situation, name, waitingSince));
  const future = later.filter((at) => at > situation.now);
  return {
    now: asks.filter(({ at }) => at <= situation.now).map(({ name }) => name),
    next: future.length === 0 ? null : Math.min(...future),
  };
}
