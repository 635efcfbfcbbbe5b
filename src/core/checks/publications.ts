import type { Check } from '../decision.ts';
import { otherThan, type Situation, type SlotView } from '../slots.ts';
import { publishOn } from './publish-on.ts';

/** A publication that carries a dead key breaks its readers at their next start: it gets a live one. */
export const repairDead: Check = (situation) => {
  const live = situation.slots.map((slot) => slot.fingerprint);
  const writes = situation.observation.publications
    .filter(({ current }) => current.is === 'keyed' && !live.includes(current.fingerprint))
    .map(({ secret }) => ({ secret, basedOn: null }));
  return writes.length === 0 ? undefined : publishOn(situation, 'repair', leastCondemned(situation), writes);
};

/** Publications on both slots leave no standby. They are brought together without regenerating anything. */
export const align: Check = (situation) => {
  if (!situation.split) return undefined;
  const slot = leastCondemned(situation);
  const writes = otherThan(situation, slot).publications.map((secret) => ({ secret, basedOn: null }));
  return publishOn(situation, 'align', slot, writes);
};

/** The publications move to the key that is not condemned; from there on the roles are swapped. */
export const publishSound: Check = (situation) => {
  const { active } = situation;
  if (active === null || active.condemned === null) return undefined;
  const other = otherThan(situation, active);
  if (other.condemned !== null) return undefined;
  const { control, now, target } = situation;
  if (control.fleet.group === 'taken') return { kind: 'wait', for: 'group', wakeAt: now + target.policy.observeEvery };
  const writes = active.publications.map((secret) => ({ secret, basedOn: null }));
  return publishOn(situation, 'publish', other, writes);
};

/** The slot whose key is not condemned, the active one on a tie. In the middle of a publish this is the one published. */
export function leastCondemned({ slots, active, state, control }: Situation): SlotView {
  // While another of its group is on the move, nothing is moved on: a repair goes to the key that is in use.
  const hasLeft = active !== null && (state.rotation?.left.includes(active.fingerprint) ?? false);
  if (control.fleet.group === 'taken' && active !== null && !hasLeft) return active;
  const sound = slots.filter((slot) => slot.condemned === null);
  if (sound.length === 1 && sound[0] !== undefined) return sound[0];
  const [primary, secondary] = slots;
  return active ?? (state.activeSlot === 'secondary' ? secondary : primary);
}
