import { keyShown } from './evidence.ts';
import type { LocalAuthFacts, Use } from './local-auth.ts';
import type { Consumer, Evidence, Fingerprint, Instant, PublicationMemory, SecretId } from './model.ts';
import { readersOf } from './participants.ts';
import type { ResourcePosture } from './posture.ts';
import { hasBareUpstream } from './posture-findings.ts';
import type { Situation } from './slots.ts';
import { idleAfter, startedAfter } from './vacancy.ts';

/** What the verdict weighs, out of one look. */
export function localAuthFactsOf(situation: Situation, posture: ResourcePosture): LocalAuthFacts {
  const { observation, participants, slots, state, now, target } = situation;
  const { publications } = observation;
  const unread = publications.filter(({ secret }) => readersOf(secret, participants).length === 0);
  return {
    localAuthDisabled: observation.resource.localAuthDisabled,
    aadAuthDisabled: posture.aadAuthDisabled,
    publications: publications.map(({ secret, text }) => ({ secret, credential: text?.credential ?? null })),
    uses: participants.consumers.flatMap((consumer) =>
      consumer.reads.map((secret) => useOf(consumer, secret, situation)),
    ),
    unlisted: unread.map(({ secret }) => {
      const since = withoutKeySince(state.publications[secret]);
      const { unlisted } = target.policy.switchover;
      return { secret, timePassed: typeof unlisted === 'number' && since !== null && since + unlisted <= now };
    }),
    held: slots
      .filter(({ vacancy, publications: carriedBy }) => !vacancy.vacant && carriedBy.length === 0)
      .map(({ name, fingerprint, vacancy: { awaiting, soaksUntil } }) => ({
        slot: name,
        fingerprint,
        readers: awaiting.map(({ consumer, secret }) => ({ consumer, secret })),
        soaksUntil,
      })),
    rotating: state.rotation !== null || state.intent !== null || state.publishing !== null,
    upstreamWithoutIdentity: hasBareUpstream(posture),
  };
}

/** Since when the current version carries no key; null where it does, or nobody knows. */
const withoutKeySince = (memory: PublicationMemory | undefined): Instant | null =>
  memory?.carried.find(({ fingerprint, until }) => fingerprint === 'none' && until === null)?.since ?? null;

function useOf(consumer: Consumer, secret: SecretId, { state, now }: Situation): Use {
  const memory = state.publications[secret];
  const evidence = state.evidence.find((e) => e.consumer === consumer.name && e.secret === secret);
  const use = { consumer: consumer.name, secret, at: evidence?.at ?? null };
  const shown = evidence === undefined ? null : keyShown(evidence.shows, memory);
  if (shown !== null && shown !== 'entra') return { ...use, of: 'key', by: 'word' };
  const since = withoutKeySince(memory);
  if (evidence !== undefined && isWithoutKey(evidence, shown, since)) {
    return { ...use, of: 'entra', by: consumer.evidence.kind === 'app-service-reference' ? 'reference' : 'word' };
  }
  const { evidence: source } = consumer;
  if (source.kind === 'elapsed' && since !== null && since + source.after <= now) {
    return { ...use, of: 'entra', by: 'time' };
  }
  return { ...use, of: 'nothing-shown', by: 'word' };
}

/** Its word says so, or every instance of it started when the secret had no key any more. */
function isWithoutKey(
  { shows, since, at }: Evidence,
  shown: Fingerprint | 'entra' | null,
  free: Instant | null,
): boolean {
  if (shown === 'entra') return true;
  if (free === null) return false;
  if (shows.by === 'started') return startedAfter(shows.startedAt, at, free) !== null;
  return shows.by === 'idle' && idleAfter(since, at, free) !== null;
}
