import type { Current, Fingerprint, Instant, Publication, SecretId, Slot } from '../../src/core/model.ts';

/** `keyed` and `passwordless` are connection strings of the target; `garbage` may hold a key that a lenient reader finds. */
export type Text = 'keyed' | 'passwordless' | 'foreign' | 'garbage' | 'bare';

export interface Tags {
  readonly fingerprint: Fingerprint | null;
  /** `ProviderAddress` names the target. */
  readonly provider: boolean;
  readonly mark: 'ours' | 'another' | null;
}

export interface Content {
  readonly text: Text;
  readonly key: Fingerprint | null;
  /** An AuthType beside the key. */
  readonly ambiguous: boolean;
  /** Stands for everything but the key: it must survive each rotation. */
  readonly parts: number;
  readonly tags: Tags;
}

export interface Version extends Content {
  readonly id: string;
  readonly createdAt: Instant;
  readonly by: 'human' | 'rotator';
  enabled: boolean;
  /** null while it is the newest. */
  supersededAt: Instant | null;
}

/** Whether it is for the rotator to write: the target's, and with a key to replace. */
export const isOfTarget = ({ text, key }: Content, foreign: Fingerprint): boolean =>
  text === 'keyed' || (text === 'bare' && key !== foreign);

/** One secret as it really is. */
export class Secret {
  readonly id: SecretId;
  readonly format: Publication['format'];
  versions: Version[] = [];
  wasPurged = false;
  deleted = false;
  /** The rotator may not read, or not write, it; its readers may. */
  forbidden = false;
  unwritable = false;
  /** Whether the rotator has looked at what its readers cannot read. */
  gapSeen = false;
  /** Purged versions too: who held them still does. */
  readonly everCarried = new Map<Fingerprint, Instant | null>();
  hadUntagged = false;
  #made = 0;

  constructor(id: SecretId, format: Publication['format']) {
    this.id = id;
    this.format = format;
  }

  get current(): Version | undefined {
    return this.deleted ? undefined : this.versions.at(-1);
  }

  /** By those who use it; the rotator's own access is another matter. */
  get readable(): Version | undefined {
    const { current } = this;
    return current?.enabled ? current : undefined;
  }

  write(content: Content, by: Version['by'], at: Instant): Version {
    const last = this.versions.at(-1);
    if (last !== undefined) this.leave(last, at);
    const { text, key, ambiguous, parts, tags } = content;
    const id = `${this.id.slice(-1)}${this.#made}`;
    this.#made += 1;
    const version = { text, key, ambiguous, parts, tags, id, by, createdAt: at, enabled: true, supersededAt: null };
    this.versions.push(version);
    if (key !== null) this.everCarried.set(key, null);
    return version;
  }

  disable(version: Version): void {
    version.enabled = false;
    if (version.tags.fingerprint === null) this.hadUntagged = true;
  }

  delete(at: Instant): void {
    this.deleted = true;
    this.gapSeen = false;
    const last = this.versions.at(-1);
    if (last?.key != null) this.everCarried.set(last.key, at);
  }

  recover(): void {
    this.deleted = false;
    const last = this.versions.at(-1);
    if (last?.key != null) this.everCarried.set(last.key, null);
  }

  purge(): void {
    this.wasPurged = true;
    this.versions = [];
    this.deleted = false;
  }

  /** What the rules of adoption call it; `keys` are those of the slots. */
  judge(keys: Readonly<Record<Slot, Fingerprint>>): Current {
    const unusable = (code: Extract<Current, { is: 'unusable' }>['code'], fingerprint: Fingerprint | null = null) =>
      ({ is: 'unusable', code, version: this.current?.id ?? null, fingerprint }) as const;
    if (this.forbidden) return { ...unusable('PublicationUnreadable'), version: null };
    if (this.deleted) return unusable('SecretDeleted');
    const { current } = this;
    if (current === undefined) return unusable('SecretMissing');
    if (!current.enabled) return unusable('SecretDisabled', current.tags.fingerprint);
    const { id: version, key, ambiguous: ambiguousAuth, text, tags } = current;
    const inSlot = key !== null && (key === keys.primary || key === keys.secondary) ? key : null;
    if (text === 'foreign') return unusable('ForeignEndpoint', key);
    if (text === 'passwordless') return { is: 'passwordless', version };
    if (text === 'garbage')
      return unusable(this.format === 'access-key' ? 'UnrecognisedKey' : 'NotAConnectionString', inSlot);
    if (key === null || (text === 'bare' && inSlot === null && !tags.provider)) return unusable('UnrecognisedKey');
    return { is: 'keyed', version, fingerprint: key, ambiguousAuth };
  }

  private leave(version: Version, at: Instant): void {
    version.supersededAt = at;
    if (version.key !== null && this.everCarried.get(version.key) === null) this.everCarried.set(version.key, at);
  }
}
