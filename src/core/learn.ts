import { loggedMaking } from './activity-log.ts';
import type { PublicationCode } from './codes.ts';
import { renewSince } from './evidence.ts';
import { remember } from './memory.ts';
import {
  type Duration,
  type Evidence,
  type Fingerprint,
  type Instant,
  type Observation,
  type PublicationMemory,
  type RememberedKey,
  type SecretId,
  SLOTS,
  type Slot,
  type Target,
  type TargetState,
} from './model.ts';
import { participantsOf } from './participants.ts';
import { onItsWayUntil, writtenByOthers } from './publishing.ts';
import { isRecent } from './sightings.ts';

const REQUESTS_LAST: Duration = 7 * 24 * 60 * 60_000;

/** What one look adds to the ledger's knowledge. It changes no intent of a regeneration: that is a decision. */
export function learn(state: TargetState, observation: Observation, target: Target, now: Instant): TargetState {
  // Whoever joins a rotation stays until its end.
  const rotation = state.rotation && { ...state.rotation, participants: participantsOf(target, state) };
  const lasting = {
    // A request or report that could not be answered in a week is not meant any more.
    pending: state.pending.filter(({ at }) => now - at < REQUESTS_LAST),
    tips: state.tips.filter(({ at }) => now - at < REQUESTS_LAST),
    sightings: state.sightings.filter((sighting) => isRecent(sighting, now)),
  };
  // Without local authentication there are no keys, and nothing new is to be learned of the old ones.
  if (observation.resource.localAuthDisabled) return { ...state, ...lasting, rotation, observedAt: now };
  const keys = learnKeys(state, observation, now);
  const publications = learnPublications(state, observation, now);
  const consumers = new Set(participantsOf(target, state).consumers.map((c) => c.name));
  return {
    ...state,
    ...lasting,
    name: target.name,
    firstObservedAt: state.firstObservedAt ?? now,
    observedAt: now,
    keys,
    publications,
    rotation,
    evidence: learnEvidence(state, consumers, publications),
    publishing: isOpen(state, observation, target, now) ? state.publishing : null,
    troubles: state.troubles.filter(({ consumer }) => consumers.has(consumer)),
    // The key to go back to is gone.
    rollBack: isIn(state.rollBack?.fingerprint, observation) ? state.rollBack : null,
    pausedUntil: state.pausedUntil !== null && state.pausedUntil > now ? state.pausedUntil : null,
    failed: state.failed && observation.keys[state.failed.slot] === state.failed.fingerprint ? state.failed : null,
  };
}

/** A key that somebody else changed loses its recorded age. */
function learnKeys(
  { keys, observedAt }: TargetState,
  { keys: seen, regenerations }: Observation,
  now: Instant,
): Readonly<Record<Slot, RememberedKey>> {
  const learnKey = (slot: Slot): RememberedKey => {
    const known = keys[slot];
    const key = known?.fingerprint === seen[slot] ? known : newKey(seen[slot], known, observedAt, now);
    if (regenerations === null || key.recordedAt !== null) return key;
    return { ...key, logged: loggedMaking(slot, key, regenerations) ?? key.logged ?? null };
  };
  return { primary: learnKey('primary'), secondary: learnKey('secondary') };
}

const newKey = (
  fingerprint: Fingerprint,
  before: RememberedKey | null,
  observedAt: Instant | null,
  now: Instant,
): RememberedKey => ({
  fingerprint,
  firstSeenAt: now,
  notSeenAt: before === null ? null : observedAt,
  recordedAt: null,
  settlesAt: before?.settlesAt ?? null,
});

function learnPublications(state: TargetState, observation: Observation, now: Instant): TargetState['publications'] {
  // Both the keys before and after: a memory of what was just replaced says which versions to disable.
  const live = [
    ...SLOTS.map((slot) => observation.keys[slot]),
    ...SLOTS.flatMap((slot) => state.keys[slot]?.fingerprint ?? []),
    ...(state.rotation?.condemned.map((c) => c.fingerprint) ?? []),
    ...(state.rotation?.regenerated.map((r) => r.from) ?? []),
  ];
  const learned: Record<SecretId, PublicationMemory> = { ...state.publications };
  for (const seen of observation.publications) {
    const memory = remember(seen, state.publications[seen.secret] ?? null, live, now);
    if (memory !== null) learned[seen.secret] = memory;
  }
  return learned;
}

function learnEvidence(
  state: TargetState,
  consumers: ReadonlySet<string>,
  publications: TargetState['publications'],
): readonly Evidence[] {
  return state.evidence
    .filter((evidence) => consumers.has(evidence.consumer))
    .map((evidence) => renewSince(evidence, publications[evidence.secret]));
}

const isIn = (fingerprint: Fingerprint | undefined, { keys }: Observation): boolean =>
  SLOTS.some((slot) => keys[slot] === fingerprint);

/** What may come back as it was, with what somebody wrote meanwhile. One that is missing, too: a single 404 may be a lie. */
const HIDING: readonly PublicationCode[] = [
  'PublicationUnreadable',
  'SecretDisabled',
  'SecretDeleted',
  'SecretMissing',
];

/** An intent ends when its publication can be read, the write is not on its way, and nothing of somebody else's is waiting there. */
function isOpen({ publishing }: TargetState, observation: Observation, { policy }: Target, now: Instant): boolean {
  const current = observation.publications.find((p) => p.secret === publishing?.secret)?.current;
  const isUnseen = current === undefined || (current.is === 'unusable' && HIDING.includes(current.code));
  const isOnItsWay = onItsWayUntil(publishing, observation, policy.verification.settle, now) !== null;
  return isUnseen || isOnItsWay || writtenByOthers(publishing, observation).length > 0;
}
