import { CONDITIONS } from '../core/codes.ts';
import { PHASES } from '../core/decision.ts';
import type { AgeBasis, KeyAge } from '../core/key-age.ts';
import {
  type Awaited,
  type CarriedKey,
  type Compromise,
  type Condemned,
  type CondemnReason,
  type Condition,
  type ConditionDetail,
  type Consumer,
  type Evidence,
  type EvidenceSource,
  type FailedRegeneration,
  type Freeze,
  type GivenUp,
  type Interval,
  type Nudged,
  type PendingRequest,
  type Publication,
  type PublicationMemory,
  type PublishIntent,
  parseFingerprint,
  parseSecretId,
  type Regenerated,
  type RegenerateIntent,
  type RememberedKey,
  type RollBack,
  type Rotation,
  type Shows,
  type Sighting,
  type Spent,
  type TargetState,
  type Tip,
  type Trouble,
} from '../core/model.ts';
import {
  anObject,
  type Check,
  count,
  either,
  instant,
  listOf,
  mapOf,
  number,
  oneOf,
  optional,
  orNull,
  type Shape,
  something,
  text,
  told,
  truth,
  wordOf,
} from './shape.ts';

/**
 * What a target's state looks like, down to the last field. Longer than other files, for the same reason as core/model.ts.
 * A state that is only almost understood is worse than none: a key may be regenerated because of what was misread.
 */

export const fingerprint: Check = (value) => typeof value === 'string' && parseFingerprint(value) === value;
export const secretId: Check = (value) => typeof value === 'string' && parseSecretId(value) === value;
export const slot = oneOf('primary', 'secondary');
export const role = oneOf('active', 'outgoing', 'standby');
export const phase = oneOf(...PHASES);
export const reason = wordOf<CondemnReason>({
  KeyTooOld: true,
  Requested: true,
  SecretNearExpiry: true,
  KeyCompromised: true,
});
const onTimeout = oneOf('hold', 'retire');

const interval = anObject<Interval>({ from: orNull(instant), to: orNull(instant) });

const basis = wordOf<AgeBasis>({
  recorded: true,
  embedded: true,
  'activity-log': true,
  published: true,
  resource: true,
});
export const keyAge = anObject<KeyAge>({
  madeAfter: orNull(instant),
  madeBefore: orNull(instant),
  basis: orNull(basis),
});

export const shows = told<Shows['by']>('by', {
  version: anObject({ version: text }),
  fingerprint: anObject({ fingerprint }),
  started: anObject({ startedAt: instant }),
  idle: something,
  nothing: something,
  entra: something,
});

const evidenceSource = told<EvidenceSource['kind']>('kind', {
  ack: anObject({ principalId: orNull(text) }),
  elapsed: anObject({ after: number }),
  'app-service-reference': anObject({
    resourceId: text,
    setting: orNull(text),
    nudge: oneOf('none', 'refresh', 'restart'),
  }),
  'container-app': anObject({ resourceId: text }),
  probe: anObject({ url: text, instances: count, times: count }),
});

const consumer = anObject<Consumer>({ name: text, reads: listOf(secretId), evidence: evidenceSource });

const publication = anObject<Publication>({
  secret: secretId,
  format: oneOf('connection-string', 'access-key'),
  required: truth,
});

const condemned = anObject<Condemned>({
  fingerprint,
  reason,
  compromise: optional(anObject<Compromise>({ onTimeout, keepsSoak: truth, since: instant })),
});

const regenerated = anObject<Regenerated>({
  slot,
  from: fingerprint,
  to: fingerprint,
  at: instant,
  dead: oneOf(null, 'refused', 'replaced', 'unproved'),
});

const rotation = anObject<Rotation>({
  id: text,
  reason,
  startedAt: instant,
  condemned: listOf(condemned),
  regenerated: listOf(regenerated),
  left: listOf(fingerprint),
  participants: anObject<Rotation['participants']>({ publications: listOf(publication), consumers: listOf(consumer) }),
  nudges: listOf(anObject<Nudged>({ consumer: text, how: oneOf('refresh', 'restart'), fingerprint, at: instant })),
  givenUp: listOf(anObject<GivenUp>({ consumer: text, fingerprint, who: text, why: text })),
  ignoresWindows: truth,
  spent: optional(anObject<Spent>({ askedAt: instant, inCalls: number, waited: number })),
});

const intent = anObject<RegenerateIntent>({
  slot,
  role,
  fingerprintBefore: fingerprint,
  startedAt: instant,
  attempt: count,
  without: optional(anObject<NonNullable<RegenerateIntent['without']>>({ soak: truth, consumers: listOf(text) })),
  operationUrl: orNull(text),
});

const publishing = anObject<PublishIntent>({
  kind: oneOf('publish', 'align', 'repair', 'roll-back'),
  secret: secretId,
  slot,
  fingerprint,
  proof: oneOf('live', 'unproved'),
  basedOn: text,
  ours: orNull(text),
  known: listOf(text),
  basedOnCreatedAt: instant,
  startedAt: instant,
});

const failed = anObject<FailedRegeneration>({ slot, fingerprint, count, lastAt: instant });

const rememberedKey = anObject<RememberedKey>({
  fingerprint,
  firstSeenAt: instant,
  notSeenAt: orNull(instant),
  recordedAt: orNull(instant),
  settlesAt: orNull(instant),
  logged: optional(orNull(interval)),
});

const carriedKey = anObject<CarriedKey>({
  since: instant,
  fingerprint: either(fingerprint, oneOf('none', 'unknown')),
  versions: listOf(text),
  until: orNull(instant),
});

const publicationMemory = anObject<PublicationMemory>({
  firstSeenAt: instant,
  readableSince: orNull(instant),
  judgedThrough: anObject<PublicationMemory['judgedThrough']>({ at: instant, versions: listOf(text) }),
  carried: listOf(carriedKey),
});

const evidence = anObject<Evidence>({
  consumer: text,
  secret: secretId,
  shows,
  since: instant,
  at: instant,
  before: listOf(anObject<Evidence['before'][number]>({ shows, until: instant })),
  wasAsked: truth,
});

const request: Shape<Omit<PendingRequest, 'at'>> = {
  id: text,
  who: text,
  why: orNull(text),
  acceptUnknownConsumers: truth,
  force: truth,
  reason: optional(oneOf(null, 'SecretNearExpiry')),
};

const tip: Shape<Omit<Tip, 'at'>> = {
  id: text,
  who: text,
  why: orNull(text),
  fingerprint: orNull(fingerprint),
  slot: orNull(slot),
  reportedAt: instant,
  onTimeout: orNull(onTimeout),
  trusted: truth,
};

const sighting: Shape<Omit<Sighting, 'at'>> = {
  code: oneOf('KeysListedByStranger', 'SelfUnknown', 'StandbyLeaked'),
  who: orNull(text),
  detail: orNull(text),
};

/** Of these a row of the inbox holds all but the time, which is the row's own. */
export const arriving = { request, tip, sighting } as const;

const trouble = anObject<Trouble>({
  consumer: text,
  secret: secretId,
  is: oneOf('pinned', 'broken', 'not-found', 'forbidden', 'unreachable'),
  detail: orNull(text),
});

const rollBack = anObject<RollBack>({ slot, fingerprint, who: text, why: text, until: instant });

export const freezeShape: Shape<Freeze> = { scope: oneOf('target', 'fleet'), until: instant, who: text, why: text };

export const awaited = anObject<Awaited>({
  consumer: text,
  secret: secretId,
  trouble: orNull(trouble),
  shows: orNull(shows),
  expectedAt: orNull(instant),
});

/** One that a later version knows is not ours to judge. */
export const conditionCode = oneOf(...Object.keys(CONDITIONS));

export const conditionShape: Shape<Condition> = {
  code: conditionCode,
  since: instant,
  detail: anObject<ConditionDetail>({
    secrets: optional(listOf(secretId)),
    slot: optional(slot),
    fingerprint: optional(fingerprint),
    awaiting: optional(listOf(awaited)),
    freeze: optional(anObject(freezeShape)),
    tips: optional(listOf(text)),
  }),
};

export const state = anObject<TargetState>({
  resourceId: text,
  name: text,
  firstObservedAt: orNull(instant),
  observedAt: orNull(instant),
  rotation: orNull(rotation),
  intent: orNull(intent),
  publishing: orNull(publishing),
  failed: orNull(failed),
  activeSlot: orNull(slot),
  keys: anObject<TargetState['keys']>({ primary: orNull(rememberedKey), secondary: orNull(rememberedKey) }),
  publications: mapOf(publicationMemory, secretId),
  evidence: listOf(evidence),
  pending: listOf(anObject<PendingRequest>({ ...request, at: instant })),
  asked: mapOf(instant),
  troubles: listOf(trouble),
  rollBack: orNull(rollBack),
  pausedUntil: orNull(instant),
  tips: listOf(anObject<Tip>({ ...tip, at: instant })),
  compromisedAt: listOf(instant),
  sightings: listOf(anObject<Sighting>({ ...sighting, at: instant })),
});
