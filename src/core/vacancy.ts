import { keyShown } from './evidence.ts';
import type {
  Awaited,
  CarriedKey,
  Consumer,
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
  const lastLeft = Math.max(0, ...readers.map((r) => r.leftAt ?? 0));
  const soaksUntil = awaiting.length > 0 || lastLeft === 0 ? null : lastLeft + question.policy.switchover.tokenLifetime;
  return {
    vacant: carriedBy.length + unreadable.length + awaiting.length === 0 && (soaksUntil ?? 0) <= now,
    carriedBy,
    unreadable,
    awaiting,
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

function reader(consumer: Consumer, secret: SecretId, supersededAt: Instant, question: Question): Reader {
  const { state, key, now } = question;
  const evidence = state.evidence.find((e) => e.consumer === consumer.name && e.secret === secret);
  const shown = evidence && knownKey(evidence.shows, secret, question);
  const expectedAt = consumer.evidence.kind === 'elapsed' ? supersededAt + consumer.evidence.after : null;
  const awaited = { consumer: consumer.name, secret, shows: evidence?.shows ?? null, expectedAt };
  if (evidence && shown && shown !== key && evidence.at >= supersededAt) {
    return { awaited, leftAt: evidence.since >= supersededAt ? evidence.since : evidence.at };
  }
  return { awaited, leftAt: expectedAt !== null && expectedAt <= now ? expectedAt : null };
}

/** A fingerprint that was in no slot and no version may be a slip of the pen: it shows nothing. */
function knownKey(shows: Shows, secret: SecretId, { state, observation }: Question): Fingerprint | 'entra' | null {
  const memory = state.publications[secret];
  const key = keyShown(shows, memory);
  const isKnown =
    key === 'entra' ||
    key === observation.keys.primary ||
    key === observation.keys.secondary ||
    memory?.carried.some(({ fingerprint }) => fingerprint === key);
  return isKnown ? key : null;
}

function unlistedReader(secret: SecretId, supersededAt: Instant, { policy, now }: Question): Reader {
  const { unlisted } = policy.switchover;
  const expectedAt = typeof unlisted === 'number' ? supersededAt + unlisted : null;
  return {
    awaited: { consumer: 'unlisted', secret, shows: null, expectedAt },
    leftAt: expectedAt !== null && expectedAt <= now ? expectedAt : null,
  };
}

/** Whoever's newest evidence shows the key is on it, whatever the versions say. */
function stillOn({ key, state, participants }: Question, readers: readonly Reader[]): readonly Awaited[] {
  const takesPart = (e: Evidence): boolean => participants.consumers.some((c) => c.name === e.consumer);
  const isOnKey = (e: Evidence): boolean => keyShown(e.shows, state.publications[e.secret]) === key;
  const isListed = (e: Evidence): boolean =>
    readers.some((r) => r.leftAt === null && r.awaited.consumer === e.consumer && r.awaited.secret === e.secret);
  return state.evidence
    .filter((e) => takesPart(e) && isOnKey(e) && !isListed(e))
    .map(({ consumer, secret, shows }) => ({ consumer, secret, shows, expectedAt: null }));
}
