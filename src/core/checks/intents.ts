import { isCompromised } from '../compromise.ts';
import type { Check } from '../decision.ts';
import { onItsWayUntil, writtenByOthers } from '../publishing.ts';
import { growingPause } from '../schedule.ts';
import { slotNamed } from '../slots.ts';
import { leastCondemned } from './publications.ts';
import { publishOn } from './publish-on.ts';

/** Invariant 4: an open intent means a regeneration may be under way. Nothing else is decided until its end is known. */
export const resolveIntent: Check = (situation) => {
  const { state, observation, now, target } = situation;
  if (state.intent === null) return undefined;
  const { slot, role, fingerprintBefore, startedAt } = state.intent;
  const wakeAt = now + growingPause(startedAt, now);
  if (observation.operation === 'running' || !observation.resource.ready)
    return { kind: 'wait', for: 'operation', wakeAt };
  const { fingerprint } = slotNamed(situation, slot);
  if (fingerprint !== fingerprintBefore) {
    return { kind: 'regenerate', stage: 'seen', slot, role, from: fingerprintBefore, to: fingerprint };
  }
  // Unchanged is only believed after `settle`: the POST may be on its way, or its effect behind its answer.
  const settlesAt = startedAt + target.policy.verification.settle;
  if (now < settlesAt) return { kind: 'wait', for: 'settle', wakeAt: Math.min(wakeAt, settlesAt) };
  return { kind: 'regenerate', stage: 'unchanged', slot, fingerprint };
};

/** A write whose answer was lost may still come: what is written over it would be undone, and a key replaced meanwhile published dead. */
export const resolvePublishing: Check = ({ state, observation, target, now }) => {
  const { publishing } = state;
  if (publishing === null) return undefined;
  const settlesAt = onItsWayUntil(publishing, observation, target.policy.verification.settle, now);
  if (settlesAt === null) return undefined;
  const wakeAt = now + growingPause(publishing.startedAt, now);
  return { kind: 'wait', for: 'settle', wakeAt: Math.min(wakeAt, settlesAt) };
};

/** A version that somebody wrote while we published is published again with only its key replaced: theirs is never lost. */
export const republishTheirs: Check = (situation) => {
  const { publishing } = situation.state;
  const theirs = writtenByOthers(publishing, situation.observation).at(-1);
  if (publishing === null || theirs === undefined) return undefined;
  // Where its key is gone meanwhile, or known to be leaked, theirs gets the one that a dead key is repaired with.
  const meant = situation.slots.find((s) => s.fingerprint === publishing.fingerprint);
  const slot = meant === undefined || isCompromised(meant.condemned) ? leastCondemned(situation) : meant;
  return publishOn(situation, 'repair', slot, [{ secret: publishing.secret, basedOn: theirs.version }]);
};
