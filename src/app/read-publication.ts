import type { PublicationCode } from '../core/codes.ts';
import { unjudgedVersions } from '../core/memory.ts';
import {
  type Duration,
  type Fingerprint,
  type Instant,
  type Publication,
  type PublicationMemory,
  type PublicationSeen,
  parseFingerprint,
  type VersionSeen,
} from '../core/model.ts';
import { Obstacle, SecretDisabled, Unavailable } from './errors.ts';
import { installationMark, isManagedByAnother } from './installation.ts';
import { type CurrentSecret, type Judgement, judgeCurrent, keyCarriedBy, type Owner } from './judge-text.ts';
import type { ProbeAddress, Secrets, SecretVersion } from './ports.ts';

/** One publication as it was read in this look, and the text that a new version would be based on. */
export interface PublicationLook {
  readonly seen: PublicationSeen;
  readonly format: Publication['format'];
  /** null where it could not be read. */
  readonly base: CurrentSecret | null;
  /** null where it does not say, or cannot be used. */
  readonly address: ProbeAddress | null;
}

export interface PublicationQuestion extends Owner {
  readonly secrets: Secrets;
  readonly installation: string;
  readonly lookback: Duration;
  /** Tell every enabled version's key again: what is disabled at the end of a rotation must be all of it. */
  readonly judgesAll: boolean;
  readonly now: Instant;
}

/** Reads a publication's current version, and the versions whose key the ledger has not judged yet. */
export async function readPublication(
  publication: Publication,
  memory: PublicationMemory | null,
  question: PublicationQuestion,
): Promise<PublicationLook> {
  const { secret, required, format } = publication;
  try {
    const listed = await question.secrets.versions(secret);
    const { base, current, address, text } = await readCurrent(publication, listed, question);
    const versions = await judge(publication, inOrder(listed, base), memory, base, question);
    const managedByAnother = base !== null && isManagedByAnother(base.tags, question.installation);
    const expiresAt = base?.expiresAt ?? null;
    return { seen: { secret, required, managedByAnother, current, text, expiresAt, versions }, format, base, address };
  } catch (error) {
    const current = { is: 'unusable', code: codeOf(error), version: null, fingerprint: null } as const;
    return {
      seen: { secret, required, managedByAnother: false, current, text: null, expiresAt: null, versions: [] },
      format,
      base: null,
      address: null,
    };
  }
}

/** Key Vault keeps whole seconds and lists by id: of versions made in one second, the current one came last. */
const inOrder = (listed: readonly SecretVersion[], base: CurrentSecret | null): readonly SecretVersion[] =>
  listed.toSorted(
    (a, b) => a.createdAt - b.createdAt || Number(a.version === base?.version) - Number(b.version === base?.version),
  );

/** @throws what is no trouble of the publication */
function codeOf(error: unknown): PublicationCode {
  if (error instanceof Unavailable) return 'PublicationUnreadable';
  const code = error instanceof Obstacle ? error.code : null;
  if (code === 'SecretMissing' || code === 'SecretDeleted' || code === 'PublicationUnreadable') return code;
  throw error;
}

async function readCurrent(
  { secret, format }: Publication,
  listed: readonly SecretVersion[],
  question: PublicationQuestion,
): Promise<Judgement & { readonly base: CurrentSecret | null }> {
  try {
    const base = await question.secrets.read(secret);
    return { ...judgeCurrent(base, format, question), base };
  } catch (error) {
    if (!(error instanceof SecretDisabled)) throw error;
    const newest = listed.at(-1);
    const fingerprint = newest === undefined ? null : fingerprintTag(newest);
    const current = { is: 'unusable', code: 'SecretDisabled', version: newest?.version ?? null, fingerprint } as const;
    return { current, base: null, address: null, text: null };
  }
}

async function judge(
  publication: Publication,
  listed: readonly SecretVersion[],
  memory: PublicationMemory | null,
  base: CurrentSecret | null,
  question: PublicationQuestion,
): Promise<readonly VersionSeen[]> {
  const unjudged = new Set(unjudgedVersions(listed, memory, question.lookback, question.now));
  const isWanted = (v: SecretVersion): boolean => unjudged.has(v) || (question.judgesAll && v.enabled);
  const seen: VersionSeen[] = [];
  for (const version of listed) {
    const key = isWanted(version) ? await keyOfVersion(publication, version, base, question) : 'unjudged';
    const { createdAt, enabled, tags } = version;
    const isMarked = tags.ManagedBy === installationMark(question.installation);
    seen.push({ version: version.version, createdAt, enabled, isMarked, key });
  }
  return seen;
}

/** The value tells best: a tag may have been copied from a predecessor. A disabled version has only its tag. */
async function keyOfVersion(
  { secret, format }: Publication,
  version: SecretVersion,
  base: CurrentSecret | null,
  { keys, secrets }: PublicationQuestion,
): Promise<VersionSeen['key']> {
  if (base?.version === version.version) return keyCarriedBy(base.value, format, keys);
  if (!version.enabled) return fingerprintTag(version) ?? 'unknown';
  try {
    return keyCarriedBy((await secrets.read(secret, version.version)).value, format, keys);
  } catch (error) {
    if (error instanceof SecretDisabled) return fingerprintTag(version) ?? 'unknown';
    throw error;
  }
}

const fingerprintTag = ({ tags }: SecretVersion): Fingerprint | null => parseFingerprint(tags.KeyFingerprint ?? '');
