import type { Check } from '../decision.ts';
import type { Awaited, Consumer, Duration, Nudged } from '../model.ts';
import { otherThan, type Situation } from '../slots.ts';
import { inUse } from './await-consumers.ts';

/** An app that was refreshed fetches its references and restarts by itself; only after this time is it restarted. */
const REFRESH_TAKES: Duration = 2 * 60_000;
/** One that is on an older version this long after the last push will not switch by itself. */
const PUSHES_TAKE: Duration = 10 * 60_000;

/** An App Service app fetches its references once a day. It is pushed, since waiting a day is not a plan: each way once a key. */
export const nudge: Check = (situation) => {
  const slot = inUse(situation);
  if (slot === undefined) return undefined;
  const { fingerprint } = otherThan(situation, slot);
  for (const { consumer, trouble } of slot.vacancy.awaiting) {
    // A pin takes up nothing, however it is pushed.
    if (trouble?.is === 'pinned' || !situation.observation.asked.includes(consumer)) continue;
    const how = nextPush(consumer, situation);
    if (how !== null) return { kind: 'nudge', consumer, how, fingerprint };
  }
  return undefined;
};

function nextPush(name: string, situation: Situation): Nudged['how'] | null {
  const policy = nudgePolicy(name, situation);
  if (policy === 'none') return null;
  const [first, second] = pushesOf(name, situation);
  if (first === undefined) return 'refresh';
  const isDue = situation.now >= first.at + REFRESH_TAKES;
  return policy === 'restart' && second === undefined && isDue ? 'restart' : null;
}

function nudgePolicy(name: string, { participants }: Situation): 'none' | Nudged['how'] {
  const evidence = participants.consumers.find((c: Consumer) => c.name === name)?.evidence;
  return evidence?.kind === 'app-service-reference' ? evidence.nudge : 'none';
}

/** What it was pushed with for the key that is published now, in order. */
function pushesOf(name: string, { state, active }: Situation): readonly Nudged[] {
  return state.rotation?.nudges.filter((n) => n.consumer === name && n.fingerprint === active?.fingerprint) ?? [];
}

/** Pushed in every way that is allowed, and on an older version all the same. */
export const stuckAmong = (awaiting: readonly Awaited[], situation: Situation): readonly Awaited[] =>
  awaiting.filter(({ consumer }) => {
    const last = pushesOf(consumer, situation).at(-1);
    return last !== undefined && nextPush(consumer, situation) === null && situation.now >= last.at + PUSHES_TAKE;
  });
