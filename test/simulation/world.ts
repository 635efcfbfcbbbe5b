import type { Ask } from '../../local/azure/http.ts';
import type { AzureInProcess } from '../../local/azure/in-process.ts';
import type { SignalRResource } from '../../local/azure/signalr-resource.ts';
import type { Vault } from '../../local/azure/vault.ts';
import type { Chance } from '../../local/chance.ts';
import type { LogRecord } from '../../src/app/log.ts';
import type { Ports } from '../../src/app/ports.ts';
import type { Duration, Instant, Slot, Target } from '../../src/core/model.ts';
import { FleetTwin } from '../support/fleet-twin.ts';
import { InventoryTwin } from '../support/inventory-twin.ts';
import { LedgerTwin } from '../support/ledger-twin.ts';
import { MINUTE } from '../support/scene.ts';
import { Applications } from './applications.ts';
import { Boundaries, type Plan } from './boundaries.ts';
import type { SimulatedConsumer } from './consumer.ts';
import { SimulatedHost } from './host.ts';
import { keyIn } from './key-in.ts';
import { Oracle } from './oracle.ts';
import { aPlace, type Place, SECRET } from './place.ts';
import type { Deed, Setup } from './scenario.ts';
import type { VirtualTime } from './virtual-time.ts';
import type { Wiretap } from './wire.ts';

export interface WorldOptions {
  readonly setup: Partial<Setup>;
  readonly people: readonly Deed[];
  readonly meanwhile: (world: SimulatedWorld, ask: Ask) => void;
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
  readonly oracle: Oracle;
  readonly boundaries: Boundaries;
  readonly log: LogRecord[] = [];
  readonly #place: Place;
  readonly #applications: Applications;
  readonly #host: SimulatedHost;
  readonly #time: VirtualTime;
  readonly #deeds: Deed[];
  #first: Readonly<Record<Slot, string>>;
  #beganAt: Instant;
  #hasBegun = false;

  constructor({ people, meanwhile, time, chance, plan, ...options }: WorldOptions) {
    const clock = { now: () => Date.now() };
    const setup = { ...USUAL, ...options.setup };
    this.#time = time;
    this.#deeds = [...people];
    this.#place = aPlace(setup);
    this.#applications = new Applications(setup.consumers, this.#place);
    this.#first = this.resource.keys;
    this.#beganAt = clock.now();
    this.oracle = new Oracle(this);
    this.boundaries = new Boundaries(plan, time, chance, () => this.oracle.check());
    const tap: Wiretap = {
      before: (ask) => {
        if (this.#hasBegun) meanwhile(this, ask);
        this.oracle.before(ask);
      },
      after: () => this.oracle.after(),
    };
    const { azure, target } = this.#place;
    this.#host = new SimulatedHost(
      { ...options, chance, broken: (what) => this.oracle.violations.add(what) },
      {
        ...{ azure, target, chance, boundaries: this.boundaries, tap, log: this.log },
        ...{ ledger: new LedgerTwin(clock), fleet: new FleetTwin(clock), inventory: new InventoryTwin(clock) },
        webhook: azure.addWebhook('hooks.example.com'),
      },
    );
    void this.#sweepForEver();
    void this.#liveForEver();
  }

  get azure(): AzureInProcess {
    return this.#place.azure;
  }

  get resource(): SignalRResource {
    return this.#place.resource;
  }

  get vaults(): readonly Vault[] {
    return this.#place.vaults;
  }

  get consumers(): readonly SimulatedConsumer[] {
    return this.#applications.consumers;
  }

  /** What a publication holds with that slot's key. */
  textFor(slot: Slot): string {
    return this.#place.textFor(slot);
  }

  /** The story begins: from now on people act and things go wrong. */
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
    return this.#time.pass(until, Date.now() + lasts);
  }

  /** Weeks in which nothing happens. */
  skip(lasts: Duration): void {
    this.#time.skip(lasts);
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
    this.#applications.restart(name);
  }

  /** A person regenerates a key by hand: whoever is refused for that is not refused because of us. */
  regenerateByHand(slot: Slot): void {
    this.oracle.killedByHand(this.resource.keys[slot]);
    this.resource.regenerate(slot);
  }

  /** Over HTTP to some process. @returns null where there was no answer, or one that says to try again */
  ask<T>(work: (ports: Ports, target: Target) => Promise<T>): Promise<T | null> {
    return this.#host.ask(work);
  }

  async #sweepForEver(): Promise<void> {
    for (;;) await this.#time.sleep(await this.#host.sweep());
  }

  /** Consumers and people, minute by minute; those who speak over HTTP do it one after the other. */
  async #liveForEver(): Promise<void> {
    for (;;) {
      this.#applications.readWhatIsDue();
      this.oracle.check();
      await this.#applications.acknowledge(this.#host);
      for (const deed of this.#hasBegun ? [...this.#deeds] : []) {
        if (deed.when(this) && (await deed.does(this))) this.#deeds.splice(this.#deeds.indexOf(deed), 1);
      }
      await this.#time.sleep(MINUTE);
    }
  }
}
