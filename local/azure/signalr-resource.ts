import { randomUUID } from 'node:crypto';
import { CLOUDS, type Cloud } from '../../src/core/clouds.ts';
import { Denials } from './denials.ts';
import type { Clock } from './http.ts';
import { fingerprintOf, type KeyShape, newKey } from './keys.ts';
import { usualSubscription } from './subscription.ts';

export type SlotName = 'primary' | 'secondary';
/** The last two are asked of Azure Monitor. */
export type ArmOperation = 'read' | 'listKeys' | 'regenerateKey' | 'readDiagnostics' | 'readActivityLog';
/** What the rotation app meets on the data plane. Consumers sit inside the network and are never kept out. */
export type Reachability = 'open' | 'forbidden' | 'unreachable';

export interface Timing {
  /** From the 202 to Succeeded. */
  readonly operation: number;
  /** From Succeeded until the data plane takes the new key. */
  readonly newKeyAccepted: number;
  /** From Succeeded until it stops taking the old one. */
  readonly oldKeyRefused: number;
  /** From an event until the activity log shows it. */
  readonly logged: number;
}

/** Where a resource's logs are sent. By category or group (`allLogs`, `audit`), whether it is. */
export interface DiagnosticSetting {
  readonly name: string;
  readonly logs: Readonly<Record<string, boolean>>;
}

export interface SignalROptions {
  readonly name: string;
  /** Default: the public one. */
  readonly cloud?: Cloud;
  readonly subscriptionId?: string;
  readonly resourceGroup?: string;
  readonly location?: string;
  readonly createdAt?: number;
  /** When the first keys were made; newer keys tell their month. Default: with the resource. */
  readonly keysMadeAt?: number;
  /** Default 44: a resource that was there before keys carried a date. */
  readonly keyShape?: KeyShape;
  readonly regeneratedKeyShape?: KeyShape;
  /** Whole keys of one's own, for tests with known vectors. */
  readonly keys?: Partial<Record<SlotName, string>>;
  /** Default Standard_S1, or Premium_P1 with custom domains, which only that tier has. */
  readonly sku?: string;
  readonly customDomains?: readonly string[];
  /** Hosts of ClientEndpoint and ServerEndpoint: they lead here, the audience stays `Endpoint`'s. */
  readonly endpointHosts?: readonly string[];
  readonly timing?: Partial<Timing>;
  /** Laid over the ARM properties: `publicNetworkAccess`, `networkACLs`, `features`, … */
  readonly properties?: Readonly<Record<string, unknown>>;
  /** `SystemAssigned`, `UserAssigned`, or both with a comma between. Default none. */
  readonly identity?: string;
  /** Default none. */
  readonly diagnosticSettings?: readonly DiagnosticSetting[];
  readonly tags?: Readonly<Record<string, string>>;
}

export interface Operation {
  readonly id: string;
  readonly slot: SlotName;
  readonly startedAt: number;
  readonly endsAt: number;
  readonly by: string;
  readonly end: 'changed' | 'unchanged' | 'fails';
}

/** Who listed the keys, of which Azure tells subscribers. */
export interface Listing {
  readonly id: string;
  readonly at: number;
  readonly by: string;
  readonly clientIp: string;
}

/** A key and the time in which the data plane takes it. */
interface KeyLife {
  readonly slot: SlotName;
  readonly key: string;
  readonly acceptedFrom: number;
  refusedFrom: number;
}

const day = 86_400_000;
/** A local Azure may run for days. */
const mostListings = 1_000;

/** One SignalR resource: its keys over time, and the operations on them. Everything is computed from the clock, so fake time works. */
export class SignalRResource {
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly id: string;
  readonly hostName: string;
  readonly createdAt: number;
  readonly sku: string;
  readonly customDomains: readonly string[];
  readonly endpointHosts: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly denials = new Denials<ArmOperation>();
  /** Every regeneration that was ever accepted, whoever asked and however it ended. */
  readonly operations: Operation[] = [];
  /** The newest ones, oldest first. */
  readonly listings: Listing[] = [];
  properties: Readonly<Record<string, unknown>>;
  identity: string | null;
  diagnosticSettings: readonly DiagnosticSetting[];
  /** Whether the activity log tells which key a regeneration was of. That the real one does for this action is not documented. */
  logsRequestBodies = true;
  dataPlane: Reachability = 'open';
  stopped = false;
  localAuthDisabled = false;
  timing: Timing;

  readonly #clock: Clock;
  readonly #regeneratedShape: KeyShape;
  readonly #lives: KeyLife[] = [];
  #nextEnds: Operation['end'][] = [];

  constructor(options: SignalROptions, clock: Clock, timing: Timing) {
    this.#clock = clock;
    this.#regeneratedShape = options.regeneratedKeyShape ?? 84;
    this.name = options.name;
    this.subscriptionId = options.subscriptionId ?? usualSubscription;
    this.resourceGroup = options.resourceGroup ?? 'rg-chat';
    this.location = options.location ?? 'westeurope';
    this.id = `/subscriptions/${this.subscriptionId}/resourceGroups/${this.resourceGroup}/providers/Microsoft.SignalRService/SignalR/${this.name}`;
    this.hostName = `${this.name}.${(options.cloud ?? CLOUDS.AzureCloud).signalR}`.toLowerCase();
    this.createdAt = options.createdAt ?? clock.now() - 200 * day;
    this.customDomains = options.customDomains ?? [];
    this.sku = options.sku ?? (this.customDomains.length > 0 ? 'Premium_P1' : 'Standard_S1');
    this.endpointHosts = options.endpointHosts ?? [];
    this.properties = options.properties ?? {};
    this.identity = options.identity ?? null;
    this.diagnosticSettings = options.diagnosticSettings ?? [];
    this.tags = options.tags ?? {};
    this.timing = { ...timing, ...options.timing };
    for (const slot of ['primary', 'secondary'] as const) {
      const key = options.keys?.[slot] ?? newKey(options.keyShape ?? 44, options.keysMadeAt ?? this.createdAt);
      this.#lives.push({ slot, key, acceptedFrom: Number.NEGATIVE_INFINITY, refusedFrom: Number.POSITIVE_INFINITY });
    }
  }

  /** What may stand in `Endpoint` and so in a token's audience: its own name, its private endpoint's, custom domains. */
  get hostNames(): readonly string[] {
    const privateName = this.hostName.replace('.', '.privatelink.');
    return [this.hostName, privateName, ...this.customDomains.map((domain) => domain.toLowerCase())];
  }

  /** The keys as ARM lists them: a regenerated one at once, before it is live. */
  get keys(): Record<SlotName, string> {
    return { primary: this.#latest('primary').key, secondary: this.#latest('secondary').key };
  }

  /** The same as ARM gives them: by whomever, and seen. A test by hand is a stranger from elsewhere. */
  listKeys(by = 'human', clientIp = '203.0.113.7'): Record<SlotName, string> {
    this.listings.push({ id: randomUUID(), at: this.#clock.now(), by, clientIp });
    if (this.listings.length > mostListings) this.listings.shift();
    return this.keys;
  }

  get fingerprints(): Record<SlotName, string> {
    return { primary: fingerprintOf(this.keys.primary), secondary: fingerprintOf(this.keys.secondary) };
  }

  connectionString(slot: SlotName, key = this.keys[slot]): string {
    return `Endpoint=https://${this.hostName};AccessKey=${key};Version=1.0;`;
  }

  /** Every key that the data plane takes at this moment, the dying ones included. */
  get acceptedKeys(): readonly string[] {
    const now = this.#clock.now();
    if (this.localAuthDisabled || this.stopped) return [];
    return this.#lives.filter((life) => life.acceptedFrom <= now && now < life.refusedFrom).map((life) => life.key);
  }

  accepts(key: string): boolean {
    return this.acceptedKeys.includes(key);
  }

  get runningOperation(): Operation | null {
    return this.operations.find((operation) => this.#clock.now() < operation.endsAt) ?? null;
  }

  get provisioningState(): 'Succeeded' | 'Updating' {
    return this.runningOperation ? 'Updating' : 'Succeeded';
  }

  /** The next regenerations are accepted like any other, and then leave the key as it is: seen in the field, reported as Succeeded. */
  nextRegenerations(end: 'unchanged' | 'fails', times = 1): void {
    for (let i = 0; i < times; i += 1) this.#nextEnds.push(end);
  }

  /** By whomever: ARM calls this with its principal, a test by hand without. `null` where ARM would answer that the service is not active. */
  regenerate(
    slot: SlotName,
    by = 'human',
  ): { readonly operation: Operation; readonly announced: Record<SlotName, string> } | null {
    if (this.runningOperation || this.stopped || this.localAuthDisabled) return null;
    const startedAt = this.#clock.now();
    const endsAt = startedAt + this.timing.operation;
    const operation: Operation = {
      id: randomUUID(),
      slot,
      startedAt,
      endsAt,
      by,
      end: this.#nextEnds.shift() ?? 'changed',
    };
    this.operations.push(operation);
    const key = newKey(this.#regeneratedShape, startedAt);
    const announced = { ...this.keys, [slot]: key };
    if (operation.end === 'changed') this.#replace(slot, key, endsAt);
    return { operation, announced };
  }

  /** Azure deletes both keys for good; switching back on makes new ones. */
  disableLocalAuth(): void {
    this.localAuthDisabled = true;
    const now = this.#clock.now();
    for (const life of this.#lives) life.refusedFrom = Math.min(life.refusedFrom, now);
  }

  enableLocalAuth(): void {
    const now = this.#clock.now();
    this.localAuthDisabled = false;
    for (const slot of ['primary', 'secondary'] as const) this.#replace(slot, newKey(this.#regeneratedShape, now), now);
  }

  #replace(slot: SlotName, key: string, endsAt: number): void {
    const old = this.#latest(slot);
    old.refusedFrom = Math.min(old.refusedFrom, endsAt + this.timing.oldKeyRefused);
    this.#lives.push({
      slot,
      key,
      acceptedFrom: endsAt + this.timing.newKeyAccepted,
      refusedFrom: Number.POSITIVE_INFINITY,
    });
  }

  #latest(slot: SlotName): KeyLife {
    const life = this.#lives.findLast((candidate) => candidate.slot === slot);
    if (!life) throw new Error(`${this.name} has no ${slot} key.`);
    return life;
  }
}
