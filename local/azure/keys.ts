import { createHash, randomBytes } from 'node:crypto';

/** 44 characters: 32 bytes in base64, without a date. 84: what the service makes today. */
export type KeyShape = 44 | 84;

const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const lettersAndDigits = base64Alphabet.slice(0, 62);

export function newKey(shape: KeyShape, madeAt: number): string {
  if (shape === 44) return randomBytes(32).toString('base64');
  const made = new Date(madeAt);
  const year = base64Alphabet.charAt(made.getUTCFullYear() - 2024);
  const month = base64Alphabet.charAt(made.getUTCMonth());
  return `${randomText(52)}JQQJ99${year}${month}${randomText(12)}AAAAASRS${randomText(4)}`;
}

export function fingerprintOf(key: string): string {
  return `sha256:${createHash('sha256').update(key, 'utf8').digest('hex').slice(0, 16)}`;
}

function randomText(length: number): string {
  return Array.from(randomBytes(length), (byte) => lettersAndDigits.charAt(byte % 62)).join('');
}
