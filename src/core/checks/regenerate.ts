import { askable, asksOf } from '../asking.ts';
import { isUrgent } from '../compromise.ts';
import { type Ask, askThem, type Check, type Decision } from '../decision.ts';
import type { Duration, Instant } from '../model.ts';
import type { Situation, SlotView } from '../slots.ts';
import { isShut, waitForWindow } from '../window.ts';
import { stalledAt, waitingSince } from './await-consumers.ts';

/** A service that did not change the key three times will not at the fourth: a person is told, and it is tried daily. */
const ATTEMPTS = 3;
const RETRY_DAILY: Duration = 24 * 60 * 60 * 1_000;

/** A vacant slot whose key is condemned is regenerated. That it is vacant is the whole safety argument: vacancy.ts. */
export const regenerateVacant: Check = (situation) => {
  const { slots, state, now, target, control } = situation;
  const free = slots.filter((slot) => slot.condemned !== null && (slot.vacancy.vacant || isGivenUp(situation, slot)));
  const slot = free.find(({ role }) => role === 'standby') ?? free[0];
  if (slot?.condemned == null) return undefined;
  const lookAt = now + target.policy.observeEvery;
  const passesWindows = state.rotation?.ignoresWindows === true || isUrgent(state.rotation);
  if (isShut(control) && !passesWindows) return keepAsking(situation, slot, lookAt);
  // Whoever switched and went back since, by a swap of slots, say, is seen now or never.
  const unasked = askable(situation, slot.vacancy.readers).filter(
    (name) => !situation.observation.asked.includes(name),
  );
  if (unasked.length > 0) return askThem(unasked);
  const failed = state.failed?.slot === slot.name ? state.failed : null;
  const { name, role, fingerprint } = slot;
  if (failed !== null && failed.count >= ATTEMPTS && now < failed.lastAt + RETRY_DAILY) {
    const wakeAt = Math.min(failed.lastAt + RETRY_DAILY, lookAt);
    return { kind: 'hold', code: 'KeyUnchanged', detail: { slot: name, fingerprint }, wakeAt };
  }
  // A request of unknown end may still arrive; beginning another beside it would leave nobody sure whose key came out.
  const settlesAt = Math.max(...slots.map((s) => s.remembered?.settlesAt ?? 0));
  if (now < settlesAt) return { kind: 'wait', for: 'settle', wakeAt: Math.min(settlesAt, lookAt) };
  const attempt = (failed?.count ?? 0) + 1;
  const because = slot.condemned.reason;
  const begin = { kind: 'regenerate', stage: 'begin', slot: name, role, fingerprint, because, attempt } as const;
  const without = withoutWaiting(situation, slot);
  return without === null ? begin : { ...begin, without };
};

/** What is passed over for a compromise: the soak, and at the end of its patience consumers. null for nothing. */
function withoutWaiting({ now }: Situation, { vacancy }: SlotView) {
  const consumers = [...new Set(vacancy.awaiting.map(({ consumer }) => consumer))];
  // Of the others' tokens nobody knows the end while somebody is awaited.
  const soak = consumers.length > 0 || (vacancy.soaksUntil !== null && now < vacancy.soaksUntil);
  return soak ? { soak, consumers } : null;
}

/** Past its deadline, where `onTimeout` says so: whoever is not shown to have left the leaked key is cut off with the thief. */
function isGivenUp(situation: Situation, slot: SlotView): boolean {
  const { vacancy, condemned } = slot;
  const isCarried = vacancy.carriedBy.length + vacancy.unreadable.length > 0;
  return condemned?.compromise?.onTimeout === 'retire' && !isCarried && situation.now >= stalledAt(situation, slot);
}

/** Who is not asked for long may have gone back unseen, and the soak would begin anew with each opening. */
function keepAsking(situation: Situation, slot: SlotView, lookAt: Instant): Decision | Ask {
  const asks = asksOf(situation, slot.vacancy.readers, waitingSince(situation, slot));
  if (asks.now.length > 0) return askThem(asks.now);
  return waitForWindow(situation.control, Math.min(lookAt, asks.next ?? lookAt));
}
