import type { Duration, Fingerprint, Instant, Shows } from '../../src/core/model.ts';
import type { Chance } from './random-chance.ts';
import type { Secret, Version } from './random-vault.ts';

/** A key in somebody's hands: since when, and when the rotator gave it to them. */
export interface Hold {
  readonly key: Fingerprint | null;
  readonly version: Version;
  readonly since: Instant;
  /** When the rotator wrote the version with this key that was read last; 0 where a person did. */
  readonly givenAt: Instant;
}

interface Token {
  readonly key: Fingerprint;
  readonly until: Instant;
  readonly hold: Hold;
}

/** An application that reads secrets; `unlisted` ones are known by the policy's word alone. */
export class Reader {
  name: string;
  /** Under which it may be awaited, and so given up. */
  readonly formerNames: string[] = [];
  readonly kind: 'ack' | 'elapsed' | 'unlisted';
  /** It reads again at least this often; null where nobody promises that. */
  readonly every: Duration | null;
  secrets: readonly Secret[];
  /** Finds no key beside an AuthType. */
  readonly isOlder: boolean;
  /** Whether it ever switches and says so. */
  readonly responsive: boolean;
  /** Clients hold tokens this long after it has moved on; never longer than any policy states. */
  readonly tokenLifetime: Duration;
  readonly holds = new Map<Secret, Hold>();
  tokens: Token[] = [];
  /** Removed from the configuration while nothing rotated, so it had been gone before. */
  gone = false;
  nextPoll: Instant = Number.POSITIVE_INFINITY;
  missedPoll = false;

  constructor(
    name: string,
    kind: 'ack' | 'elapsed' | 'unlisted',
    every: Duration | null,
    secrets: readonly Secret[],
    isOlder: boolean,
    responsive: boolean,
    tokenLifetime: Duration,
  ) {
    this.name = name;
    this.kind = kind;
    this.every = every;
    this.secrets = secrets;
    this.isOlder = isOlder;
    this.responsive = responsive;
    this.tokenLifetime = tokenLifetime;
  }

  /** Takes up the current version, if there is one to be read. */
  read(secret: Secret, now: Instant): void {
    if (secret.readable !== undefined) this.take(secret, secret.readable, now);
    else this.missedPoll = true;
  }

  take(secret: Secret, version: Version, now: Instant): void {
    const before = this.holds.get(secret);
    const key = this.keyOf(version);
    const isSame = before?.key === key;
    if (before != null && !isSame) this.leave(before, now);
    const givenAt = version.by === 'rotator' ? version.createdAt : isSame ? before.givenAt : 0;
    this.holds.set(secret, { key, version, since: isSame ? before.since : now, givenAt });
  }

  /** @param until nothing is written before it, so that of several reads the first is enough */
  poll(now: Instant, until: Instant, chance: Chance): void {
    if (this.every === null || now < this.nextPoll) return;
    for (const secret of this.secrets) this.read(secret, now);
    // Mostly as late as it may.
    this.nextPoll = now + (chance.odds(0.6) ? this.every : chance.between(1, this.every / 1_000) * 1_000);
    this.nextPoll += Math.max(0, Math.floor((until - this.nextPoll) / this.every)) * this.every;
  }

  keyOf({ text, key, ambiguous }: Version): Fingerprint | null {
    return text === 'passwordless' || (ambiguous && this.isOlder) ? null : key;
  }

  /** How this key is in use by it; undefined where it is not. */
  useOf(key: Fingerprint, now: Instant, exceptTokens = false): Hold | undefined {
    if (this.gone) return undefined;
    for (const hold of this.holds.values()) if (hold.key === key) return hold;
    if (exceptTokens) return undefined;
    return this.tokens.find((t) => t.key === key && t.until > now)?.hold;
  }

  /** Where it has the key from that it uses, or that its clients' tokens were signed with. */
  secretsWith(key: Fingerprint, now: Instant): readonly Secret[] {
    const held = [...this.holds].filter(([, hold]) => hold.key === key).map(([secret]) => secret);
    const signed = this.tokens.filter((t) => t.key === key && t.until > now).map(({ hold }) => hold.version.id);
    return [...held, ...this.secrets.filter((secret) => secret.versions.some(({ id }) => signed.includes(id)))];
  }

  /** What it truly says of itself, and the key that is understood by it; undefined where it has not read the secret yet. */
  shows(secret: Secret, chance: Chance): { readonly shows: Shows; readonly key: Fingerprint | null } | undefined {
    const hold = this.holds.get(secret);
    if (hold === undefined) return undefined;
    const { key, version } = hold;
    if (chance.odds(0.5)) return { shows: { by: 'version', version: version.id }, key: version.key };
    return { shows: key === null ? { by: 'entra' } : { by: 'fingerprint', fingerprint: key }, key };
  }

  private leave(hold: Hold, now: Instant): void {
    const { key } = hold;
    this.tokens = this.tokens.filter((t) => t.until > now);
    if (key !== null) this.tokens.push({ key, until: now + this.tokenLifetime, hold });
  }
}
