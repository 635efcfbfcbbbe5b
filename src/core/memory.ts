import type {
  CarriedKey,
  Duration,
  Fingerprint,
  Instant,
  PublicationMemory,
  PublicationSeen,
  VersionSeen,
} from './model.ts';

/** Versions kept per key; a lost answer can leave two with one key, more is somebody else's pipeline. */
const VERSIONS_PER_KEY = 20;
/** Dead keys kept per publication; those of a slot are always kept. */
const DEAD_KEYS = 8;

type Listed = Pick<VersionSeen, 'version' | 'createdAt' | 'enabled'>;

/**
 * The versions whose key has to be told in this look. Those the ledger has judged are not read again: a version never
 * changes its value, and one that was disabled or purged since must not be forgotten.
 *
 * @param listed oldest first
 * @param lookback milliseconds to look back at a publication that the ledger has never seen
 */
export function unjudgedVersions<V extends Listed>(
  listed: readonly V[],
  memory: PublicationMemory | null,
  lookback: Duration,
  now: Instant,
): readonly V[] {
  return listed.filter((version, index) => {
    if (memory !== null) return !isJudged(version, memory);
    const supersededAt = listed[index + 1]?.createdAt ?? now;
    return supersededAt >= now - lookback;
  });
}

function isJudged({ version, createdAt, enabled }: Listed, { judgedThrough, carried }: PublicationMemory): boolean {
  const isUnknown = carried.some((key) => key.fingerprint === 'unknown' && key.versions.includes(version));
  // Somebody has enabled it since, so now its key can be told.
  if (isUnknown && enabled) return false;
  return createdAt < judgedThrough.at || judgedThrough.versions.includes(version);
}

/**
 * Folds one look at a publication into what is remembered of it.
 *
 * @param live the fingerprints that must not be forgotten, however long ago they were carried
 */
export function remember(
  seen: PublicationSeen,
  memory: PublicationMemory | null,
  live: readonly Fingerprint[],
  now: Instant,
): PublicationMemory | null {
  const newest = seen.versions.at(-1);
  if (newest === undefined) return memory && withoutSecret(seen, memory, now);
  const judged = seen.versions.reduce(addVersion, memory?.carried ?? []);
  return {
    firstSeenAt: memory?.firstSeenAt ?? now,
    readableSince: readableSince(seen, memory, now),
    judgedThrough: {
      at: newest.createdAt,
      versions: seen.versions.filter((v) => v.createdAt === newest.createdAt).map((v) => v.version),
    },
    carried: prune(
      judged.map((key) => ({ ...key, until: carriedUntil(key, seen, now) })),
      live,
    ),
  };
}

/** A secret that is gone has no current version; what cannot be read says nothing. */
function withoutSecret({ current }: PublicationSeen, memory: PublicationMemory, now: Instant): PublicationMemory {
  const isGone = current.is === 'unusable' && (current.code === 'SecretMissing' || current.code === 'SecretDeleted');
  const unreadable = { ...memory, readableSince: null };
  if (!isGone) return unreadable;
  return { ...unreadable, carried: memory.carried.map((key) => ({ ...key, until: key.until ?? now })) };
}

/** Before the first look nobody knows, and a secret that can be read then is taken to have been so all along. */
function readableSince({ current }: PublicationSeen, memory: PublicationMemory | null, now: Instant): Instant | null {
  if (current.is === 'unusable' && current.code === 'SecretDisabled') return null;
  return memory === null ? 0 : (memory.readableSince ?? now);
}

function addVersion(before: readonly CarriedKey[], { version, createdAt, key }: VersionSeen): readonly CarriedKey[] {
  if (key === 'unjudged') return before;
  const carried = key === 'unknown' ? before : before.flatMap((k) => withoutUnknown(k, version));
  const known = carried.find((k) => k.fingerprint === key);
  if (known === undefined)
    return [...carried, { fingerprint: key, versions: [version], since: createdAt, until: null }];
  if (known.versions.includes(version)) return carried;
  const grown = { ...known, versions: [...known.versions, version].slice(-VERSIONS_PER_KEY), until: null };
  return carried.map((k) => (k === known ? grown : k));
}

/** A version whose key can be told is no longer unknown. */
function withoutUnknown(key: CarriedKey, version: string): readonly CarriedKey[] {
  if (key.fingerprint !== 'unknown') return [key];
  const versions = key.versions.filter((v) => v !== version);
  return versions.length === 0 ? [] : [{ ...key, versions }];
}

/** A disabled current version counts as superseded from the look that found it so: nobody can read it any more. */
function carriedUntil(key: CarriedKey, seen: PublicationSeen, now: Instant): Instant | null {
  const current =
    seen.current.is === 'unusable' && seen.current.code === 'SecretDisabled' ? null : seen.current.version;
  if (current !== null && key.versions.includes(current)) return null;
  const last = seen.versions.findLastIndex((v) => key.versions.includes(v.version));
  const supersededAt = (last < 0 ? undefined : seen.versions[last + 1])?.createdAt;
  if (supersededAt === undefined) return key.until ?? now;
  // A look may have found the secret gone, by an answer that lied: where all of the key's versions are there, the list knows.
  const isWhole = key.versions.every((version) => seen.versions.some((v) => v.version === version));
  return isWhole ? supersededAt : Math.max(key.until ?? 0, supersededAt);
}

/** A dead key never comes back, so a few are enough. What is no key is one entry each, and stays. */
function prune(carried: readonly CarriedKey[], live: readonly Fingerprint[]): readonly CarriedKey[] {
  const stays = ({ until, fingerprint }: CarriedKey): boolean =>
    until === null || fingerprint === 'unknown' || fingerprint === 'none' || live.includes(fingerprint);
  const dead = carried.filter((key) => !stays(key)).sort((a, b) => (b.until ?? 0) - (a.until ?? 0));
  return carried.filter((key) => stays(key) || dead.indexOf(key) < DEAD_KEYS);
}
