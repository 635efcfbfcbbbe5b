import type { ConditionCode, PublicationCode } from './codes.ts';
import type { LoggedRegeneration, TextSeen } from './posture.ts';

/**
 * The words of this project as types: docs/architecture.md has their meaning. Instants and durations are milliseconds.
 * Longer than other files, since whoever reads a rule wants all its words in one place.
 */

/** Milliseconds since 1970 by the ledger service's clock, which is the only clock that decisions know. */
export type Instant = number;
/** Milliseconds. */
export type Duration = number;

/** Azure's name for one of the two keys. */
export type Slot = 'primary' | 'secondary';
export const SLOTS = ['primary', 'secondary'] as const satisfies readonly Slot[];
export const otherSlot = (slot: Slot): Slot => (slot === 'primary' ? 'secondary' : 'primary');

/** Always derived: see slots.ts. */
export type Role = 'active' | 'outgoing' | 'standby';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** `sha256:` and the first 16 hex digits of SHA-256 over the UTF-8 key. The only form in which a key reaches core. */
export type Fingerprint = Branded<'Fingerprint'>;
/** Lower-cased ARM id of a SignalR resource. */
export type ResourceId = Branded<'ResourceId'>;
/** Lower-cased `https://{vault}/secrets/{name}`, without a version: Key Vault compares names without case. */
export type SecretId = Branded<'SecretId'>;

const FINGERPRINT = /^sha256:[0-9a-f]{16}$/;
const RESOURCE_ID =
  /^\/subscriptions\/[^/\s?#]+\/resourcegroups\/[^/\s?#]+\/providers\/microsoft\.signalrservice\/signalr\/[a-z0-9-]{3,63}$/;
const SECRET_ID = /^https:\/\/[a-z0-9.-]+\/secrets\/[a-z0-9-]{1,127}$/;

/** null where the text is no fingerprint. */
export const parseFingerprint = (text: string): Fingerprint | null =>
  FINGERPRINT.test(text) ? (text as Fingerprint) : null;
/** null where the text is not the id of a SignalR resource. */
export const parseResourceId = (text: string): ResourceId | null =>
  RESOURCE_ID.test(text.toLowerCase()) ? (text.toLowerCase() as ResourceId) : null;
/** null where the text is not an unversioned secret address. */
export const parseSecretId = (text: string): SecretId | null =>
  SECRET_ID.test(text.toLowerCase()) ? (text.toLowerCase() as SecretId) : null;

/** The host of a secret's vault, lower case. */
export const hostOf = (secret: SecretId): string => secret.slice('https://'.length).split('/', 1)[0] ?? '';

export type Day = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** Hours of some days of the week, by the clocks of a place. */
export interface Window {
  readonly days: readonly Day[];
  /** `HH:MM`. */
  readonly from: string;
  /** `HH:MM`; not after `from`: on the next day. */
  readonly to: string;
  /** IANA name. */
  readonly timeZone: string;
}

/** What an operator wants of a target. */
export interface Policy {
  readonly rotateAfter: Duration;
  readonly maxKeyAge: Duration;
  readonly observeEvery: Duration;
  /** What decides where a key's age is not known well enough. */
  readonly unknownAge: 'due' | 'report';
  /** The first rotations of keys of unknown age are spread over this time. */
  readonly adoptionSpread: Duration;
  readonly secretExpiry: 'maxKeyAge' | 'keep';
  /** Rotations begin and regenerate only inside; none: always. */
  readonly windows: readonly Window[];
  readonly verification: {
    /** `required` holds before publishing where the data plane cannot be asked; `when-reachable` goes on after `settle`. */
    readonly mode: 'required' | 'when-reachable';
    /** How long an answer of the data plane may lag behind a regeneration. */
    readonly within: Duration;
    /** How long a regeneration or a write of a secret, whose end is unknown, may still take effect. */
    readonly settle: Duration;
  };
  readonly switchover: {
    /** Speaks for the readers that nobody listed; null only where every publication has a listed reader. */
    readonly unlisted: 'hold' | Duration | null;
    readonly maxWait: Duration;
    readonly tokenLifetime: Duration;
    readonly lookback: Duration;
  };
  readonly compromise: {
    /** Counted from when the secrets offered consumers another key. */
    readonly maxWait: Duration;
    readonly onTimeout: OnTimeout;
    /** Whoever may publish events is believed like a person. */
    readonly trustEvents: boolean;
    /** What it means that somebody outside `knownPrincipals` has listed the keys. */
    readonly listedByStranger: 'finding' | 'compromise';
    /** Events that are older are not looked at. */
    readonly maxEventAge: Duration;
    /** So many tips an hour may change keys that they do not name. */
    readonly perHour: number;
  };
}

export interface Publication {
  readonly secret: SecretId;
  /** A whole connection string, or the bare key. */
  readonly format: 'connection-string' | 'access-key';
  readonly required: boolean;
}

/** How far an App Service app may be pushed to take up a new version: never, by a refresh of its references, by a restart. */
export type NudgePolicy = 'none' | 'refresh' | 'restart';

/** What shows which key a consumer uses. The first two speak by themselves, the others have to be asked. */
export type EvidenceSource =
  | { readonly kind: 'ack'; readonly principalId: string | null }
  | { readonly kind: 'elapsed'; readonly after: Duration }
  | {
      readonly kind: 'app-service-reference';
      /** Lower-cased ARM id of a site, or of one of its slots. */
      readonly resourceId: string;
      /** The one application setting or connection string to look at; null: every one that reads a publication. */
      readonly setting: string | null;
      readonly nudge: NudgePolicy;
    }
  /** Lower-cased ARM id of a container app. */
  | { readonly kind: 'container-app'; readonly resourceId: string }
  /** All of `instances` have to answer the same, `times` running. */
  | { readonly kind: 'probe'; readonly url: string; readonly instances: number; readonly times: number };

export interface Consumer {
  readonly name: string;
  readonly reads: readonly SecretId[];
  readonly evidence: EvidenceSource;
}

/** One SignalR resource under management. The name is a label; the identity is the resource id. */
export interface Target {
  readonly name: string;
  readonly resourceId: ResourceId;
  readonly publications: readonly Publication[];
  readonly consumers: readonly Consumer[];
  /** At most one target of a group is between publishing and retiring. */
  readonly group: string | null;
  /** Lower-case `owner/name`, or `owner/*`: a leak that secret scanning finds there may be a key of this target. */
  readonly repositories: readonly string[];
  /** Uniform in [0, 1), drawn from the resource id: where in `adoptionSpread` its first rotation falls. */
  readonly spread: number;
  readonly policy: Policy;
}

/** Why a fingerprint must not stay alive. */
export type CondemnReason = 'KeyTooOld' | 'Requested' | 'SecretNearExpiry' | 'KeyCompromised';

export interface Condemned {
  readonly fingerprint: Fingerprint;
  readonly reason: CondemnReason;
  /** Of a key that is suspected to be compromised. */
  readonly compromise?: Compromise;
}

/** How far a suspicion goes. */
export interface Compromise {
  /** What is done with consumers that are not shown to have left the key in `compromise.maxWait`. */
  readonly onTimeout: OnTimeout;
  /** Tokens that were signed with the key are waited for, since nobody who is trusted has said that they are part of the leak. */
  readonly keepsSoak: boolean;
  /** When it was first condemned for it: nobody is hurried for a time in which nobody knew. */
  readonly since: Instant;
}

/** `hold`: their key stays alive until they are, or a person retires it. `retire`: it is regenerated all the same. */
export type OnTimeout = 'hold' | 'retire';

/** A report of a suspected compromise that no look has answered yet. */
export interface Tip {
  readonly id: string;
  /** When it arrived. */
  readonly at: Instant;
  readonly who: string;
  readonly why: string | null;
  /** The key that is meant; null where the tip names a slot, or nothing. */
  readonly fingerprint: Fingerprint | null;
  /** The key that the slot held at `reportedAt`. */
  readonly slot: Slot | null;
  readonly reportedAt: Instant;
  /** A person's choice; null: the policy's. */
  readonly onTimeout: OnTimeout | null;
  /** A person who may operate the target, or a source of events that policy trusts. */
  readonly trusted: boolean;
}

/** What somebody else was seen to do to a target, for a person to judge. */
export interface Sighting {
  readonly code: 'KeysListedByStranger' | 'SelfUnknown' | 'StandbyLeaked';
  readonly at: Instant;
  /** Object id in Entra, or what else names the actor. */
  readonly who: string | null;
  readonly detail: string | null;
}

/** How a regenerated key was shown to be gone; `unproved` where the data plane could not be asked. */
export type DeathProof = 'refused' | 'replaced' | 'unproved';

/** A key that this rotation saw replaced, and whether its death is shown. */
export interface Regenerated {
  readonly slot: Slot;
  readonly from: Fingerprint;
  readonly to: Fingerprint;
  readonly at: Instant;
  readonly dead: DeathProof | null;
}

/** The record of getting rid of a set of condemned fingerprints. */
export interface Rotation {
  readonly id: string;
  readonly reason: CondemnReason;
  readonly startedAt: Instant;
  readonly condemned: readonly Condemned[];
  readonly regenerated: readonly Regenerated[];
  /** Fingerprints that this rotation moved the publications away from. */
  readonly left: readonly Fingerprint[];
  /** Who has to be satisfied: those of the start stay, those added since join. */
  readonly participants: { readonly publications: readonly Publication[]; readonly consumers: readonly Consumer[] };
  /** Each is given once for a published key. */
  readonly nudges: readonly Nudged[];
  /** Whom a person gave up, each for one key only. */
  readonly givenUp: readonly GivenUp[];
  /** A person insisted, so it does not wait for a window. */
  readonly ignoresWindows: boolean;
  /** Where its time went; left out in one that an earlier version began. */
  readonly spent?: Spent;
}

/** Where the time of a rotation went, so that what was ours can be told from what was waited for. */
export interface Spent {
  /** Of the first tip or request. */
  readonly askedAt: Instant;
  /** In calls to services. */
  readonly inCalls: Duration;
  /** From each pause to the time at which it was to end. */
  readonly waited: Duration;
}

/** A push to take up a published key. */
export interface Nudged {
  readonly consumer: string;
  readonly how: Exclude<NudgePolicy, 'none'>;
  readonly fingerprint: Fingerprint;
  readonly at: Instant;
}

/** A reader that a person does not wait for any more. */
export interface GivenUp {
  /** A listed consumer's name, or `unlisted`. */
  readonly consumer: string;
  /** The key that it may still use. */
  readonly fingerprint: Fingerprint;
  readonly who: string;
  readonly why: string;
}

/** A person's order to publish the outgoing key again, which ends the rotation. */
export interface RollBack {
  readonly slot: Slot;
  readonly fingerprint: Fingerprint;
  readonly who: string;
  readonly why: string;
  /** No scheduled rotation begins before. */
  readonly until: Instant;
}

/** Why a consumer that was asked showed no key. */
export interface Trouble {
  readonly consumer: string;
  readonly secret: SecretId;
  readonly is: 'pinned' | 'broken' | 'not-found' | 'forbidden' | 'unreachable';
  /** A word of the platform's, for people. */
  readonly detail: string | null;
}

/** The durable announcement of a regeneration. Finding one means: look. */
export interface RegenerateIntent {
  readonly slot: Slot;
  readonly role: Role;
  readonly fingerprintBefore: Fingerprint;
  readonly startedAt: Instant;
  readonly attempt: number;
  /** What was not waited for, for the receipt. */
  readonly without?: { readonly soak: boolean; readonly consumers: readonly string[] };
  /** null until the service has answered: an end that is unknown. */
  readonly operationUrl: string | null;
}

/** The durable announcement of one `setSecret`. Key Vault has no ETag, so what was there before is written down. */
export interface PublishIntent {
  readonly kind: 'publish' | 'align' | 'repair' | 'roll-back';
  readonly secret: SecretId;
  readonly slot: Slot;
  readonly fingerprint: Fingerprint;
  readonly proof: 'live' | 'unproved';
  readonly basedOn: string;
  /** The version that we wrote; null before the answer, and where it was lost. */
  readonly ours: string | null;
  /** Versions made in the same second as `basedOn` or later that were there when it was read: all later ones are new. */
  readonly known: readonly string[];
  readonly basedOnCreatedAt: Instant;
  readonly startedAt: Instant;
}

/** A regeneration that succeeded without changing the key. */
export interface FailedRegeneration {
  readonly slot: Slot;
  readonly fingerprint: Fingerprint;
  readonly count: number;
  readonly lastAt: Instant;
}

/** What the ledger remembers of a key that it has seen in a slot. */
export interface RememberedKey {
  readonly fingerprint: Fingerprint;
  readonly firstSeenAt: Instant;
  /** The last look that found another key in the slot; null where there was none. */
  readonly notSeenAt: Instant | null;
  /** When our own regeneration made it; null where somebody else did. */
  readonly recordedAt: Instant | null;
  /** Until then a late duplicate of our own request could still replace it. */
  readonly settlesAt: Instant | null;
  /** What the activity log shows of its making; left out where nobody has looked, null where it shows nothing. */
  readonly logged?: Interval | null;
}

/** A key that a publication carried, and in which versions. */
export interface CarriedKey {
  /** When the first version that carried it was made, as far as versions were judged. */
  readonly since: Instant;
  /** `none`: versions without a key. `unknown`: disabled versions whose key nobody can tell. */
  readonly fingerprint: Fingerprint | 'none' | 'unknown';
  /** Newest last. */
  readonly versions: readonly string[];
  /** When the last version that carried it was superseded; null while it is current. */
  readonly until: Instant | null;
}

/** What the ledger remembers of a publication's versions, so that a purged secret does not forget. */
export interface PublicationMemory {
  readonly firstSeenAt: Instant;
  /** null while it is gone, disabled or unreadable: nobody can take up a new version then. */
  readonly readableSince: Instant | null;
  /** All versions made before this instant are judged; so are the listed ones made at it. */
  readonly judgedThrough: { readonly at: Instant; readonly versions: readonly string[] };
  readonly carried: readonly CarriedKey[];
}

/** What a consumer last showed of one publication. */
export type Shows =
  | { readonly by: 'version'; readonly version: string }
  | { readonly by: 'fingerprint'; readonly fingerprint: Fingerprint }
  /** Every instance of it was started at that time or later. */
  | { readonly by: 'started'; readonly startedAt: Instant }
  /** No instance of it runs; the next one reads the secret as it starts. */
  | { readonly by: 'idle' }
  /** It was asked and showed nothing: what it showed before is history. */
  | { readonly by: 'nothing' }
  | { readonly by: 'entra' };

export interface Evidence {
  readonly consumer: string;
  readonly secret: SecretId;
  readonly shows: Shows;
  /** When it was first shown, without anything else in between. */
  readonly since: Instant;
  /** When it was last shown. */
  readonly at: Instant;
  /** What it showed before, until something else was shown; newest last. */
  readonly before: readonly { readonly shows: Shows; readonly until: Instant }[];
  /** It was asked; what an answer shows is withdrawn by one that shows nothing. */
  readonly wasAsked: boolean;
}

/** What a person asked for and no rotation has taken up yet. */
export interface PendingRequest {
  readonly id: string;
  readonly at: Instant;
  readonly who: string;
  readonly why: string | null;
  /** Rotates although nothing is published, so that nobody knows who uses the keys. */
  readonly acceptUnknownConsumers: boolean;
  /** Rotates young keys too, and outside every window. */
  readonly force: boolean;
  /** Left out or null: a person asked. */
  readonly reason?: 'SecretNearExpiry' | null | undefined;
}

/** A person's order to leave a target, or all, alone. */
export interface Freeze {
  readonly scope: 'target' | 'fleet';
  readonly until: Instant;
  readonly who: string;
  readonly why: string;
}

export interface Condition {
  readonly code: ConditionCode;
  readonly since: Instant;
  readonly detail: ConditionDetail;
}

/** What stands in the way, by name. */
export interface ConditionDetail {
  readonly secrets?: readonly SecretId[];
  readonly slot?: Slot;
  readonly fingerprint?: Fingerprint;
  readonly awaiting?: readonly Awaited[];
  readonly freeze?: Freeze;
  /** Ids of tips that wait. */
  readonly tips?: readonly string[];
}

/** A reader that is not shown to have left a key. */
export interface Awaited {
  /** A listed consumer's name, or `unlisted`. */
  readonly consumer: string;
  readonly secret: SecretId;
  /** Why it shows no key although it was asked. */
  readonly trouble: Trouble | null;
  /** What it last showed; null where it never did. */
  readonly shows: Shows | null;
  /** When it counts as gone by itself; null where only evidence or a person can tell. */
  readonly expectedAt: Instant | null;
}

/** What the ledger keeps of a target; written by the lease holder alone. */
export interface TargetState {
  readonly resourceId: ResourceId;
  readonly name: string;
  /** Of the first look; null before it. */
  readonly firstObservedAt: Instant | null;
  /** Of the newest look. */
  readonly observedAt: Instant | null;
  readonly rotation: Rotation | null;
  readonly intent: RegenerateIntent | null;
  readonly publishing: PublishIntent | null;
  readonly failed: FailedRegeneration | null;
  /** The slot that was last recorded before a publish. */
  readonly activeSlot: Slot | null;
  readonly keys: Readonly<Record<Slot, RememberedKey | null>>;
  readonly publications: Readonly<Record<SecretId, PublicationMemory>>;
  readonly evidence: readonly Evidence[];
  readonly pending: readonly PendingRequest[];
  /** When each consumer that has to be asked was last asked. */
  readonly asked: Readonly<Record<string, Instant>>;
  readonly troubles: readonly Trouble[];
  readonly rollBack: RollBack | null;
  /** No scheduled rotation begins before, since a person rolled back. */
  readonly pausedUntil: Instant | null;
  /** Oldest first. */
  readonly tips: readonly Tip[];
  /** When tips changed what is condemned, of the last hour. */
  readonly compromisedAt: readonly Instant[];
  /** Newest last. */
  readonly sightings: readonly Sighting[];
}

export const emptyState = (target: Pick<Target, 'name' | 'resourceId'>): TargetState => ({
  resourceId: target.resourceId,
  name: target.name,
  firstObservedAt: null,
  observedAt: null,
  rotation: null,
  intent: null,
  publishing: null,
  failed: null,
  activeSlot: null,
  keys: { primary: null, secondary: null },
  publications: {},
  evidence: [],
  pending: [],
  asked: {},
  troubles: [],
  rollBack: null,
  pausedUntil: null,
  tips: [],
  compromisedAt: [],
  sightings: [],
});

/** One version as a listing shows it. */
export interface VersionSeen {
  readonly version: string;
  readonly createdAt: Instant;
  readonly enabled: boolean;
  /** It bears the mark of this installation, which a version that somebody else wrote rarely does. */
  readonly isMarked: boolean;
  /** `unjudged`: the ledger knows it from an earlier look, or it is older than `lookback`, and it was not read again. */
  readonly key: Fingerprint | 'none' | 'unknown' | 'unjudged';
}

/** What the current version of a publication is. */
export type Current =
  | {
      readonly is: 'keyed';
      readonly version: string;
      readonly fingerprint: Fingerprint;
      readonly ambiguousAuth: boolean;
    }
  | { readonly is: 'passwordless'; readonly version: string }
  | {
      readonly is: 'unusable';
      readonly code: PublicationCode;
      /** Known where it could be read all the same. */
      readonly version: string | null;
      /** The key in it, where one could be told. */
      readonly fingerprint: Fingerprint | null;
    };

export interface PublicationSeen {
  readonly secret: SecretId;
  readonly required: boolean;
  /** The current version bears the mark of another installation of this app. */
  readonly managedByAnother: boolean;
  readonly current: Current;
  /** What the current version says without its key; null where it cannot be read or understood. */
  readonly text: TextSeen | null;
  /** Of the current version; null where it never does, or could not be read. */
  readonly expiresAt: Instant | null;
  /** Every listed version, oldest first; empty where the listing could not be read. */
  readonly versions: readonly VersionSeen[];
}

/** From the first instant to the last, both included; null where there is no bound. */
export interface Interval {
  readonly from: Instant | null;
  readonly to: Instant | null;
}

/** What the data plane said of a key. `refused` is 401 and nothing else; `unavailable`: the key itself is not to be had. */
export type ProbeResult = 'accepted' | 'refused' | 'unreachable' | 'forbidden' | 'unavailable';

/** Everything that one look gathered. */
export interface Observation {
  readonly resource: {
    /** Provisioned, running and idle. */
    readonly ready: boolean;
    /** What it is instead, for people. */
    readonly state: string;
    readonly localAuthDisabled: boolean;
    /** No key is older than its resource; null where ARM does not say. */
    readonly createdAt: Instant | null;
  };
  readonly keys: Readonly<Record<Slot, Fingerprint>>;
  /** The month that a newer key carries; null for an older one. */
  readonly embeddedMonths: Readonly<Record<Slot, Interval | null>>;
  readonly publications: readonly PublicationSeen[];
  /** Of the open intent's operation; null where there is none or the service no longer knows it. */
  readonly operation: 'running' | 'succeeded' | 'failed' | null;
  /** Answers of the data plane to the keys that were asked about in this look. */
  readonly probes: Readonly<Record<Fingerprint, ProbeResult>>;
  /** Of a random key, asked beside them: anything but `refused` makes the other answers worthless. */
  readonly control: ProbeResult | null;
  /** The consumers that were asked in this look. */
  readonly asked: readonly string[];
  /** What the activity log shows, oldest first; null where it was not asked or may not be seen. */
  readonly regenerations: readonly LoggedRegeneration[] | null;
}
