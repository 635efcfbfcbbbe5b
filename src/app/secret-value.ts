import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import type { Fingerprint } from '../core/model.ts';

const MASK = '[secret]';

/** Key material in memory. It refuses to become text except through `reveal()`, which lint allows in few files. */
export class SecretValue {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself, for the one call that needs it. */
  reveal(): string {
    return this.#text;
  }

  /** `sha256:` and the first 16 hex digits of SHA-256 over the UTF-8 text. */
  fingerprint(): Fingerprint {
    return `sha256:${createHash('sha256').update(this.#text, 'utf8').digest('hex').slice(0, 16)}` as Fingerprint;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
