import type { Check } from '../decision.ts';
import type { Duration } from '../model.ts';

/** A service that did not change the key three times will not at the fourth: a person is told, and it is tried daily. */
const ATTEMPTS = 3;
const RETRY_DAILY: Duration = 24 * 60 * 60 * 1_000;

/** A vacant slot whose key is condemned is regenerated. That it is vacant is the whole safety argument: vacancy.ts. */
export const regenerateVacant: Check = ({ slots, state, now, target }) => {
  const vacant = slots.filter((slot) => slot.condemned !== null && slot.vacancy.vacant);
  const slot = vacant.find(({ role }) => role === 'standby') ?? vacant[0];
  if (slot?.condemned == null) return undefined;
  const failed = state.failed?.slot === slot.name ? state.failed : null;
  const { name, role, fingerprint } = slot;
  if (failed !== null && failed.count >= ATTEMPTS && now < failed.lastAt + RETRY_DAILY) {
    const wakeAt = Math.min(failed.lastAt + RETRY_DAILY, now + target.policy.observeEvery);
    return { kind: 'hold', code: 'KeyUnchanged', detail: { slot: name, fingerprint }, wakeAt };
  }
  const attempt = (failed?.count ?? 0) + 1;
  return { kind: 'regenerate', stage: 'begin', slot: name, role, fingerprint, because: slot.condemned.reason, attempt };
};
