import type { Check } from '../decision.ts';
import { dueAt } from '../schedule.ts';

/** Nothing condemned: begin if a person asked or the keys are due, else say when they are. Both keys are condemned at once. */
export const begin: Check = ({ state, slots, active, now, target }) => {
  if (state.rotation !== null) return undefined;
  const lookAt = now + target.policy.observeEvery;
  // Nobody knows who uses the keys of a target that publishes none, so none of them may be regenerated.
  if (active === null) return { kind: 'nothing-due', finding: 'NothingPublished', dueAt: null, wakeAt: lookAt };
  const asked = state.pending.length > 0;
  const due = dueAt(target, state, now);
  if (!asked && now < due) return { kind: 'nothing-due', finding: null, dueAt: due, wakeAt: Math.min(due, lookAt) };
  const reason = asked ? 'Requested' : 'KeyTooOld';
  const condemned = slots.map(({ fingerprint }) => ({ fingerprint, reason }) as const);
  return { kind: 'condemn', reason, condemned, requests: state.pending };
};
