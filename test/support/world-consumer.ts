import type { Vault } from '../../local/azure/vault.ts';
import type { ConsumerReading } from '../../src/app/ports.ts';
import { SecretValue } from '../../src/app/secret-value.ts';
import { isKeyed, parse } from '../../src/connection-string/parse.ts';
import type { Duration, EvidenceSource, Instant, Publication, Shows } from '../../src/core/model.ts';

export interface WorldConsumerOptions {
  readonly name: string;
  readonly vault: Vault;
  readonly secret: string;
  readonly format: Publication['format'];
  /** Of the target: what names another is no business of the oracle's. */
  readonly hostName: string;
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
  /** Takes up nothing when it is pushed: refresh, restart, or neither. */
  deafTo: readonly ('refresh' | 'restart')[] = [];
  /** Why it shows nothing when it is asked. */
  trouble: ConsumerReading['trouble'] = null;
  #startedAt: Instant = Number.NEGATIVE_INFINITY;
  #isStopped = false;

  constructor(options: WorldConsumerOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** What an evidence of that kind would show of it. */
  shows(kind: EvidenceSource['kind']): Shows {
    if (kind === 'container-app') return { by: 'started', startedAt: this.#startedAt };
    if (kind === 'probe' && this.#key === '' && !this.#isStopped) return { by: 'entra' };
    if (kind === 'probe') return { by: 'fingerprint', fingerprint: new SecretValue(this.#key).fingerprint() };
    return { by: 'version', version: this.#version };
  }

  /** Goes back to a version that it used before: a swap of slots. */
  goBackTo(version: string, now: Instant): void {
    const { vault, secret, tokenLifetime } = this.#options;
    const before = vault.versions(secret).find((v) => v.version === version);
    if (before === undefined) throw new Error('There is no such version.');
    this.#tokens.push({ key: this.#key, until: now + tokenLifetime });
    this.#key = this.#keyIn(before.value) ?? '';
    this.#version = version;
    this.#readAt = now;
  }

  get version(): string {
    return this.#version;
  }

  /** Every key that a call of this consumer or of its clients may be signed with now. */
  keysInUse(now: Instant, withTokens = true): readonly string[] {
    const signed = withTokens ? this.#tokens.filter(({ until }) => now < until) : [];
    return [this.#key, ...signed.map(({ key }) => key)].filter((k) => k !== '');
  }

  /** The application is gone, and its clients with it. */
  stop(): void {
    this.#isStopped = true;
    this.#key = '';
    this.#tokens = [];
  }

  /** Deployed anew: it reads the secret at its next tick. */
  start(): void {
    this.#isStopped = false;
    this.#version = '';
    this.#readAt = Number.NEGATIVE_INFINITY;
  }

  async tick(now: Instant): Promise<void> {
    if (this.#isStopped) return;
    const { rereads } = this.#options;
    if (rereads === null ? this.#key === '' : now - this.#readAt >= rereads) await this.restart(now);
  }

  /** Says again what it uses. */
  async acknowledge(): Promise<void> {
    await this.#options.onSwitch?.(this.#version);
  }

  /** Reads the secret again. A secret that cannot be read leaves the consumer on what it has. */
  async restart(now: Instant): Promise<void> {
    const { vault, secret, tokenLifetime, onSwitch } = this.#options;
    this.#readAt = now;
    const current = vault.current(secret);
    if (current === null || !current.enabled || current.version === this.#version) return;
    const key = this.#keyIn(current.value);
    if (key === null) return;
    if (this.#key !== '') this.#tokens.push({ key: this.#key, until: now + tokenLifetime });
    this.#key = key;
    this.#version = current.version;
    this.#startedAt = now;
    if (!this.isMuted) await onSwitch?.(current.version);
  }

  /** null for what does not start: the platform then keeps the instance that runs. Empty: no key of this resource. */
  #keyIn(text: string): string | null {
    const { format, hostName } = this.#options;
    if (format === 'access-key') return text;
    const parsed = tryParse(text);
    if (parsed === null) return null;
    return isKeyed(parsed) && parsed.hostname === hostName ? parsed.credential.accessKey : '';
  }
}

function tryParse(text: string): ReturnType<typeof parse> | null {
  try {
    return parse(text);
  } catch {
    return null;
  }
}
