import { type Control, NO_CONTROL } from '../../src/core/control.ts';
import {
  type Duration,
  type Fingerprint,
  type Instant,
  otherSlot,
  type PendingRequest,
  type ProbeResult,
  type SecretId,
  type Slot,
  type Target,
  type Tip,
} from '../../src/core/model.ts';
import { aResourceId, DAY, HOUR, MINUTE, NOON, SECOND } from '../support/scene.ts';
import type { Chance } from './random-chance.ts';
import type { Ack, Configuration, Key, Operation, Promises } from './random-facts.ts';
import type { Reader } from './random-reader.ts';
import { type Excuse, NO_EXCUSE } from './random-tips.ts';
import type { Content, Secret } from './random-vault.ts';

const MONTH_OF_KEY = 32 * DAY;
const name = (n: number): Fingerprint => `sha256:${n.toString(16).padStart(16, '0')}` as Fingerprint;
export const FOREIGN_KEY = name(0xf0f0);
/** Of the empty text: what stands for the keys of a resource without local authentication. */
const NO_KEY = name(0xe3b0);

/** What is really so: which keys live, who holds them, what is under way. Nothing here asks src/core. */
export class World {
  readonly chance: Chance;
  readonly promises: Promises;
  readonly configuration: Configuration;
  /** Telling costs more than living: only for the replay of one world. */
  readonly tells: boolean;
  now: Instant = NOON;
  readonly keys = new Map<Fingerprint, Key>();
  slots: Record<Slot, Fingerprint>;
  readonly everInSlots: Fingerprint[] = [];
  operations: Operation[] = [];
  busy = false;
  stopped = false;
  localAuthOff = false;
  /** Operations succeed and change nothing. */
  stuck: Slot | null = null;
  /** `open` takes any key. */
  dataPlane: 'up' | 'unreachable' | 'forbidden' | 'open' = 'up';
  readonly secrets: Secret[] = [];
  readonly readers: Reader[] = [];
  acks: Ack[] = [];
  /** The newest of each consumer and secret that the rotator has taken up, and the key that was really meant. */
  readonly delivered = new Map<string, { readonly at: Instant; readonly key: Fingerprint | null }>();
  requests: PendingRequest[] = [];
  tips: Tip[] = [];
  /** Keys that somebody who is trusted has reported. */
  readonly believed = new Set<Fingerprint>();
  control: Control = NO_CONTROL;
  readonly violations: string[] = [];
  readonly story: string[] = [];
  /** What the ledger has been told: promises and excuses depend on it. */
  firstSeenAt: (secret: SecretId) => Instant = () => Number.POSITIVE_INFINITY;
  isKnown: (secret: SecretId, version: string) => boolean = () => false;
  /** Names of consumers and publications that a look has found: of others nobody can know that they were there. */
  readonly lookedAt = new Set<string>();
  /** Attempts to regenerate each key, sent or not. */
  readonly attempts = new Map<Fingerprint, number>();
  readonly spread: number;
  #parts = 0;

  constructor(chance: Chance, promises: Promises, configuration: Configuration, tells: boolean) {
    this.chance = chance;
    this.promises = promises;
    this.configuration = configuration;
    this.tells = tells;
    this.slots = { primary: this.makeKey(this.now - chance.between(0, 200) * DAY, 0), secondary: NO_KEY };
    this.slots.secondary = this.makeKey(this.now - chance.between(0, 200) * DAY, 0);
    this.spread = chance.next();
  }

  get target(): Target {
    const { publications, consumers, policy } = this.configuration;
    return {
      name: 'chat-prod',
      resourceId: aResourceId(),
      publications,
      consumers,
      group: 'g',
      repositories: [],
      spread: this.spread,
      policy,
    };
  }

  get ready(): boolean {
    return !this.busy && !this.stopped && !this.operations.some(({ status }) => status === 'running');
  }

  get listedKeys(): Readonly<Record<Slot, Fingerprint>> {
    return this.localAuthOff ? { primary: NO_KEY, secondary: NO_KEY } : this.slots;
  }

  isLive = (key: Fingerprint): boolean => this.slots.primary === key || this.slots.secondary === key;

  tell(sentence: () => string): void {
    if (this.tells) this.story.push(`${new Date(this.now).toISOString().slice(0, 19)} ${sentence()}`);
  }

  violate(law: string): void {
    this.tell(() => `VIOLATION ${law}`);
    this.violations.push(law);
  }

  secret(id: SecretId): Secret {
    const found = this.secrets.find((s) => s.id === id);
    if (found === undefined) throw new Error(`The world has no ${id}.`);
    return found;
  }

  /** What has arrived is handed over once; late and repeated ones come in whatever order they like. */
  takeAcks(): readonly Ack[] {
    const arrived = this.acks.filter(({ arrivesAt }) => arrivesAt <= this.now);
    if (arrived.length === 0) return arrived;
    this.acks = this.acks.filter(({ arrivesAt }) => arrivesAt > this.now);
    for (const { consumer, secret, at, key } of arrived) {
      const pair = `${consumer} ${secret}`;
      if ((this.delivered.get(pair)?.at ?? 0) < at) this.delivered.set(pair, { at, key });
    }
    return arrived.sort((a, b) => a.at - b.at);
  }

  /** A text that a person writes; `parts` are always new. */
  content(own: Partial<Content>): Content {
    this.#parts += 1;
    const tags = { fingerprint: null, provider: false, mark: null };
    return { text: 'keyed', key: null, ambiguous: false, parts: this.#parts, tags, ...own };
  }

  probe(key: Fingerprint): ProbeResult {
    if (this.dataPlane === 'unreachable' || this.dataPlane === 'forbidden') return this.dataPlane;
    if (this.dataPlane === 'open') return 'accepted';
    const known = this.keys.get(key);
    return known !== undefined && known.acceptedAt <= this.now && this.now < known.refusedAt ? 'accepted' : 'refused';
  }

  /** Everybody who uses the key, but for those who came to it by themselves after the rotator had looked. */
  usersOf(
    key: Fingerprint,
    decidedAt: Instant = Number.POSITIVE_INFINITY,
    excuse: Excuse = NO_EXCUSE,
  ): readonly string[] {
    const users: string[] = [];
    for (const reader of this.readers) {
      if (this.#isExcused(reader, key, excuse)) continue;
      const hold = reader.useOf(key, this.now, excuse.soak);
      if (hold !== undefined && (hold.since <= decidedAt || hold.givenAt > decidedAt)) users.push(reader.name);
    }
    return users;
  }

  /** By its name, or as one of those whom nobody lists as a reader of the secret that it has the key from. */
  #isExcused(reader: Reader, key: Fingerprint, { consumers }: Excuse): boolean {
    if ([reader.name, ...reader.formerNames].some((name) => consumers.includes(name))) return true;
    if (!consumers.includes('unlisted')) return false;
    const isListed = (id: SecretId): boolean =>
      this.configuration.consumers.some((c) => c.name === reader.name && c.reads.includes(id));
    return reader.secretsWith(key, this.now).some((secret) => !isListed(secret.id));
  }

  makeKey(madeAt: Instant, lag: Duration): Fingerprint {
    const fingerprint = name(this.keys.size + 1);
    const hasMonth = this.chance.odds(0.4);
    this.keys.set(fingerprint, {
      fingerprint,
      madeAt,
      hasMonth,
      acceptedAt: madeAt + lag,
      refusedAt: Number.POSITIVE_INFINITY,
    });
    this.everInSlots.push(fingerprint);
    return fingerprint;
  }

  /** Disabling deletes both keys for good; enabling makes new ones. */
  enableLocalAuth(): void {
    if (!this.localAuthOff) return;
    this.localAuthOff = false;
    this.replaceKey('primary');
    this.replaceKey('secondary');
  }

  replaceKey(slot: Slot): void {
    const lag = (): Duration => this.chance.pick([0, 0, 0, SECOND, MINUTE, 15 * MINUTE]);
    const old = this.keys.get(this.slots[slot]);
    if (old !== undefined) old.refusedAt = this.now + lag();
    this.slots[slot] = this.makeKey(this.now, lag());
    this.tell(() => `${slot} is ${this.slots[slot].slice(-2)} now, ${otherSlot(slot)} ${this.slots[otherSlot(slot)]}`);
  }

  monthOf(key: Fingerprint) {
    const known = this.keys.get(key);
    return known?.hasMonth ? { from: known.madeAt - MONTH_OF_KEY / 2, to: known.madeAt + MONTH_OF_KEY / 2 } : null;
  }

  /** Time goes by: operations arrive and end, readers read again. */
  advance(by: Duration): void {
    const until = this.now + by;
    for (;;) {
      const next = Math.min(until, ...this.readers.map((r) => r.nextPoll), ...this.operations.map(instantOf));
      this.now = Math.max(this.now, next);
      for (const operation of this.operations) if (instantOf(operation) <= this.now) this.#proceed(operation);
      for (const reader of this.readers) reader.poll(this.now, until, this.chance);
      if (next >= until) break;
    }
    this.#keepToLookback();
  }

  #proceed(operation: Operation): void {
    if (operation.status === 'on its way') {
      // One operation at a time, and none on a resource that is busy: it answers 409.
      operation.status = this.ready && !this.localAuthOff ? 'running' : 'refused';
      this.tell(() => `POST ${operation.slot} arrives: ${operation.status}`);
      return;
    }
    operation.status = operation.outcome === 'fails' ? 'failed' : 'succeeded';
    const key = this.slots[operation.slot];
    this.tell(() => `the operation on ${operation.slot} ${operation.outcome}`);
    if (operation.outcome !== 'changes' || this.stuck === operation.slot) return;
    const users = this.usersOf(key, operation.decidedAt, operation.excuse);
    if (users.length > 0) this.violate(`regenerated a key in use: ${key.slice(-2)} by ${users}`);
    this.replaceKey(operation.slot);
  }

  /** The promise behind `lookback`: what was superseded so long ago, before the ledger ever looked, has no readers left. */
  #keepToLookback(): void {
    const before = this.now - this.promises.lookback + this.promises.tokenLifetime + HOUR;
    for (const reader of this.readers) {
      for (const [secret, { version }] of reader.holds) {
        const { supersededAt } = version;
        if (supersededAt === null || supersededAt > before || supersededAt >= this.firstSeenAt(secret.id)) continue;
        reader.holds.delete(secret);
        if (secret.readable) reader.take(secret, secret.readable, this.now);
      }
    }
  }
}

const instantOf = ({ status, arrivesAt, duration }: Operation): Instant =>
  status === 'on its way' ? arrivesAt : status === 'running' ? arrivesAt + duration : Number.POSITIVE_INFINITY;
