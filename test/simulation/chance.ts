import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Everything that a simulation leaves to chance, by one seed. */
export interface Chance {
  /** Uniform in [0, 1). */
  fraction(): number;
  /** Both ends included. */
  between(least: number, most: number): number;
  oneOf<T>(all: readonly [T, ...T[]]): T;
}

export function chanceOf(seed: number): Chance {
  const source = xoroshiro128plus(seed);
  // Neighbouring seeds begin alike.
  for (let skipped = 0; skipped < 8; skipped += 1) source.next();
  const between = (least: number, most: number) => uniformInt(source, least, most);
  return {
    fraction: () => uniformFloat64(source),
    between,
    oneOf: (all) => all[between(0, all.length - 1)] ?? all[0],
  };
}

/** Makes keys, versions and ids repeat with the seed, so that what is sorted by them repeats too. @returns what ends it */
export function seedCrypto(chance: Chance): () => void {
  const { randomBytes, randomUUID } = crypto;
  const bytes = (size: number) => Buffer.from(Array.from({ length: size }, () => chance.between(0, 255)));
  const replace = (own: Partial<typeof crypto>) => {
    Object.assign(crypto, own);
    syncBuiltinESMExports();
  };
  replace({
    randomBytes: bytes as typeof randomBytes,
    randomUUID: () => {
      const hex = bytes(16).toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },
  });
  return () => replace({ randomBytes, randomUUID });
}
