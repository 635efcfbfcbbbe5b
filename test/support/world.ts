import { type LocalAzure, startLocalAzure } from '../../local/azure/server.ts';
import { type SignalROptions, SignalRResource, type Timing } from '../../local/azure/signalr-resource.ts';
import { Subscription } from '../../local/azure/subscription.ts';
import { Vault } from '../../local/azure/vault.ts';
import { acknowledge } from '../../src/app/acks.ts';
import type { App } from '../../src/app/app.ts';
import { LedgerUnavailable, Unavailable } from '../../src/app/errors.ts';
import { freezeTarget } from '../../src/app/freezes.ts';
import type { LogRecord } from '../../src/app/log.ts';
import type { DeadLetters, LedgerRecord, OutgoingEvent, Ports, Receipt, Telemetry } from '../../src/app/ports.ts';
import { Problem } from '../../src/app/problems.ts';
import { reconcile } from '../../src/app/reconcile.ts';
import { type RotateAnswer, type RotateRequest, requestRotation } from '../../src/app/requests.ts';
import { SecretValue } from '../../src/app/secret-value.ts';
import { sweep } from '../../src/app/sweep.ts';
import { reportCompromise, type TipAnswer } from '../../src/app/tips.ts';
import { untold } from '../../src/app/untold.ts';
import { signalRDataPlane } from '../../src/azure/data-plane.ts';
import { azureEstate } from '../../src/azure/estate.ts';
import { keyVaultSecrets } from '../../src/azure/key-vault.ts';
import { azureMonitor } from '../../src/azure/monitor.ts';
import { signalRKeys } from '../../src/azure/signalr-keys.ts';
import { transportFor } from '../../src/azure/transport.ts';
import { watched } from '../../src/azure/watched.ts';
import { CLOUDS, type Cloud } from '../../src/core/clouds.ts';
import type { FleetLimits } from '../../src/core/control.ts';
import type {
  Consumer,
  Duration,
  EvidenceSource,
  Instant,
  Policy,
  Publication,
  ResourceId,
  SecretId,
  Slot,
  Target,
} from '../../src/core/model.ts';
import { parseResourceId, parseSecretId } from '../../src/core/model.ts';
import { directDataPlane, directEstate, directKeys, directMonitor, directSecrets } from './direct-ports.ts';
import { FleetTwin } from './fleet-twin.ts';
import { Crash, instrument, type Mishap } from './instrument.ts';
import { InventoryTwin } from './inventory-twin.ts';
import { LedgerTwin } from './ledger-twin.ts';
import { QueueTwin } from './queue-twin.ts';
import { aPolicy, HOUR, MINUTE, NOON, SECOND } from './scene.ts';
import { WorldConsumer } from './world-consumer.ts';

const SWEEP_EVERY = 5 * MINUTE;
/** The host shows a failed message again after this time (host.json). */
const REDELIVERED_AFTER = 30 * SECOND;

export interface WorldOptions {
  readonly vaults?: readonly string[];
  /** The slot whose key the publications carry at first. */
  readonly active?: Slot;
  /** Where all of it is; default: the public one. Served over http. */
  readonly cloud?: Cloud;
  /** Where the app takes it to be; default: where it is. */
  readonly asks?: Cloud;
  readonly resource?: Partial<SignalROptions>;
  readonly policy?: Partial<Policy>;
  readonly timing?: Partial<Timing>;
  /** Per consumer and vault: how often it reads the secret again; null: only when restarted. */
  readonly rereads?: Duration | null;
  readonly evidence?: 'ack' | 'elapsed' | EvidenceSource;
  /** `http`: the real adapters over loopback; `direct`: the same world without the wire between, for thousands of runs. */
  readonly over?: 'http' | 'direct';
  /** What the vaults hold at first; default: the connection string of the active slot. */
  readonly text?: (resource: SignalRResource, vault: number) => string;
  readonly format?: Publication['format'];
  readonly group?: string;
  /** Another world, in whose fleet this one lives: its clock, ledger and fleet. */
  readonly beside?: World;
  readonly limits?: Partial<FleetLimits>;
}

/** One target with its vaults and consumers on a clock of its own, and everybody who looks at it. */
export class World {
  readonly clock: { ms: Instant; now(): Instant };
  readonly resource: SignalRResource;
  /** That of the resource; vaults are in the usual one. */
  readonly subscription: Subscription;
  readonly vaults: readonly Vault[];
  readonly consumers: readonly WorldConsumer[];
  /** As rotation.json has it now; a test may edit it at any moment. */
  target: Target;
  /** Every target of rotation.json; default: this one. */
  targets: () => readonly Target[] = () => [this.target];
  readonly limits: FleetLimits;
  readonly cloud: Cloud;
  readonly ledger: LedgerTwin;
  readonly fleet: FleetTwin;
  readonly inventory: InventoryTwin;
  installation = 'default';
  /** As rotation.json has them now. */
  subscriptions: readonly string[] = [];
  knownPrincipals: readonly string[] = [];
  /** As SELF_PRINCIPAL_ID has it. */
  selfPrincipalId: string | null = null;
  readonly queue: QueueTwin;
  readonly azure: LocalAzure | null;
  readonly log: LogRecord[] = [];
  /** Who hears of the work; a test may replace it between two invocations, as a new process does. */
  telemetry: Telemetry = untold;
  /** What receivers of events have taken. */
  readonly events: OutgoingEvent[] = [];
  /** What Event Grid could not deliver; null where nobody has named a container for it. */
  deadLetters: DeadLetters | null = null;
  /** Nobody takes an event. */
  isUnheard = false;
  /** Pushes that reached a consumer, in order. */
  readonly pushes: string[] = [];
  /** Every port call of every invocation, in order. */
  readonly calls: string[] = [];
  /** What must never happen, as it happened. */
  readonly violations: string[] = [];
  /** Decides what goes wrong with the nth port call. */
  mishap: (index: number, name: string) => Mishap | null = () => null;
  /** Awaited before each port call, so that a test can interleave workers. */
  pace: () => Promise<void> = async () => undefined;
  /** Clients whose tokens were signed with a leaked key are part of the leak. */
  sparesTokens = true;
  /** Every key that ever was in a slot. */
  readonly keysSeen = new Set<string>();
  #sweepAt: Instant;
  readonly #excused = new Set<string>();
  #redeliver: { readonly at: Instant; readonly newerThan: Instant | null }[] = [];
  #ids = 0;
  readonly #app: App;

  private constructor(options: WorldOptions, clock: World['clock'], azure: LocalAzure | null) {
    this.clock = clock;
    this.azure = azure;
    this.cloud = options.asks ?? options.cloud ?? CLOUDS.AzureCloud;
    this.#sweepAt = clock.now();
    const timing = {
      operation: 2 * SECOND,
      newKeyAccepted: 2 * SECOND,
      oldKeyRefused: 2 * SECOND,
      logged: 3 * MINUTE,
      ...options.timing,
    };
    const resourceOptions = { name: 'chat-prod', timing, ...options.resource };
    this.resource = azure?.addSignalR(resourceOptions) ?? new SignalRResource(resourceOptions, clock, timing);
    const { subscriptionId } = this.resource;
    this.subscription = azure?.subscription(subscriptionId) ?? new Subscription(subscriptionId);
    const names = options.vaults ?? ['kv-a'];
    this.vaults = names.map((name) => azure?.addVault(name) ?? new Vault(name, clock));
    const text = options.text ?? ((resource) => resource.connectionString(options.active ?? 'primary'));
    for (const [i, vault] of this.vaults.entries()) vault.set('chat', text(this.resource, i));
    const policy = aPolicy({ adoptionSpread: 0, ...options.policy });
    this.target = targetOf(this, policy, options);
    this.limits = { maxInFlight: 20, pauseAfterStalled: 3, maxPerSweep: null, ...options.limits };
    this.ledger = options.beside?.ledger ?? new LedgerTwin(clock);
    this.fleet = options.beside?.fleet ?? new FleetTwin(clock);
    this.inventory = options.beside?.inventory ?? new InventoryTwin(clock);
    this.queue = new QueueTwin(clock);
    this.#app = this.#compose();
    this.consumers = this.vaults.map((vault, i) => {
      const { name } = this.target.consumers[i] ?? { name: '' };
      const onSwitch = (version: string) => this.#acknowledge(name, vault, version);
      const rereads = options.rereads === undefined ? MINUTE : options.rereads;
      return new WorldConsumer({
        name,
        vault,
        secret: 'chat',
        format: options.format ?? 'connection-string',
        hostName: this.resource.hostName,
        rereads,
        tokenLifetime: policy.switchover.tokenLifetime,
        ...((options.evidence ?? 'ack') === 'ack' ? { onSwitch } : {}),
      });
    });
  }

  static async start(options: WorldOptions = {}): Promise<World> {
    const own = { ms: NOON, now: () => own.ms };
    const clock = options.beside?.clock ?? own;
    const azure =
      options.over === 'http' ? await startLocalAzure({ clock, cloud: options.cloud ?? CLOUDS.AzureCloud }) : null;
    const world = new World(options, clock, azure);
    azure?.authorisation.deploy(() => {
      const { subscriptions } = world;
      return { targets: world.targets(), subscriptions, notify: { topic: null } };
    });
    await world.#tickConsumers();
    return world;
  }

  /** With rotation.json and INSTALLATION_ID as they are now. */
  get app(): App {
    const { installation, subscriptions, knownPrincipals, selfPrincipalId, telemetry } = this;
    const own = { installation, subscriptions, knownPrincipals, selfPrincipalId, telemetry };
    return { ...this.#app, targets: this.targets(), ...own };
  }

  async close(): Promise<void> {
    await this.azure?.close();
    const [refused] = this.azure?.authorisation.refusals ?? [];
    if (refused) throw new Error(`The app lacked ${refused.action} on ${refused.scope}.`);
  }

  get resourceId(): ResourceId {
    return this.target.resourceId;
  }

  /** The target's ledger record; null before the first look. */
  async found(): Promise<LedgerRecord | null> {
    return (await this.ledger.read(this.resourceId)).record;
  }

  /** The target's ledger record. */
  async record(): Promise<LedgerRecord> {
    const { record } = await this.ledger.read(this.resourceId);
    if (record === null) throw new Error('Nobody has looked at the target yet.');
    return record;
  }

  async receipts(): Promise<readonly Receipt[]> {
    return this.ledger.history(this.resourceId, 0, 1_000);
  }

  async steps(): Promise<string[]> {
    return (await this.receipts()).map(({ step, data }) => (data.slot === undefined ? step : `${step} ${data.slot}`));
  }

  /** Slots that the rotator had regenerated and that changed, in order. */
  get regenerated(): string[] {
    return this.resource.operations
      .filter(({ by, end }) => by === 'rotator' && end === 'changed')
      .map(({ slot }) => slot);
  }

  async request(id = `request-${this.#nextId()}`, own: Partial<RotateRequest> = {}): Promise<RotateAnswer> {
    const request = { id, who: 'ann', why: null, isNamed: true, force: false, acceptUnknownConsumers: false, ...own };
    return requestRotation(this.target, request, this.ports());
  }

  /** Somebody who may operate the target reports a key; by default no key in particular, now. */
  async report(own: Partial<Parameters<typeof reportCompromise>[1]> = {}): Promise<TipAnswer> {
    const nothing = { why: null, fingerprint: null, slot: null, reportedAt: null, onTimeout: null };
    const tip = { id: `tip-${this.#nextId()}`, who: 'ann', trusted: true, ...nothing, ...own };
    return reportCompromise(this.target, tip, this.ports());
  }

  /** One message. A process that dies gives it back to the queue. */
  async reconcile(newerThan: Instant | null = null): Promise<string> {
    try {
      return await this.telemetry.invocation(null, () => reconcile(this.resourceId, this.app, newerThan));
    } catch (error) {
      if (!(error instanceof Crash || error instanceof LedgerUnavailable)) throw error;
      this.#redeliver.push({ at: this.clock.now() + REDELIVERED_AFTER, newerThan });
      return 'gave back';
    }
  }

  /** Lets time pass, message by message and sweep by sweep, until something holds or the time is over. */
  async live(lasts: Duration, until: () => Promise<boolean> | boolean = () => false): Promise<void> {
    const end = this.clock.now() + lasts;
    for (;;) {
      await this.#sweepIfDue();
      for (let taken = this.#takeMessages(); taken.length > 0; taken = this.#takeMessages()) {
        const wanted = taken.flatMap(({ newerThan }) => newerThan ?? []);
        await this.reconcile(wanted.length === 0 ? null : Math.max(...wanted));
      }
      await this.#tickConsumers();
      this.check();
      if (this.clock.now() >= end || (await until())) return;
      this.clock.ms = Math.min(end, Math.max(this.clock.now() + SECOND, this.#nextEvent()));
    }
  }

  /** Until a step of the rotation has been taken. */
  async until(step: string, within: Duration = 30 * 24 * HOUR): Promise<void> {
    const isTaken = async () => (await this.steps()).includes(step);
    await this.live(within, isTaken);
    if (!(await isTaken())) throw new Error(`Never came to ${step}: ${(await this.steps()).join(', ')}`);
  }

  async freeze(until: Instant): Promise<void> {
    await freezeTarget(this.target, { until, who: 'ann', why: 'a holiday' }, this.ports());
  }

  /** Until a rotation has completed `times` times since the beginning. */
  async rotated(times = 1, within: Duration = 30 * 24 * HOUR): Promise<void> {
    const isDone = async () => (await this.steps()).filter((step) => step === 'complete').length >= times;
    await this.live(within, isDone);
    if (!(await isDone())) {
      const { phase, condition, awaiting } = await this.record();
      throw new Error(
        `Not rotated: ${(await this.steps()).join(', ')}; now ${JSON.stringify({ phase, condition, awaiting })}`,
      );
    }
  }

  /** A person regenerates a key by hand: whoever is refused for that is not refused because of us. */
  humanRegenerates(slot: Slot): void {
    this.#excused.add(this.resource.keys[slot]);
    this.resource.regenerate(slot, 'human');
  }

  /** No call of a consumer or of its clients is refused, now. */
  check(): void {
    for (const key of Object.values(this.resource.keys)) this.keysSeen.add(key);
    for (const consumer of this.consumers) {
      const refused = consumer
        .keysInUse(this.clock.now(), this.sparesTokens)
        .some((key) => !this.resource.accepts(key) && !this.#excused.has(key));
      if (refused) this.violations.push(`${consumer.name} is refused after call ${this.calls.length}`);
    }
  }

  #nextId(): number {
    this.#ids += 1;
    return this.#ids;
  }

  #takeMessages(): readonly { readonly newerThan: Instant | null }[] {
    const now = this.clock.now();
    const redelivered = this.#redeliver.filter(({ at }) => at <= now);
    this.#redeliver = this.#redeliver.filter(({ at }) => at > now);
    return [...this.queue.take(), ...redelivered];
  }

  #nextEvent(): Instant {
    const redelivered = this.#redeliver.map(({ at }) => at);
    return Math.min(
      this.#sweepAt,
      this.clock.now() + MINUTE,
      this.queue.nextAt ?? Number.POSITIVE_INFINITY,
      ...redelivered,
    );
  }

  async #sweepIfDue(): Promise<void> {
    if (this.clock.now() < this.#sweepAt) return;
    this.#sweepAt = this.clock.now() + SWEEP_EVERY;
    try {
      await sweep(this.app);
    } catch (error) {
      if (!(error instanceof Crash || error instanceof LedgerUnavailable)) throw error;
    }
  }

  async #tickConsumers(): Promise<void> {
    for (const consumer of this.consumers) await consumer.tick(this.clock.now());
  }

  async #acknowledge(consumer: string, vault: Vault, version: string): Promise<void> {
    const ack = { consumer, secret: secretOf(vault), shows: { by: 'version', version } } as const;
    await acknowledge(this.target, ack, () => true, this.ports()).catch((error: unknown) => {
      // It is recorded all the same.
      if (!(error instanceof Problem && error.code === 'AckOutdated')) throw error;
    });
  }

  ports(): Ports {
    const { ledger, fleet, queue, inventory, deadLetters } = this;
    return { ...this.#places(), ...this.#outside(), ledger, fleet, queue, inventory, deadLetters };
  }

  #outside(): Pick<Ports, 'consumers' | 'notifier'> {
    const named = (name: string): WorldConsumer | undefined => this.consumers.find((c) => c.name === name);
    return {
      consumers: {
        ask: async ({ name, reads, evidence }) => {
          const consumer = named(name);
          const trouble = consumer === undefined ? 'not-found' : consumer.trouble;
          const shows = trouble === null ? (consumer?.shows(evidence.kind) ?? null) : null;
          return reads.map((secret) => ({ secret, shows, trouble, detail: null }));
        },
        nudge: async ({ name }, how) => {
          this.pushes.push(`${how} ${name}`);
          if (!named(name)?.deafTo.includes(how)) await named(name)?.restart(this.clock.now());
        },
      },
      notifier: {
        send: async (event) => {
          if (this.isUnheard) throw new Unavailable('The receiver of events');
          this.events.push(event);
        },
      },
    };
  }

  #places(): Pick<Ports, 'keys' | 'secrets' | 'dataPlane' | 'monitor' | 'estate'> {
    const now = () => this.clock.now();
    if (this.azure !== null) {
      const { signal } = new AbortController();
      const access = {
        credential: this.azure.credential(),
        httpClient: watched(transportFor(this.azure.origin), this.cloud, {
          call: (service, operation) => this.telemetry.call(service, operation),
        }),
        cloud: this.cloud,
      };
      const dataPlane = signalRDataPlane({
        ...access,
        now,
        connectionId: () => `c${this.#nextId()}`,
      });
      return {
        keys: signalRKeys(access)(signal),
        secrets: keyVaultSecrets(access)(signal),
        dataPlane: dataPlane(signal),
        monitor: azureMonitor({ ...access, now })(signal),
        estate: azureEstate(access)(signal),
      };
    }
    const places = {
      now,
      subscriptionAt: (id: string) =>
        id.toLowerCase() === this.subscription.id.toLowerCase() ? this.subscription : null,
      resources: () => [this.resource],
      vaults: () => this.vaults,
      resource: () => this.resource,
      vault: (secret: SecretId) => this.vaults.find(({ host }) => secret.includes(host)) ?? (this.vaults[0] as Vault),
    };
    return {
      keys: directKeys(places),
      secrets: directSecrets(places),
      dataPlane: directDataPlane(places.resources),
      monitor: directMonitor(places),
      estate: directEstate(places),
    };
  }

  #compose(): App {
    const ports = this.ports();
    const before = async (name: string, args: readonly unknown[]): Promise<Mishap | null> => {
      await this.pace();
      this.calls.push(name);
      if (name === 'keys.beginRegenerate') this.#checkNotInUse(args[1] as Slot);
      return this.mishap(this.calls.length - 1, name);
    };
    return {
      openPorts: () => instrument(ports, { before, after: () => this.check() }),
      targets: [],
      subscriptions: [],
      knownPrincipals: [],
      selfPrincipalId: null,
      fleet: this.limits,
      installation: 'default',
      cloud: this.cloud,
      configHash: 'c0ffee',
      version: '0.0.0',
      log: (record) => this.log.push(record),
      telemetry: untold,
      newId: () => `id-${this.#nextId()}`,
      randomKey: () => new SecretValue(`nobody has this ${this.#nextId()}`),
      chance: () => 0.5,
      stopwatch: () => this.clock.now(),
    };
  }

  /** The oracle: it asks the consumers themselves, never the ledger. */
  #checkNotInUse(slot: Slot): void {
    const key = this.resource.keys[slot];
    for (const consumer of this.consumers) {
      if (consumer.keysInUse(this.clock.now(), this.sparesTokens).includes(key))
        this.violations.push(`${slot} was regenerated while ${consumer.name} used it`);
    }
  }
}

function targetOf(world: Pick<World, 'resource' | 'vaults'>, policy: Policy, options: WorldOptions): Target {
  const { evidence = 'ack', format = 'connection-string', group = null } = options;
  const resourceId = parseResourceId(world.resource.id);
  if (resourceId === null) throw new Error('The local resource has no resource id.');
  const secrets = world.vaults.map(secretOf);
  return {
    name: world.resource.name,
    resourceId,
    publications: secrets.map((secret) => ({ secret, format, required: true })),
    group,
    repositories: [],
    spread: 0,
    consumers: secrets.map((secret, i): Consumer => {
      const source = sourceOf(evidence);
      return { name: `web-${i + 1}`, reads: [secret], evidence: source };
    }),
    policy,
  };
}

function sourceOf(evidence: NonNullable<WorldOptions['evidence']>): EvidenceSource {
  if (evidence === 'ack') return { kind: 'ack', principalId: null };
  return evidence === 'elapsed' ? { kind: 'elapsed', after: 2 * HOUR } : evidence;
}

function secretOf(vault: Vault): SecretId {
  const secret = parseSecretId(vault.idOf('chat'));
  if (secret === null) throw new Error('The local secret has no id.');
  return secret;
}
