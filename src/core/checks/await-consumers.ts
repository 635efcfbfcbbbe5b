import type { Check } from '../decision.ts';
import type { Awaited, Target } from '../model.ts';

/** A condemned key that somebody may still use stays alive until everybody is shown to have left it, and then for the soak. */
export const awaitConsumers: Check = ({ slots, state, now, target }) => {
  const slot = slots.find(({ condemned, role, vacancy }) => condemned !== null && role !== 'active' && !vacancy.vacant);
  if (slot === undefined || state.rotation === null) return undefined;
  const { observeEvery, switchover } = target.policy;
  const { name, fingerprint, vacancy } = slot;
  const lookAt = now + observeEvery;
  if (vacancy.awaiting.length === 0) {
    const until = vacancy.soaksUntil ?? lookAt;
    return { kind: 'soak', slot: name, fingerprint, until, wakeAt: Math.min(until, lookAt) };
  }
  const expected = vacancy.awaiting.flatMap(({ expectedAt }) =>
    expectedAt !== null && expectedAt > now ? expectedAt : [],
  );
  const waitingSince = Math.max(vacancy.supersededAt ?? 0, state.rotation.startedAt);
  const stalledAt = waitingSince + switchover.maxWait;
  const removed = removedAmong(vacancy.awaiting, target);
  if (removed.length > 0) {
    const detail = { slot: name, fingerprint, awaiting: removed };
    return { kind: 'hold', code: 'ConfigurationChanged', detail, wakeAt: Math.min(lookAt, ...expected) };
  }
  if (now < stalledAt) {
    const wakeAt = Math.min(lookAt, stalledAt, ...expected);
    return { kind: 'await-consumers', slot: name, fingerprint, awaiting: vacancy.awaiting, wakeAt };
  }
  // For ever, rather than breaking somebody: only evidence or a person ends this.
  const detail = { slot: name, fingerprint, awaiting: vacancy.awaiting };
  return { kind: 'hold', code: 'Stalled', detail, wakeAt: Math.min(lookAt, ...expected) };
};

/** Those who are awaited because the rotation began with them, although rotation.json no longer names them. */
const removedAmong = (awaiting: readonly Awaited[], { publications, consumers }: Target): readonly Awaited[] =>
  awaiting.filter(
    ({ consumer, secret }) =>
      !publications.some((p) => p.secret === secret) ||
      (consumer !== 'unlisted' && !consumers.some((c) => c.name === consumer)),
  );
