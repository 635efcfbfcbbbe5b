import type { PublicationCode } from '../core/codes.ts';
import type { Phase } from '../core/decision.ts';
import type { Severity } from '../core/finding-codes.ts';
import type { Finding } from '../core/findings.ts';
import type { KeyAge } from '../core/key-age.ts';
import type { Leak } from '../core/leaks.ts';
import type { LocalAuth, Verdict } from '../core/local-auth.ts';
import type {
  Awaited,
  CondemnReason,
  Condition,
  Consumer,
  Duration,
  Evidence,
  Fingerprint,
  Freeze,
  Instant,
  NudgePolicy,
  PendingRequest,
  ProbeResult,
  ResourceId,
  Role,
  SecretId,
  Shows,
  Sighting,
  Slot,
  TargetState,
  Tip,
} from '../core/model.ts';
import type {
  DiagnosticSetting,
  LoggedRegeneration,
  ResourcePosture,
  Surroundings,
  TextSeen,
  VaultSeen,
} from '../core/posture.ts';
import type { SecretValue } from './secret-value.ts';

/**
 * What the use cases want of the world, in the words of the domain. Every method throws a `PortError` and nothing else;
 * one that changes something is sent once and never repeated by its adapter. Longer than other files, since an adapter's
 * author wants the whole contract in one place.
 */
export interface Ports {
  readonly keys: Keys;
  readonly secrets: Secrets;
  readonly dataPlane: DataPlane;
  readonly ledger: Ledger;
  readonly fleet: Fleet;
  readonly consumers: Consumers;
  readonly notifier: Notifier;
  readonly queue: ReconcileQueue;
  readonly monitor: Monitor;
  readonly estate: Estate;
  readonly inventory: Inventory;
  /** null where nobody has named a container for them. */
  readonly deadLetters: DeadLetters | null;
}

/** Ports whose calls end with the signal: one set for each invocation. */
export type OpenPorts = (signal: AbortSignal) => Ports;

export interface ResourceLook {
  readonly provisioningState: string;
  readonly stopped: boolean;
  readonly localAuthDisabled: boolean;
  /** null where ARM does not say. */
  readonly createdAt: Instant | null;
  /** Lower-case host names under which the resource answers: its own, custom domains, private endpoints. */
  readonly hostNames: readonly string[];
  readonly posture: ResourcePosture;
}

/** The access keys of a SignalR resource, over ARM. */
export interface Keys {
  /** @throws ResourceForbidden, ResourceNotFound, Unavailable */
  look(resource: ResourceId): Promise<ResourceLook>;
  /** @throws ResourceForbidden, ResourceNotFound, Unavailable */
  list(resource: ResourceId): Promise<Readonly<Record<Slot, SecretValue>>>;
  /**
   * One POST. Whether the key has changed is told by `list` alone.
   *
   * @returns where the operation can be asked about; null where the service did not say
   * @throws ResourceForbidden, ResourceNotFound, ResourceBusy; Unavailable, whose `refused` says whether the end is known
   */
  beginRegenerate(resource: ResourceId, slot: Slot): Promise<{ readonly operationUrl: string | null }>;
  /** @returns null where the service no longer knows the operation. @throws Unavailable, ResourceForbidden */
  operation(resource: ResourceId, operationUrl: string): Promise<'running' | 'succeeded' | 'failed' | null>;
}

export interface SecretVersion {
  readonly version: string;
  /** Whole seconds, as Key Vault keeps them, in milliseconds. */
  readonly createdAt: Instant;
  readonly enabled: boolean;
  readonly expiresAt: Instant | null;
  readonly contentType: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

export interface SecretContent {
  readonly value: SecretValue;
  readonly contentType: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly expiresAt: Instant | null;
}

/** The publications, in Key Vault. */
export interface Secrets {
  /**
   * @param version the current one where left out
   * @throws SecretDisabled, SecretMissing, SecretDeleted, SecretForbidden, Unavailable
   */
  read(secret: SecretId, version?: string): Promise<SecretVersion & { readonly value: SecretValue }>;
  /** Oldest first; without values. @throws SecretMissing, SecretDeleted, SecretForbidden, Unavailable */
  versions(secret: SecretId): Promise<readonly SecretVersion[]>;
  /** One `setSecret` with everything in it. @throws SecretUnwritable, Unavailable */
  publish(secret: SecretId, content: SecretContent): Promise<SecretVersion>;
  /** @throws SecretUnwritable, Unavailable */
  disable(secret: SecretId, version: string): Promise<void>;
}

/** Where a key is tried: the request goes to one address, the token speaks to the other. */
export interface ProbeAddress {
  /** Base URL that is asked, perhaps with a path, without a trailing slash: ServerEndpoint where a publication has one, else Endpoint. */
  readonly server: string;
  /** Origin of Endpoint, which the token's audience is made from whatever `server` is. */
  readonly audience: string;
}

export interface DataPlane {
  /** Changes nothing. Never throws: a data plane that cannot be asked is an answer. */
  probe(address: ProbeAddress, key: SecretValue): Promise<Exclude<ProbeResult, 'unavailable'>>;
}

/** A record of one step; `hash` is SHA-256 over the RFC 8785 form of the rest, so a rewritten chain shows. */
export interface Receipt {
  readonly seq: number;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly resource: ResourceId;
  readonly rotation: string | null;
  readonly step: Phase;
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Hash of the receipt before; 64 zeros for the first. */
  readonly prev: string;
  readonly hash: string;
}

/** A request that the ledger has taken up, kept for 7 days so that asking twice is asking once. */
export interface KnownRequest {
  readonly id: string;
  /** A request, a person's report of a compromise, or an event's. */
  readonly origin?: 'request' | 'tip' | 'event' | undefined;
  readonly at: Instant;
  /** null until a rotation has begun for it. */
  readonly rotation: string | null;
}

export interface SlotSummary {
  /** null in a row that an earlier version wrote. */
  readonly fingerprint: Fingerprint | null;
  readonly role: Role;
  readonly age: KeyAge;
}

/** What the report says of a target beside its keys, as the last look found it. */
export interface PostureRecord {
  readonly resource: ResourcePosture;
  /** null until they were asked. */
  readonly surroundings: Surroundings | null;
  readonly publications: readonly PublicationRecord[];
  readonly localAuth: LocalAuth;
}

/** A publication as the last look found it, without its key. */
export interface PublicationRecord {
  readonly secret: SecretId;
  /** null where it could not be read or understood. */
  readonly text: TextSeen | null;
  /** Why it cannot be used; null where it can. */
  readonly code: PublicationCode | null;
  readonly version: string | null;
  readonly fingerprint: Fingerprint | null;
  readonly expiresAt: Instant | null;
}

/** A rotation that has ended. */
export interface PastRotation {
  readonly id: string;
  readonly reason: CondemnReason;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly end: 'completed' | 'rolled-back' | 'forgotten';
}

/** The `state` row of a target: what core knows, and the bookkeeping of whoever works on it. */
export interface LedgerRecord {
  readonly state: TargetState;
  readonly phase: Phase;
  readonly findings: readonly Finding[];
  readonly condition: (Condition & { readonly alertedAt: Instant }) | null;
  readonly requests: readonly KnownRequest[];
  /** The wait whose receipt is already written; a wait has one, when it begins. */
  readonly receiptedWait: Phase | null;
  readonly wakeAt: Instant;
  /** When the last invocation ended its work on a rotation with a wait; null where it did not. */
  readonly pausedAt: Instant | null;
  /** Failures in a row that may pass by themselves. */
  readonly attempt: number;
  /** Since when it is stalled, or has failed too often; null while all is well. */
  readonly stuckSince: Instant | null;
  /** When a person was last told of a key that is overdue; null while none is. */
  readonly overdueAlertedAt: Instant | null;
  /** Of the last look; null before the first. */
  readonly slots: Readonly<Record<Slot, SlotSummary>> | null;
  /** What the last look found beside the keys; null before the first. */
  readonly posture: PostureRecord | null;
  /** The newest ended rotations, oldest first. */
  readonly past: readonly PastRotation[];
  /** Whom the last look found missing. */
  readonly awaiting: readonly Awaited[];
  readonly head: { readonly seq: number; readonly hash: string; readonly at: Instant };
  /** Who works on the target; `write` tells a worker its own write when the answer was lost. */
  readonly lease: { readonly worker: string; readonly write: number } | null;
}

/** What a person decides about a rotation, bound to it and to one key, so that it means no other. */
export type Order = { readonly who: string; readonly why: string; readonly rotation: string } & (
  | { readonly is: 'roll-back'; readonly slot: Slot; readonly fingerprint: Fingerprint; readonly until: Instant }
  | { readonly is: 'retire'; readonly fingerprint: Fingerprint; readonly givenUp: readonly string[] }
  /** Of an orphan: its rotation is dropped as it stands. */
  | { readonly is: 'forget' }
);

export type InboxRow =
  | ({
      readonly kind: 'request';
      /** The rotation that its sender was told to join. */
      readonly joins?: string | null;
    } & Omit<PendingRequest, 'at'>)
  /** `at` of a tip and of a sighting is the service's time of insertion, too. */
  | ({ readonly kind: 'tip' } & Omit<Tip, 'at'>)
  | ({ readonly kind: 'sighting'; readonly id: string } & Omit<Sighting, 'at'>)
  | ({ readonly kind: 'ack' } & Pick<Evidence, 'consumer' | 'secret' | 'shows'>)
  | { readonly kind: 'order'; readonly id: string; readonly order: Order };

/** A row that waits to be taken up. `at` is the service's time of insertion. */
export type Inbox = InboxRow & { readonly rowKey: string; readonly etag: string; readonly at: Instant };

/** One resource's rows, and the service's time of the answer. */
export interface Partition {
  readonly record: LedgerRecord | null;
  readonly etag: string | null;
  /** Since the `state` row was last written, by the service's clock at both ends; null without a row. */
  readonly age: Duration | null;
  readonly inbox: readonly Inbox[];
  /** A person's order to leave the target alone; past ones too. */
  readonly freeze: Freeze | null;
  /** Receipts that are not delivered yet, oldest first. */
  readonly outbox: readonly Receipt[];
  readonly now: Instant;
}

/** What a sweep reads of each resource, without opening it. */
export interface LedgerSummary {
  readonly resource: ResourceId;
  /** The label that the target had at its last look; null without a `state` row. */
  readonly name: string | null;
  /** A rotation or an intent is open. */
  readonly open: boolean;
  /** Since when it is stalled, or has failed too often; null while all is well. */
  readonly stuckSince: Instant | null;
  readonly wakeAt: Instant | null;
  /** Of the newest look that found something; null where there was none. */
  readonly observedAt: Instant | null;
  /** When the `state` row was last written, by the service's clock; null without one. */
  readonly writtenAt: Instant | null;
  readonly hasInbox: boolean;
  readonly hasOutbox: boolean;
  /** A lease that nobody released: its worker may be gone. */
  readonly leased: boolean;
}

export interface Written {
  readonly etag: string;
  /** The service's clock. */
  readonly now: Instant;
}

/** The durable state. Every method throws LedgerUnavailable where the store cannot be reached; `read`, `commit` and `history` LedgerCorrupted. */
export interface Ledger {
  read(resource: ResourceId): Promise<Partition>;
  /**
   * One transaction: the record and the receipts' outbox rows.
   *
   * @param etag null where there is no row yet
   * @throws LeaseLost where somebody else wrote the row since
   */
  commit(
    resource: ResourceId,
    etag: string | null,
    record: LedgerRecord,
    receipts: readonly Receipt[],
  ): Promise<Written>;
  /**
   * Inserts a request or an order once. An ack that is repeated is written again, with a new time: a consumer that goes
   * back to a version says so with the very row that it wrote before, and the last word has to win.
   *
   * @returns false where the very row is there already
   */
  insertInbox(resource: ResourceId, row: InboxRow): Promise<boolean>;
  /** Removes rows that a commit has taken up; one that changed meanwhile stays. */
  removeInbox(resource: ResourceId, rows: readonly Inbox[]): Promise<void>;
  /** Replaces what was ordered before; null lifts it. */
  setFreeze(resource: ResourceId, freeze: Freeze | null): Promise<void>;
  /** Copies a receipt to the history; harmless to repeat. */
  deliver(receipt: Receipt): Promise<void>;
  /** Takes a receipt out of the outbox: everybody has it. Harmless to repeat. */
  clear(receipt: Receipt): Promise<void>;
  /** Oldest first, `seq` greater than `after`. */
  history(resource: ResourceId, after: number, limit: number): Promise<readonly Receipt[]>;
  /** Every resource that has a row of any kind, with the service's time. */
  summaries(): Promise<{ readonly now: Instant; readonly resources: readonly LedgerSummary[] }>;
  /** Every resource that has a `state` row, with the service's time. */
  glances(): Promise<{ readonly now: Instant; readonly resources: readonly LedgerGlance[] }>;
}

/** What a report's list shows of a resource, without opening its row. Read of every resource, so it is small. */
export interface LedgerGlance {
  readonly resource: ResourceId;
  readonly name: string | null;
  /** Of the first look, from which `adoptionSpread` counts; null before it. */
  readonly firstObservedAt: Instant | null;
  readonly observedAt: Instant | null;
  readonly phase: Phase | null;
  readonly condition: Pick<Condition, 'code' | 'since'> | null;
  readonly stuckSince: Instant | null;
  readonly slots: Readonly<Record<Slot, SlotSummary>> | null;
  readonly verdict: Verdict | null;
  /** How many findings of each severity. */
  readonly tally: Readonly<Record<Severity, number>>;
  readonly open: boolean;
}

/** A place among the rotations in flight, or the turn of a group, and who has it. */
export interface Claim {
  readonly name: `flight|${number}` | `group|${string}`;
  readonly resource: ResourceId;
  readonly rotation: string;
}

/** A place that is taken, and nobody can tell by whom. */
interface UnreadClaim extends Pick<Claim, 'name'> {
  readonly resource: null;
  readonly rotation: null;
}

export interface FleetLook {
  /** `corrupted`: there is one, and nobody can tell what it says. */
  readonly freeze: Freeze | 'corrupted' | null;
  /** Since when no scheduled rotation starts; null while they do. */
  readonly pausedSince: Instant | null;
  /** Targets that were stuck before a person lifted the pause do not pause the fleet again. */
  readonly liftedAt: Instant | null;
  /** When a person last asked for a look at every target; null where nobody did. */
  readonly refreshAskedAt: Instant | null;
  /** Those that are shown: see core/leaks.ts. */
  readonly leaks: readonly Leak[];
  /** One that cannot be understood has no holder: nobody can tell when it is given back. */
  readonly claims: readonly ((Claim | UnreadClaim) & { readonly etag: string })[];
  /** Keys of the rows that cannot be understood. They stay as they are. */
  readonly corrupted: readonly string[];
  readonly now: Instant;
}

/** What binds the targets together: the rows of partition `fleet`. Throws LedgerUnavailable where the store cannot be reached. */
export interface Fleet {
  look(): Promise<FleetLook>;
  /**
   * Takes a place, one conditional write.
   *
   * @param over the claim that is taken over; null inserts
   * @returns false where somebody else was first
   */
  claim(claim: Claim, over: { readonly etag: string } | null): Promise<boolean>;
  /** Gives back what the rotation holds; harmless to repeat. */
  release(resource: ResourceId, rotation: string): Promise<void>;
  /** Replaces what was ordered before; null lifts it. */
  setFreeze(freeze: Freeze | null): Promise<void>;
  /** Lets no scheduled rotation start from now on. @returns false where that is so already */
  pause(): Promise<boolean>;
  /** Lets them start again. */
  lift(): Promise<void>;
  /** Asks for a look at every target that was not observed since. */
  askForRefresh(): Promise<void>;
  /** Shows it to a person until it is lifted; the oldest give way. What is there already stays as it is. */
  keepLeak(leak: Leak): Promise<void>;
  /** One that is gone is lifted already. */
  liftLeak(id: string): Promise<void>;
}

/** Why an answer shows no key. */
export type ConsumerTrouble =
  /** The reference names a version, so it will never take up another. */
  | 'pinned'
  /** The platform could not resolve the reference; `detail` has its status. */
  | 'broken'
  /** The consumer does not refer to the publication at all, or is not there. */
  | 'not-found'
  | 'forbidden'
  /** No answer, or none of the agreed form. */
  | 'unreachable';

/** What a consumer shows of one publication now. */
export interface ConsumerReading {
  readonly secret: SecretId;
  /** null where there is trouble. */
  readonly shows: Shows | null;
  readonly trouble: ConsumerTrouble | null;
  /** For people; never a value. */
  readonly detail: string | null;
}

export type Nudge = Exclude<NudgePolicy, 'none'>;

/** The consumers that have to be asked, and can be pushed. */
export interface Consumers {
  /** One reading for each publication that it reads. Trouble is an answer, so this never throws a PortError. */
  ask(consumer: Consumer): Promise<readonly ConsumerReading[]>;
  /** Sent once. @throws NudgeRefused where the right is missing or the app is not there; Unavailable */
  nudge(consumer: Consumer, how: Nudge): Promise<void>;
}

/** CloudEvents 1.0. The id is fixed by the receipt that it comes from, so a repetition can be told. */
export interface OutgoingEvent {
  readonly id: string;
  /** `SignalRKeyRotation.` and what happened. */
  readonly type: string;
  /** The resource id. */
  readonly source: string;
  readonly subject: string;
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Where people and pipelines hear of what happened. At least once. */
export interface Notifier {
  /** @throws Unavailable where any of the receivers did not take it */
  send(event: OutgoingEvent): Promise<void>;
}

/** What Azure Monitor knows. Both answers are null where the app may not see them. */
export interface Monitor {
  /** @throws Unavailable */
  diagnostics(resource: ResourceId): Promise<readonly DiagnosticSetting[] | null>;
  /** Those that succeeded since, newest last; the log keeps 90 days and lags by minutes. @throws Unavailable */
  regenerations(resource: ResourceId, since: Instant): Promise<readonly LoggedRegeneration[] | null>;
}

/** A SignalR resource as a list of its subscription shows it. */
export interface ListedResource {
  readonly resource: ResourceId;
  /** In its own letter case. */
  readonly name: string;
  readonly createdAt: Instant | null;
  readonly posture: ResourcePosture;
}

/** The configured subscriptions, as ARM lists them. */
export interface Estate {
  /** @throws SubscriptionForbidden, Unavailable */
  resources(subscription: string): Promise<readonly ListedResource[]>;
  /** @throws SubscriptionForbidden, Unavailable */
  vaults(subscription: string): Promise<readonly VaultSeen[]>;
}

/** What the last survey of a subscription found, or why it found nothing. */
export interface Survey {
  readonly subscription: string;
  /** The service's clock. */
  readonly at: Instant;
  readonly trouble: 'forbidden' | 'unavailable' | null;
}

/** Where surveys are kept. Throws LedgerUnavailable where the store cannot be reached. */
export interface Inventory {
  surveys(): Promise<{ readonly now: Instant; readonly surveys: readonly Survey[] }>;
  resources(): Promise<readonly ListedResource[]>;
  /** Those that are known. @param hosts lower case */
  vaults(hosts: readonly string[]): Promise<readonly VaultSeen[]>;
  /** In place of what was kept of the subscription; trouble leaves what was found before. */
  keep(
    subscription: string,
    found:
      | { readonly resources: readonly ListedResource[]; readonly vaults: readonly VaultSeen[] }
      | NonNullable<Survey['trouble']>,
  ): Promise<void>;
  /** Drops all that is known of a subscription that is no longer surveyed. */
  forget(subscription: string): Promise<void>;
  /** What the last look at the dead letters found; null before the first. */
  deadLetters(): Promise<{ readonly now: Instant; readonly kept: DeadLettersKept | null }>;
  /** In place of what was kept. */
  keepDeadLetters(kept: DeadLettersKept): Promise<void>;
}

/** What lies where Event Grid lays down what it could not deliver. */
export interface DeadLettersSeen {
  /** Address of the container. */
  readonly container: string;
  /** Of blobs, each of which may hold several events. */
  readonly count: number;
  /** There are more than were counted. */
  readonly isMore: boolean;
  /** Of those that were counted; null where there are none. */
  readonly oldestAt: Instant | null;
  readonly newestAt: Instant | null;
}

export interface DeadLettersKept {
  /** null until a look has succeeded. */
  readonly seen: DeadLettersSeen | null;
  /** The last look failed, and what was seen is older. */
  readonly isBlind: boolean;
  /** When a person was last told; null while there are none. */
  readonly alertedAt: Instant | null;
}

/** The dead letters. They are counted and never read. */
export interface DeadLetters {
  /** @throws Unavailable, also where the right is missing */
  look(): Promise<DeadLettersSeen>;
}

export interface ReconcileQueue {
  /**
   * A hint that a target wants a look. Lost hints only cost time: the sweep finds the target by its row.
   *
   * @param delay milliseconds until it becomes visible
   * @param newerThan wants an observation of then or later, whatever the target waits for
   * @throws Unavailable
   */
  send(resource: ResourceId, delay: Duration, newerThan?: Instant | null): Promise<void>;
}

/** What a look at a target led to. */
export interface StepTold {
  readonly step: Phase;
  /** null where the step is about no slot in particular. */
  readonly slot: Slot | null;
  readonly role: Role | null;
}

/** How a request ended: with a status, or without an answer for the reason that its code names. */
export type CallEnd = { readonly status: number } | { readonly code: string };

/** A value of the fleet at one moment; its name and labels are those of `/api/metrics`. */
export interface Sample {
  readonly name: string;
  readonly help: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * Who hears how the work goes: names, codes, ids and times; never a key, a text of somebody else, or an address. It throws
 * nothing, and whatever becomes of what it hears changes nothing.
 */
export interface Telemetry {
  /**
   * All that a trigger does for one message or tick.
   *
   * @param cause the host's W3C `traceparent`; null where it says none
   */
  invocation<T>(cause: string | null, work: () => Promise<T>): Promise<T>;
  /**
   * One look at a target and the step that it led to.
   *
   * @param rotation the id of the one that is open now; null without
   */
  look<T>(
    of: { readonly target: string; readonly rotation: () => string | null },
    work: (decided: (step: StepTold) => void) => Promise<T>,
  ): Promise<T>;
  ended(rotation: PastRotation, target: string): void;
  /** A request begins. @returns what is called when it has ended */
  call(service: string, operation: string): (end: CallEnd) => void;
  /**
   * The fleet as it is now; not measured where nobody listens.
   *
   * @returns why what was told lately may not have arrived; null where nothing is known of that
   */
  fleet(measure: () => Promise<readonly Sample[]>): Promise<string | null>;
  /** The process ends: what has not been sent is sent now, or never. */
  end(): Promise<void>;
}
