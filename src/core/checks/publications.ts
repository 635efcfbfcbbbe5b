import { isCompromised, isUrgent } from '../compromise.ts';
import type { Check } from '../decision.ts';
import { otherThan, type Situation, type SlotView } from '../slots.ts';
import { publishOn } from './publish-on.ts';

/** A publication that carries a dead key breaks its readers at their next start: it gets a live one. */
export const repairDead: Check = (situation) => {
  const slot = leastCondemned(situation);
  // A leaked key is not handed out while a new one can be made first.
  if (isCompromised(slot.condemned) && situation.slots.some((s) => s.condemned !== null && s.vacancy.vacant))
    return undefined;
  const live = situation.slots.map((slot) => slot.fingerprint);
  const writes = situation.observation.publications
    .filter(({ current }) => current.is === 'keyed' && !live.includes(current.fingerprint))
    .map(({ secret }) => ({ secret, basedOn: null }));
  return writes.length === 0 ? undefined : publishOn(situation, 'repair', slot, writes);
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
  const { control, now, target, state } = situation;
  if (control.fleet.group === 'taken' && !isUrgent(state.rotation))
    return { kind: 'wait', for: 'group', wakeAt: now + target.policy.observeEvery };
  const writes = active.publications.map((secret) => ({ secret, basedOn: null }));
  return publishOn(situation, 'publish', other, writes);
};

/** The slot whose key is condemned least, the active one on a tie. In the middle of a publish this is the one published. */
export function leastCondemned({ slots, active, state, control }: Situation): SlotView {
  // While another of its group is on the move, nothing is moved on: a repair goes to the key that is in use.
  const hasLeft = active !== null && (state.rotation?.left.includes(active.fingerprint) ?? false);
  if (control.fleet.group === 'taken' && active !== null && !hasLeft && !isUrgent(state.rotation)) return active;
  const [primary, secondary] = slots;
  const [first, second] = [weightOn(primary), weightOn(secondary)];
  if (first !== second) return first < second ? primary : secondary;
  return active ?? (state.activeSlot === 'secondary' ? secondary : primary);
}

const weightOn = ({ condemned }: SlotView): number => (condemned === null ? 0 : isCompromised(condemned) ? 2 : 1);
