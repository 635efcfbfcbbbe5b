/** Chance that can be had again: the same seed, the same draws. */
export interface Chance {
  /** From 0 to below 1. */
  next(): number;
  between(least: number, most: number): number;
  isHeads(probability: number): boolean;
  /** @throws Error where there is nothing to choose from */
  oneOf<T>(all: readonly T[]): T;
}

/** Mulberry32: enough for choosing whom to kill, and for nothing that has to be secret. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (least, most) => least + next() * (most - least),
    isHeads: (probability) => next() < probability,
    oneOf(all) {
      const index = Math.floor(next() * all.length);
      if (!(index in all)) throw new Error('There is nothing to choose from.');
      return all[index] as (typeof all)[number];
    },
  };
}
