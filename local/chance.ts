import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Chance that can be had again: the same seed, the same draws. For nothing that has to be secret. */
export interface Chance {
  /** Uniform in [0, 1). */
  fraction(): number;
  /** Whole numbers, both ends included. */
  between(least: number, most: number): number;
  isHeads(probability: number): boolean;
  /** @throws Error where there is nothing to choose from */
  oneOf<T>(all: readonly T[]): T;
}

export function chanceOf(seed: number): Chance {
  const source = xoroshiro128plus(seed);
  // Neighbouring seeds begin alike.
  for (let skipped = 0; skipped < 8; skipped += 1) source.next();
  const between = (least: number, most: number) => uniformInt(source, least, most);
  const fraction = () => uniformFloat64(source);
  return {
    fraction,
    between,
    isHeads: (probability) => fraction() < probability,
    oneOf(all) {
      if (all.length === 0) throw new Error('There is nothing to choose from.');
      return all[between(0, all.length - 1)] as (typeof all)[number];
    },
  };
}
