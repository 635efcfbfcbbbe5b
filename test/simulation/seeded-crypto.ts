import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import type { Chance } from '../../local/chance.ts';

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
