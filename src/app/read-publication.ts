import { unjudgedVersions } from '../core/memory.ts';
import {
  type Current,
  type Duration,
  type Fingerprint,
  type Instant,
  type PublicationMemory,
  type PublicationSeen,
  parseFingerprint,
  type SecretId,
  type VersionSeen,
} from '../core/model.ts';
import { SecretDisabled, SecretForbidden, SecretNotFound, Unavailable } from './errors.ts';
import type { ProbeAddress, Secrets, SecretVersion } from './ports.ts';
import { keyIn, type SlotKeys, slotKeyWithin, tryParse } from './secret-text.ts';
import type { SecretValue } from './secret-value.ts';

export type CurrentSecret = SecretVersion & { readonly value: SecretValue };

/** One publication as it was read in this look, and the text that a new version would be based on. */
export interface PublicationLook {
  readonly seen: PublicationSeen;
  /** null where it could not be read. */
  readonly base: CurrentSecret | null;
  /** null where it is not keyed. */
  readonly address: ProbeAddress | null;
}

export interface PublicationQuestion {
  readonly secrets: Secrets;
  readonly keys: SlotKeys;
  /** Lower-case host names of the target. */
  readonly hostNames: readonly string[];
  readonly lookback: Duration;
  readonly now: Instant;
}

/** Reads a publication's current version, and the versions whose key the ledger has not judged yet. */
export async function readPublication(
  secret: SecretId,
  required: boolean,
  memory: PublicationMemory | null,
  question: PublicationQuestion,
): Promise<PublicationLook> {
  try {
    const listed = await question.secrets.versions(secret);
    const current = await readCurrent(secret, listed, question);
    const versions = await judge(secret, listed, memory, current, question);
    const seen = { secret, required, current: current.current, versions };
    return { seen, base: current.base, address: current.address };
  } catch (error) {
    const unreadable =
      error instanceof SecretForbidden || error instanceof SecretNotFound || error instanceof Unavailable;
    if (!unreadable) throw error;
    const current = { is: 'unusable', code: 'PublicationUnreadable', version: null, fingerprint: null } as const;
    return { seen: { secret, required, current, versions: [] }, base: null, address: null };
  }
}

interface CurrentLook {
  readonly current: Current;
  readonly base: CurrentSecret | null;
  readonly address: ProbeAddress | null;
}

async function readCurrent(
  secret: SecretId,
  listed: readonly SecretVersion[],
  { secrets, keys, hostNames }: PublicationQuestion,
): Promise<CurrentLook> {
  try {
    const base = await secrets.read(secret);
    return { ...judgeText(base, keys, hostNames), base };
  } catch (error) {
    if (!(error instanceof SecretDisabled)) throw error;
    const newest = listed.at(-1);
    const fingerprint = newest === undefined ? null : fingerprintTag(newest);
    const current = { is: 'unusable', code: 'SecretDisabled', version: newest?.version ?? null, fingerprint } as const;
    return { current, base: null, address: null };
  }
}

function judgeText(
  { version, value }: CurrentSecret,
  keys: SlotKeys,
  hostNames: readonly string[],
): Omit<CurrentLook, 'base'> {
  const parsed = tryParse(value);
  if (parsed === null) {
    const fingerprint = slotKeyWithin(value, keys);
    return { current: { is: 'unusable', code: 'NotAConnectionString', version, fingerprint }, address: null };
  }
  const fingerprint = keyIn(value)?.fingerprint() ?? null;
  if (!hostNames.includes(parsed.hostname.toLowerCase())) {
    return { current: { is: 'unusable', code: 'ForeignEndpoint', version, fingerprint }, address: null };
  }
  if (fingerprint === null) return { current: { is: 'passwordless', version }, address: null };
  const { ambiguousAuth, server, audience } = parsed;
  return {
    current: { is: 'keyed', version, fingerprint, ambiguousAuth },
    address: { server: server.replace(/\/$/, ''), audience: new URL(audience).origin },
  };
}

async function judge(
  secret: SecretId,
  listed: readonly SecretVersion[],
  memory: PublicationMemory | null,
  { base }: CurrentLook,
  { secrets, keys, lookback, now }: PublicationQuestion,
): Promise<readonly VersionSeen[]> {
  const unjudged = new Set(unjudgedVersions(listed, memory, lookback, now));
  const seen: VersionSeen[] = [];
  for (const version of listed) {
    const key = unjudged.has(version) ? await keyOfVersion(secret, version, base, keys, secrets) : 'unjudged';
    seen.push({ version: version.version, createdAt: version.createdAt, enabled: version.enabled, key });
  }
  return seen;
}

/** The value tells best: a tag may have been copied from a predecessor. A disabled version has only its tag. */
async function keyOfVersion(
  secret: SecretId,
  version: SecretVersion,
  base: CurrentSecret | null,
  keys: SlotKeys,
  secrets: Secrets,
): Promise<VersionSeen['key']> {
  if (base?.version === version.version) return keyWithin(base.value, keys);
  if (!version.enabled) return fingerprintTag(version) ?? 'unknown';
  try {
    return keyWithin((await secrets.read(secret, version.version)).value, keys);
  } catch (error) {
    if (error instanceof SecretDisabled) return fingerprintTag(version) ?? 'unknown';
    throw error;
  }
}

const fingerprintTag = ({ tags }: SecretVersion): Fingerprint | null => parseFingerprint(tags.KeyFingerprint ?? '');

const keyWithin = (value: SecretValue, keys: SlotKeys): Fingerprint | 'none' =>
  keyIn(value)?.fingerprint() ?? slotKeyWithin(value, keys) ?? 'none';
