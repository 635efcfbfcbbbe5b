import type {
  CarriedKey,
  Duration,
  Evidence,
  Fingerprint,
  Instant,
  PublicationMemory,
  SecretId,
  Shows,
} from './model.ts';

export interface Shown {
  readonly consumer: string;
  readonly secret: SecretId;
  readonly shows: Shows;
  readonly at: Instant;
  readonly wasAsked: boolean;
}

/** Changes of mind kept for each consumer and publication: each may owe a soak. */
const REMEMBERED = 8;

/** Whoever has to be asked and was not for this long may have gone back and forth unseen. */
const UNSEEN: Duration = 60 * 60_000;

/**
 * Takes up what a consumer showed. Older than what is known of it: nothing changes, so late and repeated acks are harmless.
 * A gap between two answers starts what they show anew; an ack speaks until the next one.
 */
export function takeUp(evidence: readonly Evidence[], shown: Shown): readonly Evidence[] {
  const before = evidence.find((e) => e.consumer === shown.consumer && e.secret === shown.secret);
  if (before === undefined) return [...evidence, { ...shown, since: shown.at, before: [] }];
  if (before.at > shown.at) return evidence;
  const isSame = sameShows(before.shows, shown.shows);
  const isUnbroken = isSame && !(shown.wasAsked && shown.at - before.at > UNSEEN);
  const history = isSame
    ? before.before
    : [...before.before, { shows: before.shows, until: shown.at }].slice(-REMEMBERED);
  const next = { ...shown, since: isUnbroken ? before.since : shown.at, before: history };
  return evidence.map((e) => (e === before ? next : e));
}

/** An answer that shows nothing takes back what an earlier one showed: who switched may have gone back. An ack stands. */
export function withdraw(evidence: readonly Evidence[], shown: Omit<Shown, 'shows' | 'wasAsked'>): readonly Evidence[] {
  const isAnswer = evidence.some((e) => e.wasAsked && e.consumer === shown.consumer && e.secret === shown.secret);
  return isAnswer ? takeUp(evidence, { ...shown, shows: { by: 'nothing' }, wasAsked: true }) : evidence;
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
  if (shows.by !== 'version') return null;
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

const sameShows = (a: Shows, b: Shows): boolean => a.by === b.by && contentOf(a) === contentOf(b);

/** What tells two of the same `by` apart; null where there is nothing to tell. */
export function contentOf(shows: Shows): string | number | null {
  switch (shows.by) {
    case 'version':
      return shows.version;
    case 'fingerprint':
      return shows.fingerprint;
    case 'started':
      return shows.startedAt;
    case 'entra':
    case 'idle':
    case 'nothing':
      return null;
    default:
      return shows satisfies never;
  }
}
