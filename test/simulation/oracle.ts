import type { Ask } from '../../local/azure/http.ts';
import { fieldOf } from '../../local/azure/http.ts';
import { rotator } from '../../local/azure/identity.ts';
import type { SignalRResource } from '../../local/azure/signalr-resource.ts';
import type { Vault } from '../../local/azure/vault.ts';
import type { SimulatedConsumer } from './consumer.ts';
import { keyIn } from './key-in.ts';
import type { Wiretap } from './wire.ts';

/** A use of a key that may be cut off, and why nobody is to blame. */
export type Excuse = (use: {
  readonly consumer: string;
  readonly key: string;
  readonly by: 'itself' | 'token';
}) => boolean;

export interface Watched {
  readonly resource: SignalRResource;
  readonly vaults: readonly Vault[];
  readonly consumers: readonly SimulatedConsumer[];
}

/**
 * Looks at the resource, the vaults and the consumers after every step, and never at the ledger: what the rotator believes of the world is not asked.
 */
export class Oracle implements Wiretap {
  /** What must never happen, each once. */
  readonly violations = new Set<string>();
  /** Consumers whose calls, or whose clients' calls, are refused because of us. */
  readonly refused = new Set<string>();
  readonly #watched: Watched;
  readonly #excuses: Excuse[] = [];
  readonly #keys = new Set<string>();
  readonly #killedByHand = new Set<string>();

  constructor(watched: Watched) {
    this.#watched = watched;
    this.check();
  }

  /** From now on such a use is nobody's fault: a person regenerated the key, say, or gave the consumer up by name. */
  excuse(excuse: Excuse): void {
    this.#excuses.push(excuse);
  }

  /** A person killed that key: its uses are excused, and so is a publication of it that was on its way. */
  killedByHand(key: string): void {
    this.#killedByHand.add(key);
    this.excuse((use) => use.key === key);
  }

  /** Every key that was ever seen in a slot, the current ones included. */
  get keys(): readonly string[] {
    return [...this.#keys];
  }

  /** Nobody is refused, now. */
  check(): void {
    const { resource, consumers } = this.#watched;
    const now = Date.now();
    for (const key of Object.values(resource.keys)) this.#keys.add(key);
    const accepted = resource.acceptedKeys;
    for (const consumer of consumers) {
      consumer.takeUp(now);
      for (const { key, by } of this.#usesOf(consumer)) {
        if (!accepted.includes(key))
          this.refused.add(`${consumer.name}, by ${by === 'token' ? 'a token' : 'its own key'}`);
      }
    }
  }

  before(ask: Ask): void {
    if (ask.method === 'POST' && /\/regenerateKey$/i.test(ask.path)) this.#beforeRegeneration(ask);
    if (ask.method === 'PUT') this.#beforePublication(ask);
    if (ask.method === 'PATCH') this.#beforeDisabling(ask);
  }

  after(): void {
    this.check();
  }

  /** Of what the rotator had regenerated since, and changed: which slots, in order. */
  regeneratedSince(at: number): readonly string[] {
    return this.#watched.resource.operations
      .filter(({ by, end, startedAt }) => by === rotator && end === 'changed' && startedAt >= at)
      .map(({ slot }) => slot);
  }

  #beforeRegeneration({ body }: Ask): void {
    const { resource, consumers } = this.#watched;
    if (resource.runningOperation !== null) return;
    const slot = fieldOf(body, 'keyType') === 'Primary' ? 'primary' : 'secondary';
    const key = resource.keys[slot];
    for (const consumer of consumers) {
      const use = this.#usesOf(consumer).find((each) => each.key === key);
      if (use) this.violations.add(`regenerated the ${slot} key while ${consumer.name} used it (${use.by})`);
    }
    for (const vault of this.#watched.vaults) {
      const carried = vault.secrets.map(({ name }) => vault.current(name)?.value ?? '').map(keyIn);
      if (carried.includes(key)) this.violations.add(`regenerated the ${slot} key while ${vault.name} offered it`);
    }
  }

  #beforePublication({ host, body }: Ask): void {
    const key = keyIn(String(fieldOf(body, 'value')));
    if (key === null || !this.#keys.has(key) || this.#killedByHand.has(key)) return;
    if (!this.#watched.resource.accepts(key)) {
      this.violations.add(`published a key in ${host} that the service refuses`);
    }
  }

  #beforeDisabling({ host, path, body }: Ask): void {
    const vault = this.#watched.vaults.find((each) => each.host === host);
    const [, , name = '', version = ''] = path.split('/');
    if (fieldOf(fieldOf(body, 'attributes'), 'enabled') !== false) return;
    if (vault?.current(name)?.version === version) this.violations.add(`disabled the current version in ${host}`);
  }

  /** The same key is of interest once: by the application itself where it does. */
  #usesOf(consumer: SimulatedConsumer) {
    const { name } = consumer;
    return consumer
      .inUse(Date.now())
      .filter(({ key, by }) => !this.#excuses.some((excuse) => excuse({ consumer: name, key, by })));
  }
}
