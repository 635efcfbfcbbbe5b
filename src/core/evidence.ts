import type { CarriedKey, Evidence, Fingerprint, Instant, PublicationMemory, SecretId, Shows } from './model.ts';

export interface Shown {
  readonly consumer: string;
  readonly secret: SecretId;
  readonly shows: Shows;
  readonly at: Instant;
}

/** Takes up what a consumer showed. Older than what is known of it: nothing changes, so late and repeated acks are harmless. */
export function takeUp(evidence: readonly Evidence[], shown: Shown): readonly Evidence[] {
  const before = evidence.find((e) => e.consumer === shown.consumer && e.secret === shown.secret);
  if (before === undefined) return [...evidence, { ...shown, since: shown.at }];
  if (before.at >= shown.at) return evidence;
  const since = sameShows(before.shows, shown.shows) ? before.since : shown.at;
  return evidence.map((e) => (e === before ? { ...shown, since } : e));
}

/**
 * A consumer that shows the same before and after a new version may have read the versions in between: it counts as
 * having shown it only since it was asked after the newest.
 */
export function renewSince(evidence: Evidence, memory: PublicationMemory | undefined): Evidence {
  const newestAt = memory?.judgedThrough.at;
  const spansNewest = newestAt !== undefined && evidence.since < newestAt && newestAt <= evidence.at;
  return spansNewest ? { ...evidence, since: evidence.at } : evidence;
}

/** The key that was shown; `entra` for none, as in a version without a key; null where the version is not known (yet). */
export function keyShown(shows: Shows, memory: PublicationMemory | undefined): Fingerprint | 'entra' | null {
  if (shows.by === 'entra') return 'entra';
  if (shows.by === 'fingerprint') return shows.fingerprint;
  const key = memory?.carried.find((k) => k.versions.includes(shows.version))?.fingerprint;
  if (key === 'none') return 'entra';
  return key === undefined || key === 'unknown' ? null : key;
}

/** Whether the ledger knows that newer versions carry another key than the one shown. */
export function isOutdated(shows: Shows, memory: PublicationMemory | undefined): boolean {
  const isShown = (k: CarriedKey): boolean =>
    shows.by === 'version'
      ? k.versions.includes(shows.version)
      : shows.by === 'fingerprint' && k.fingerprint === shows.fingerprint;
  const carried = memory?.carried.find(isShown);
  // Without a current version (it is disabled, say) nothing newer is known.
  const isSuperseded = memory?.carried.some(({ until }) => until === null) ?? false;
  return isSuperseded && carried !== undefined && carried.until !== null;
}

const sameShows = (a: Shows, b: Shows): boolean =>
  a.by === 'entra'
    ? b.by === 'entra'
    : a.by === 'version'
      ? b.by === 'version' && a.version === b.version
      : b.by === 'fingerprint' && a.fingerprint === b.fingerprint;
