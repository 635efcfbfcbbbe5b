import { type AzureInProcess, createAzure } from '../../local/azure/in-process.ts';
import { fingerprintOf } from '../../local/azure/keys.ts';
import type { SignalRResource } from '../../local/azure/signalr-resource.ts';
import type { Vault } from '../../local/azure/vault.ts';
import type { Chance } from '../../local/chance.ts';
import { acknowledge } from '../../src/app/acks.ts';
import { LedgerUnavailable } from '../../src/app/errors.ts';
import type { LogRecord } from '../../src/app/log.ts';
import type { Ports } from '../../src/app/ports.ts';
import { Problem } from '../../src/app/problems.ts';
import { reconcile } from '../../src/app/reconcile.ts';
import { sweep } from '../../src/app/sweep.ts';
import {
  type Consumer,
  type Duration,
  type EvidenceSource,
  type Instant,
  parseResourceId,
  parseSecretId,
  type ResourceId,
  type SecretId,
  type Slot,
  type Target,
} from '../../src/core/model.ts';
import { FleetTwin } from '../support/fleet-twin.ts';
import { InventoryTwin } from '../support/inventory-twin.ts';
import { LedgerTwin } from '../support/ledger-twin.ts';
import { type Hint, QueueTwin } from '../support/queue-twin.ts';
import { aPolicy, HOUR, MINUTE, SECOND } from '../support/scene.ts';
import { Boundaries, type Plan } from './boundaries.ts';
import { type Held, SimulatedConsumer } from './consumer.ts';
import { DIED, HostProcess, type Surroundings } from './host-process.ts';
import { keyIn } from './key-in.ts';
import { Oracle } from './oracle.ts';
import type { ConsumerSetup, Deed, Setup } from './scenario.ts';
import type { VirtualTime } from './virtual-time.ts';

const SWEEP_EVERY: Duration = 15 * MINUTE;
/** Of a message whose invocation failed (host.json), and of one whose process is gone. */
const REDELIVERED_AFTER: Duration = 30 * SECOND;
const RELEASED_AFTER: Duration = 10 * MINUTE;
const SECRET = 'chat';
/** Under which its platform gives an application its connection string. */
const SETTING = 'SIGNALR';

export interface WorldOptions {
  readonly setup: Partial<Setup>;
  readonly people: readonly Deed[];
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly plan: Plan;
  /** How many processes of the host there are. */
  readonly processes: number;
  /** Of a hundred messages, how many come twice. */
  readonly twice: number;
}

const USUAL: Setup = {
  vaults: ['kv-a'],
  active: [],
  consumers: [{ name: 'web', by: 'ack' }],
  policy: {},
  format: 'connection-string',
  keysMadeAgo: null,
};

/** A resource, its vaults, consumers, people and several host processes, in virtual time. Nothing in it is real but the code under test. */
export class SimulatedWorld {
  readonly azure: AzureInProcess;
  readonly resource: SignalRResource;
  readonly vaults: readonly Vault[];
  readonly consumers: readonly SimulatedConsumer[];
  readonly target: Target;
  readonly ledger: LedgerTwin;
  readonly oracle: Oracle;
  readonly boundaries: Boundaries;
  readonly log: LogRecord[] = [];
  readonly #setup: Setup;
  readonly #options: WorldOptions;
  readonly #queue: QueueTwin;
  readonly #surroundings: Surroundings;
  readonly #processes: (HostProcess | null)[];
  readonly #held = new Map<string, Held>();
  readonly #deeds: Deed[];
  /** The keys when the story began. */
  #first: Readonly<Record<Slot, string>>;
  #beganAt: Instant;
  #hasBegun = false;

  constructor(options: WorldOptions) {
    const { chance, time } = options;
    const clock = { now: () => Date.now() };
    const setup = { ...USUAL, ...options.setup };
    this.#setup = setup;
    this.#options = options;
    this.#deeds = [...options.people];
    const timing = { operation: 2 * SECOND, newKeyAccepted: 2 * SECOND, oldKeyRefused: 2 * SECOND, logged: 3 * MINUTE };
    // What the roles allow is proved elsewhere, and costs more than all the rest.
    this.azure = createAzure({ clock, timing, authorisation: { by: 'everything' } });
    const { keysMadeAgo } = setup;
    const made = keysMadeAgo === null ? {} : ({ keyShape: 84, keysMadeAt: clock.now() - keysMadeAgo } as const);
    this.resource = this.azure.addSignalR({ name: 'chat-prod', ...made });
    this.#first = this.resource.keys;
    this.#beganAt = clock.now();
    this.vaults = setup.vaults.map((name) => this.azure.addVault(name));
    for (const [i, vault] of this.vaults.entries()) vault.set(SECRET, this.textFor(setup.active[i] ?? 'primary'));
    this.target = this.#targetOf(setup);
    this.consumers = setup.consumers.map((each) => this.#consumerOf(each));
    this.oracle = new Oracle(this);
    this.boundaries = new Boundaries(options.plan, time, chance, () => this.oracle.check());
    this.ledger = new LedgerTwin(clock);
    this.#queue = new QueueTwin(clock);
    const send = (resource: ResourceId, delay: Duration, newerThan: Instant | null = null) =>
      this.#send(resource, delay, newerThan);
    this.#surroundings = {
      ...{ azure: this.azure, boundaries: this.boundaries, tap: this.oracle, chance, ledger: this.ledger },
      ...{ fleet: new FleetTwin(clock), inventory: new InventoryTwin(clock), queue: { send } },
      ...{ webhook: this.azure.addWebhook('hooks.example.com'), target: this.target, log: this.log },
    };
    this.#processes = Array.from({ length: options.processes }, () => new HostProcess(this.#surroundings));
    void this.#sweepForEver();
    void this.#liveForEver();
  }

  /** What a publication holds with that slot's key. */
  textFor(slot: Slot): string {
    return this.#setup.format === 'access-key' ? this.resource.keys[slot] : this.resource.connectionString(slot);
  }

  /** The story begins: from now on things go wrong. */
  begin(): void {
    this.#first = this.resource.keys;
    this.#beganAt = Date.now();
    this.#hasBegun = true;
    this.boundaries.arm();
  }

  get beganAt(): Instant {
    return this.#beganAt;
  }

  /** The keys when the story began. */
  get firstKeys(): Readonly<Record<Slot, string>> {
    return this.#first;
  }

  pass(lasts: Duration, until: () => boolean = () => false): Promise<boolean> {
    return this.#options.time.pass(until, Date.now() + lasts);
  }

  /** Weeks in which nothing happens. */
  skip(lasts: Duration): void {
    this.#options.time.skip(lasts);
  }

  /** Distinct events of that type that the webhook has taken since the story began. */
  heard(type: string): number {
    const ids = this.azure.events
      .map(({ event }) => event as { readonly id: string; readonly type: string; readonly time: string })
      .filter((event) => event.type === `SignalRKeyRotation.${type}` && Date.parse(event.time) >= this.#beganAt)
      .map(({ id }) => id);
    return new Set(ids).size;
  }

  /** The key that a vault offers now. */
  offered(vault = 0): string | null {
    const current = this.vaults[vault]?.current(SECRET);
    return current?.enabled ? keyIn(current.value) : null;
  }

  /** A person writes the secret by hand. */
  write(text: string, vault = 0): void {
    this.vaults[vault]?.set(SECRET, text);
  }

  /** A person restarts an application that reads its secret by itself. */
  restart(name: string): void {
    const setup = this.#setup.consumers.find((each) => each.name === name);
    if (setup) this.#read(setup);
  }

  /** A person regenerates a key by hand: whoever is refused for that is not refused because of us. */
  regenerateByHand(slot: Slot): void {
    const left = this.resource.keys[slot];
    this.oracle.excuse(({ key }) => key === left);
    this.resource.regenerate(slot);
  }

  /** Over HTTP to some process. @returns null where there was no answer, or one that says to try again */
  async ask<T>(work: (ports: Ports, target: Target) => Promise<T>): Promise<T | null> {
    const process = this.#someProcess();
    if (process === null) return null;
    try {
      const answer = await process.invoke((_, ports) => work(ports, this.target));
      return answer === DIED ? null : answer;
    } catch (error) {
      if (error instanceof LedgerUnavailable || error instanceof Problem) return null;
      throw error;
    }
  }

  #someProcess(): HostProcess | null {
    const alive = this.#processes.filter((each) => each !== null && !each.isDead);
    return alive[this.#options.chance.between(0, Math.max(0, alive.length - 1))] ?? null;
  }

  /** The platform starts another in the place of one that has died. */
  #bury(dead: HostProcess): void {
    const place = this.#processes.indexOf(dead);
    if (place < 0) return;
    this.#processes[place] = null;
    const start = () => {
      this.#processes[place] = new HostProcess(this.#surroundings);
    };
    setTimeout(start, this.#options.chance.between(1, 30) * SECOND);
  }

  async #send(resource: ResourceId, delay: Duration, newerThan: Instant | null): Promise<void> {
    const { chance, twice } = this.#options;
    const copies = chance.between(1, 100) <= twice ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      await this.#queue.send(resource, delay, newerThan);
      const seenAfter = Math.ceil(delay / SECOND) * SECOND + chance.between(0, 2_000);
      setTimeout(
        () => {
          for (const message of this.#queue.take()) void this.#handle(message);
        },
        seenAfter + copy * chance.between(0, 20_000),
      );
    }
  }

  async #handle(message: Hint): Promise<void> {
    const process = this.#someProcess();
    const again = (after: Duration) => setTimeout(() => void this.#handle(message), after);
    if (process === null) return void again(5 * SECOND);
    try {
      const result = await process.invoke((app) => reconcile(message.resource, app, message.newerThan));
      if (result !== DIED) return;
      this.#bury(process);
      again(RELEASED_AFTER);
    } catch (error) {
      if (error instanceof LedgerUnavailable) again(REDELIVERED_AFTER);
      else this.oracle.violations.add(`a reconcile threw ${nameOf(error)}`);
    }
  }

  async #sweepForEver(): Promise<void> {
    for (;;) {
      const process = this.#someProcess();
      const swept = process
        ?.invoke((app) => sweep(app))
        .catch((error: unknown) => {
          if (!(error instanceof LedgerUnavailable)) this.oracle.violations.add(`a sweep threw ${nameOf(error)}`);
        });
      if (process && (await swept) === DIED) this.#bury(process);
      await this.#options.time.sleep(SWEEP_EVERY - (Date.now() % SWEEP_EVERY));
    }
  }

  /** Consumers and people, minute by minute; those who speak over HTTP do it one after the other. */
  async #liveForEver(): Promise<void> {
    const readAt = new Map<string, Instant>();
    const told = new Map<string, string>();
    for (;;) {
      for (const each of this.#setup.consumers) {
        const rereads = each.rereads === undefined ? 3 * MINUTE : each.rereads;
        if (rereads === null || Date.now() - (readAt.get(each.name) ?? 0) < rereads) continue;
        readAt.set(each.name, Date.now());
        this.#read(each);
      }
      this.oracle.check();
      for (const each of this.#setup.consumers.filter(({ by }) => by === 'ack')) await this.#acknowledge(each, told);
      for (const deed of this.#hasBegun ? [...this.#deeds] : []) {
        if (deed.when(this) && (await deed.does(this))) this.#deeds.splice(this.#deeds.indexOf(deed), 1);
      }
      for (const dead of this.#processes) if (dead?.isDead) this.#bury(dead);
      await this.#options.time.sleep(MINUTE);
    }
  }

  async #acknowledge({ name, vault = 0 }: ConsumerSetup, told: Map<string, string>): Promise<void> {
    const version = this.consumers.find((each) => each.name === name)?.version ?? '';
    if (version === '' || told.get(name) === version) return;
    const ack = { consumer: name, secret: this.#secretIn(vault), shows: { by: 'version', version } } as const;
    const answer = await this.ask((ports, target) =>
      acknowledge(target, ack, () => true, ports).catch((error: unknown) => {
        // It is recorded all the same.
        if (error instanceof Problem && error.code === 'AckOutdated') return [];
        throw error;
      }),
    );
    if (answer !== null) told.set(name, version);
  }

  /** What reads its secret by itself reads it now. A secret that cannot be read leaves it on what it has. */
  #read({ name, vault = 0 }: ConsumerSetup): void {
    const current = this.vaults[vault]?.current(SECRET);
    if (current?.enabled) this.#held.set(name, { value: current.value, version: current.version });
  }

  #consumerOf(setup: ConsumerSetup): SimulatedConsumer {
    const { name, by, vault = 0 } = setup;
    const { tokenLifetime } = this.target.policy.switchover;
    const reference = `@Microsoft.KeyVault(SecretUri=${this.#secretIn(vault)}/)`;
    if (by === 'app-service-reference') {
      const site = this.azure.addSite({ name, settings: { [SETTING]: reference } });
      return new SimulatedConsumer({ name, tokenLifetime, held: () => site.home(SETTING).read() });
    }
    if (by === 'container-app') {
      const app = this.azure.addContainerApp({ name, secrets: { signalr: this.#secretIn(vault) } });
      return new SimulatedConsumer({ name, tokenLifetime, held: () => app.home('signalr').read() });
    }
    this.#read(setup);
    const consumer = new SimulatedConsumer({ name, tokenLifetime, held: () => this.#held.get(name) ?? null });
    if (by === 'probe') {
      this.azure.addEndpoint(`${name}.example.com`, () => ({
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: { fingerprint: fingerprintOf(consumer.key ?? '') },
      }));
    }
    return consumer;
  }

  #secretIn(vault: number): SecretId {
    const secret = parseSecretId(this.vaults[vault]?.idOf(SECRET) ?? '');
    if (secret === null) throw new Error('There is no such vault.');
    return secret;
  }

  #targetOf({ policy, format, consumers }: Setup): Target {
    const resourceId = parseResourceId(this.resource.id);
    if (resourceId === null) throw new Error('The local resource has no resource id.');
    const usual = aPolicy();
    const { switchover, verification } = usual;
    return {
      name: this.resource.name,
      resourceId,
      publications: this.vaults.map((_, i) => ({ secret: this.#secretIn(i), format, required: true })),
      group: null,
      repositories: [],
      spread: 0,
      consumers: consumers.map(
        ({ name, by, vault = 0 }): Consumer => ({
          name,
          reads: [this.#secretIn(vault)],
          evidence: this.#evidenceOf(name, by),
        }),
      ),
      policy: {
        ...usual,
        adoptionSpread: 0,
        switchover: { ...switchover, tokenLifetime: 12 * MINUTE, maxWait: 2 * HOUR },
        verification: { ...verification, settle: 2 * MINUTE },
        ...policy,
      },
    };
  }

  #evidenceOf(name: string, by: ConsumerSetup['by']): EvidenceSource {
    const group = '/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups';
    switch (by) {
      case 'ack':
        return { kind: by, principalId: null };
      case 'elapsed':
        return { kind: by, after: 40 * MINUTE };
      case 'probe':
        return { kind: by, url: `https://${name}.example.com/signalr-key`, instances: 1, times: 2 };
      case 'app-service-reference':
        return {
          kind: by,
          resourceId: `${group}/rg-web/providers/microsoft.web/sites/${name}` as never,
          setting: SETTING,
          nudge: 'refresh',
        };
      case 'container-app':
        return { kind: by, resourceId: `${group}/rg-apps/providers/microsoft.app/containerapps/${name}` as never };
      default:
        return by satisfies never;
    }
  }
}

/** Never its message, which may be anything. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
