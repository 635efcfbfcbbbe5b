import type { Duration, Instant } from '../../src/core/model.ts';
import { keyIn } from './key-in.ts';

/** What an application has in its hands: a secret's text and the version that it came with. */
export interface Held {
  readonly value: string;
  readonly version: string;
}

export interface ConsumerOptions {
  readonly name: string;
  /** What its configuration gives it now; null while it gives nothing that starts. */
  readonly held: () => Held | null;
  readonly tokenLifetime: Duration;
}

/** An application that signs with the key in its connection string, and clients that keep the tokens it gave them. */
export class SimulatedConsumer {
  readonly name: string;
  readonly #options: ConsumerOptions;
  #key: string | null = null;
  #version = '';
  #tokens: { readonly key: string; readonly until: Instant }[] = [];

  constructor(options: ConsumerOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get key(): string | null {
    return this.#key;
  }

  get version(): string {
    return this.#version;
  }

  /** Notices what its configuration gives it. Tokens that it handed out until now live on. */
  takeUp(now: Instant): void {
    const held = this.#options.held();
    if (held === null || held.version === this.#version) return;
    const key = keyIn(held.value);
    // What does not start leaves the instance that runs.
    if (key === null) return;
    if (this.#key !== null) this.#tokens.push({ key: this.#key, until: now + this.#options.tokenLifetime });
    this.#key = key;
    this.#version = held.version;
  }

  /** Keys that a call of it, or of a client with its token, may be signed with now. */
  inUse(now: Instant): readonly { readonly key: string; readonly by: 'itself' | 'token' }[] {
    this.#tokens = this.#tokens.filter(({ until }) => now < until);
    const tokens = this.#tokens.map(({ key }) => ({ key, by: 'token' as const }));
    return this.#key === null ? tokens : [{ key: this.#key, by: 'itself' }, ...tokens];
  }
}
