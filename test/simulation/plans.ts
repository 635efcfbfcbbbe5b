import type { Chance } from '../../local/chance.ts';
import type { Plan } from './boundaries.ts';
import { type Fault, faultsOf, STORE_FAULTS, WIRE_FAULTS } from './faults.ts';

/** Nothing goes wrong. */
export const calm: Plan = () => null;

/** One thing goes wrong, once. */
export const single =
  (at: number, fault: Fault): Plan =>
  (index, kind) =>
    index === at && faultsOf(kind).includes(fault) ? fault : null;

/**
 * Two to six things go wrong, here and there or one upon the other.
 *
 * @param boundaries how many there are where nothing goes wrong
 */
export function random(chance: Chance, boundaries: number): Plan {
  const first = chance.between(0, boundaries - 1);
  const isCluster = chance.between(0, 1) === 0;
  const places = Array.from({ length: chance.between(1, 5) }, () =>
    isCluster ? first + chance.between(1, 40) : chance.between(0, boundaries + boundaries / 4),
  );
  const at = new Set([first, ...places].map(Math.floor));
  return (index, kind) => (at.has(index) ? chance.oneOf(faultsOf(kind)) : null);
}

export const isFault = (text: string): text is Fault => [...WIRE_FAULTS, ...STORE_FAULTS].some((each) => each === text);
