import { asksOf } from '../asking.ts';
import { isCompromised } from '../compromise.ts';
import { askThem, type Check, type Decision } from '../decision.ts';
import type { Awaited, Duration, Instant, Target } from '../model.ts';
import type { Situation, SlotView } from '../slots.ts';
import { stuckAmong } from './nudge.ts';

/** Short enough that a delayed message wakes it: a wait that only the sweep ends would overrun a deadline of minutes. */
const WHILE_COMPROMISED: Duration = 5 * 60_000;

/** A condemned key that somebody may still use stays alive until everybody is shown to have left it, and then for the soak. */
export const awaitConsumers: Check = (situation) => {
  const slot = inUse(situation);
  if (slot === undefined) return undefined;
  const since = waitingSince(situation, slot);
  const asks = asksOf(situation, slot.vacancy.readers, since);
  if (asks.now.length > 0) return askThem(asks.now);
  const { observeEvery } = situation.target.policy;
  const pause = isCompromised(slot.condemned) ? Math.min(observeEvery, WHILE_COMPROMISED) : observeEvery;
  const lookAt = Math.min(situation.now + pause, asks.next ?? Number.POSITIVE_INFINITY);
  if (slot.vacancy.awaiting.length > 0) return awaitOrHold(situation, slot, lookAt);
  const { name, fingerprint, vacancy } = slot;
  const until = vacancy.soaksUntil ?? lookAt;
  return { kind: 'soak', slot: name, fingerprint, until, wakeAt: Math.min(until, lookAt) };
};

/** The condemned key that is not carried any more and may still be held. */
export const inUse = ({ slots, state }: Situation): SlotView | undefined =>
  state.rotation === null
    ? undefined
    : slots.find(({ condemned, role, vacancy }) => condemned !== null && role !== 'active' && !vacancy.vacant);

export const waitingSince = ({ state }: Situation, { vacancy, condemned }: SlotView): Instant =>
  Math.max(vacancy.supersededAt ?? 0, state.rotation?.startedAt ?? 0, condemned?.compromise?.since ?? 0);

/** When patience with its users ends: for a compromised key much sooner. */
export function stalledAt(situation: Situation, slot: SlotView): Instant {
  const { switchover, compromise } = situation.target.policy;
  const { maxWait } = isCompromised(slot.condemned) ? compromise : switchover;
  return waitingSince(situation, slot) + maxWait;
}

/** Held for ever, rather than breaking somebody: only evidence or a person ends it. */
function awaitOrHold(situation: Situation, slot: SlotView, lookAt: Instant): Decision {
  const { now, target } = situation;
  const { name, fingerprint, vacancy } = slot;
  const { awaiting } = vacancy;
  const expected = awaiting.flatMap(({ expectedAt }) => expectedAt ?? []).filter((at) => at > now);
  const wakeAt = Math.min(lookAt, ...expected);
  const hold = (
    code: 'ConfigurationChanged' | 'ConsumerPinned' | 'ReferenceStuck' | 'Stalled',
    who: readonly Awaited[],
  ) => ({ kind: 'hold', code, detail: { slot: name, fingerprint, awaiting: who }, wakeAt }) as const;
  const endsAt = stalledAt(situation, slot);
  if (now >= endsAt) return hold('Stalled', awaiting);
  const removed = removedAmong(awaiting, target);
  if (removed.length > 0) return hold('ConfigurationChanged', removed);
  const pinned = awaiting.filter(({ trouble }) => trouble?.is === 'pinned');
  if (pinned.length > 0) return hold('ConsumerPinned', pinned);
  const stuck = stuckAmong(awaiting, situation);
  if (stuck.length > 0) return hold('ReferenceStuck', stuck);
  return { kind: 'await-consumers', slot: name, fingerprint, awaiting, wakeAt: Math.min(wakeAt, endsAt) };
}

/** Those who are awaited because the rotation began with them, although rotation.json no longer names them. */
const removedAmong = (awaiting: readonly Awaited[], { publications, consumers }: Target): readonly Awaited[] =>
  awaiting.filter(
    ({ consumer, secret }) =>
      !publications.some((p) => p.secret === secret) ||
      (consumer !== 'unlisted' && !consumers.some((c) => c.name === consumer)),
  );
