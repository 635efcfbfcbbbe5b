import type { Check } from '../decision.ts';
import { publishOn } from './publish-on.ts';

/** A person's order: the publications get the outgoing key again, and what was condemned for age or on request is dropped. */
export const rollBack: Check = (situation) => {
  const order = situation.state.rollBack;
  const slot = situation.slots.find((s) => s.fingerprint === order?.fingerprint);
  // Somebody has regenerated the key meanwhile: there is nothing to go back to, and a dead key is repaired.
  if (order === null || slot === undefined) return undefined;
  const writes = situation.slots
    .filter((s) => s !== slot)
    .flatMap((s) => s.publications)
    .map((secret) => ({ secret, basedOn: null }));
  return publishOn(situation, 'roll-back', slot, writes);
};
