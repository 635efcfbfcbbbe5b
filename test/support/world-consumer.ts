import type { Vault } from '../../local/azure/vault.ts';
import { isKeyed, parse } from '../../src/connection-string/parse.ts';
import type { Duration, Instant } from '../../src/core/model.ts';

export interface WorldConsumerOptions {
  readonly name: string;
  readonly vault: Vault;
  readonly secret: string;
  /** null: only when it is restarted. */
  readonly rereads: Duration | null;
  readonly tokenLifetime: Duration;
  /** Called with the version that it uses now. */
  readonly onSwitch?: (version: string) => Promise<void>;
}

/** What a real application does with a connection string: reads it, keeps it, and has clients with tokens signed by it. */
export class WorldConsumer {
  readonly name: string;
  readonly #options: WorldConsumerOptions;
  #key = '';
  #version = '';
  #readAt: Instant = Number.NEGATIVE_INFINITY;
  #tokens: { readonly key: string; readonly until: Instant }[] = [];
  isMuted = false;

  constructor(options: WorldConsumerOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get version(): string {
    return this.#version;
  }

  /** Every key that a call of this consumer or of its clients may be signed with now. */
  keysInUse(now: Instant): readonly string[] {
    return [this.#key, ...this.#tokens.filter(({ until }) => now < until).map(({ key }) => key)].filter(
      (k) => k !== '',
    );
  }

  async tick(now: Instant): Promise<void> {
    const { rereads } = this.#options;
    if (rereads === null ? this.#key === '' : now - this.#readAt >= rereads) await this.restart(now);
  }

  /** Reads the secret again. A secret that cannot be read leaves the consumer on what it has. */
  async restart(now: Instant): Promise<void> {
    const { vault, secret, tokenLifetime, onSwitch } = this.#options;
    this.#readAt = now;
    const current = vault.current(secret);
    if (current === null || !current.enabled || current.version === this.#version) return;
    const parsed = tryParse(current.value);
    if (parsed === null) return;
    if (this.#key !== '') this.#tokens.push({ key: this.#key, until: now + tokenLifetime });
    this.#key = isKeyed(parsed) ? parsed.credential.accessKey : '';
    this.#version = current.version;
    if (!this.isMuted) await onSwitch?.(current.version);
  }
}

/** An application whose configuration is broken fails its start, and the platform keeps the instance that runs. */
function tryParse(text: string): ReturnType<typeof parse> | null {
  try {
    return parse(text);
  } catch {
    return null;
  }
}
