import { keyShown } from './evidence.ts';
import type {
  Awaited,
  CarriedKey,
  Consumer,
  Duration,
  Evidence,
  Fingerprint,
  Instant,
  Observation,
  Policy,
  PublicationMemory,
  SecretId,
  Shows,
  TargetState,
} from './model.ts';
import { type Participants, readersOf } from './participants.ts';

/** Who may still hold a slot's key. The whole safety argument: a slot is regenerated only where this is nobody. */
export interface Vacancy {
  readonly vacant: boolean;
  readonly carriedBy: readonly SecretId[];
  readonly unreadable: readonly SecretId[];
  readonly awaiting: readonly Awaited[];
  /** Listed consumers that may have read the key: whoever of them has to be asked is asked before it is regenerated. */
  readonly readers: readonly string[];
  /** When the last publication that counts was moved off the key; null where none ever carried it. */
  readonly supersededAt: Instant | null;
  /** Tokens signed with the key may be in use until then; null where someone is still awaited. */
  readonly soaksUntil: Instant | null;
}

interface Question {
  readonly key: Fingerprint;
  readonly observation: Observation;
  readonly state: TargetState;
  readonly participants: Participants;
  readonly policy: Policy;
  readonly now: Instant;
  /** Tokens that were signed with the key are not waited for. */
  readonly skipsSoak?: boolean;
}

/** Invariant 1. `state` must have learned `observation`: publications are judged by what the ledger remembers of them. */
export function vacancyOf(question: Question): Vacancy {
  const { key, observation, state, now } = question;
  const unreadable = observation.publications
    .filter(({ current }) => current.is === 'unusable' && current.code === 'PublicationUnreadable')
    .map(({ secret }) => secret);
  const carriedBy = observation.publications
    .filter(({ secret, current }) => carriesNow(key, current, state.publications[secret]))
    .map(({ secret }) => secret);
  const readers = observation.publications.flatMap(({ secret }) => readersSince(secret, question));
  const awaiting = [...readers.filter((r) => r.leftAt === null).map((r) => r.awaited), ...stillOn(question, readers)];
  const superseded = observation.publications.flatMap(
    ({ secret }) => lastSuperseded(state.publications[secret], question) ?? [],
  );
  const lastLeft = Math.max(0, ...readers.map((r) => r.leftAt ?? 0), ...leftByWord(question));
  const soaksUntil = awaiting.length > 0 || lastLeft === 0 ? null : lastLeft + question.policy.switchover.tokenLifetime;
  return {
    vacant:
      [carriedBy, unreadable, awaiting].every(({ length }) => length === 0) &&
      (question.skipsSoak === true || (soaksUntil ?? 0) <= now),
    carriedBy,
    unreadable,
    awaiting,
    readers: [...new Set(readers.map((r) => r.awaited.consumer))],
    supersededAt: superseded.length === 0 ? null : Math.max(...superseded),
    soaksUntil,
  };
}

function carriesNow(
  key: Fingerprint,
  current: Observation['publications'][number]['current'],
  memory: PublicationMemory | undefined,
): boolean {
  if (current.is !== 'passwordless' && current.fingerprint === key)
    return current.is === 'keyed' || current.code !== 'SecretDisabled';
  return (
    memory?.carried.some((k) => k.until === null && (k.fingerprint === key || k.fingerprint === 'unknown')) ?? false
  );
}

interface Reader {
  readonly awaited: Awaited;
  /** null while the reader is not shown to have left the key. */
  readonly leftAt: Instant | null;
}

/** The readers of a publication that carried the key, and since when each is shown to be off it. */
function readersSince(secret: SecretId, question: Question): readonly Reader[] {
  const memory = question.state.publications[secret];
  const supersededAt = lastSuperseded(memory, question);
  if (supersededAt === null) return [];
  const readers = readersOf(secret, question.participants);
  if (readers.length === 0) return [unlistedReader(secret, supersededAt, question)];
  return readers.map((consumer) => reader(consumer, secret, supersededAt, question));
}

function lastSuperseded(memory: PublicationMemory | undefined, { key, policy, now }: Question): Instant | null {
  if (memory === undefined) return null;
  const counts = ({ fingerprint, until }: CarriedKey): boolean =>
    until !== null &&
    (fingerprint === key || fingerprint === 'unknown') &&
    (until >= memory.firstSeenAt || until >= now - policy.switchover.lookback);
  const instants = memory.carried.filter(counts).map((k) => k.until ?? 0);
  return instants.length === 0 ? null : Math.max(...instants);
}

/** Time counts from when the secret could be read; while it cannot be, nobody takes up anything. */
function expectedAfter(lasts: Duration, secret: SecretId, supersededAt: Instant, { state }: Question): Instant | null {
  const readableSince = state.publications[secret]?.readableSince ?? null;
  return readableSince === null ? null : Math.max(readableSince, supersededAt) + lasts;
}

/** Until when somebody showed the key, whatever the versions say: tokens that were signed then are owed a soak. */
const leftByWord = ({ key, state }: Question): readonly Instant[] =>
  state.evidence.flatMap(({ before, secret }) =>
    before.filter(({ shows }) => mayBeOn(key, shows, state.publications[secret])).map(({ until }) => until),
  );

/** A version that the ledger does not know may carry any key. */
function mayBeOn(key: Fingerprint, shows: Shows, memory: PublicationMemory | undefined): boolean {
  const shown = keyShown(shows, memory);
  return shown === key || (shown === null && shows.by === 'version');
}

/** Container Apps look at an unversioned reference at most this long after it changed, and then restart its revisions. */
const PLATFORM_CACHE: Duration = 30 * 60_000;

function reader(consumer: Consumer, secret: SecretId, supersededAt: Instant, question: Question): Reader {
  const { state, now } = question;
  const evidence = state.evidence.find((e) => e.consumer === consumer.name && e.secret === secret);
  const trouble = state.troubles.find((t) => t.consumer === consumer.name && t.secret === secret) ?? null;
  const expectedAt =
    consumer.evidence.kind === 'elapsed'
      ? expectedAfter(consumer.evidence.after, secret, supersededAt, question)
      : null;
  const awaited = { consumer: consumer.name, secret, trouble, shows: evidence?.shows ?? null, expectedAt };
  if (isGivenUp(consumer.name, question)) return { awaited, leftAt: supersededAt };
  const shownAt = evidence === undefined ? null : leftBy(evidence, supersededAt, question);
  return { awaited, leftAt: shownAt ?? ifPassed(expectedAt, now) };
}

const ifPassed = (expectedAt: Instant | null, now: Instant): Instant | null =>
  // Stryker disable next-line ConditionalExpression: null is before every instant, and stays null.
  expectedAt !== null && expectedAt <= now ? expectedAt : null;

/** Since when evidence shows its consumer off the key; null where it does not. */
function leftBy({ shows, since, at, secret }: Evidence, supersededAt: Instant, question: Question): Instant | null {
  if (shows.by === 'started') return startedAfter(shows.startedAt, at, supersededAt);
  if (shows.by === 'idle') return idleAfter(since, at, supersededAt);
  const shown = knownKey(shows, secret, question);
  if (shown === null || shown === question.key || at < supersededAt) return null;
  return since >= supersededAt ? since : at;
}

/**
 * An instance that started within the platform's cache may have been given the old version; it would have been restarted
 * by the end of it. So it has switched when it started after the switch and stands when that time has passed.
 */
export function startedAfter(startedAt: Instant, seenAt: Instant, supersededAt: Instant): Instant | null {
  const cacheEnds = supersededAt + PLATFORM_CACHE;
  return startedAt >= supersededAt && seenAt >= cacheEnds ? Math.max(startedAt, cacheEnds) : null;
}

/** Looks come at most this far apart: an instance with the old version may have lived between two of them. */
const BETWEEN_LOOKS: Duration = 15 * 60_000;

/** With nothing running, the next instance reads what is current, once the platform's cache has ended. */
export function idleAfter(since: Instant, seenAt: Instant, supersededAt: Instant): Instant | null {
  const certain = supersededAt + PLATFORM_CACHE + BETWEEN_LOOKS;
  return seenAt >= certain ? Math.max(since, certain) : null;
}

/** By name, for this key and this rotation only. */
const isGivenUp = (consumer: string, { key, state }: Question): boolean =>
  state.rotation?.givenUp.some((g) => g.consumer === consumer && g.fingerprint === key) ?? false;

/** A fingerprint that was in no slot and no version may be a slip of the pen: it shows nothing. */
function knownKey(shows: Shows, secret: SecretId, { state, observation }: Question): Fingerprint | 'entra' | null {
  const memory = state.publications[secret];
  const key = keyShown(shows, memory);
  const isKnown =
    key === 'entra' ||
    key === observation.keys.primary ||
    key === observation.keys.secondary ||
    // Stryker disable next-line OptionalChaining: a publication that was moved off a key is remembered.
    memory?.carried.some(({ fingerprint }) => fingerprint === key);
  return isKnown ? key : null;
}

function unlistedReader(secret: SecretId, supersededAt: Instant, question: Question): Reader {
  const { policy, now } = question;
  const { unlisted } = policy.switchover;
  const expectedAt = typeof unlisted === 'number' ? expectedAfter(unlisted, secret, supersededAt, question) : null;
  return {
    awaited: { consumer: 'unlisted', secret, trouble: null, shows: null, expectedAt },
    leftAt: isGivenUp('unlisted', question) ? supersededAt : ifPassed(expectedAt, now),
  };
}

/** Whoever's newest evidence shows the key is on it, whatever the versions say. */
function stillOn(question: Question, readers: readonly Reader[]): readonly Awaited[] {
  const { key, state } = question;
  const isOnKey = (e: Evidence): boolean => mayBeOn(key, e.shows, state.publications[e.secret]);
  const isListed = (e: Evidence): boolean =>
    readers.some((r) => r.leftAt === null && r.awaited.consumer === e.consumer && r.awaited.secret === e.secret);
  return state.evidence
    .filter((e) => isOnKey(e) && !isListed(e) && !isGivenUp(e.consumer, question))
    .map(({ consumer, secret, shows }) => ({ consumer, secret, trouble: null, shows, expectedAt: null }));
}
