import type { HttpClient } from '@azure/core-rest-pipeline';
import type { AzureInProcess } from '../../local/azure/in-process.ts';
import type { Chance } from '../../local/chance.ts';
import type { App } from '../../src/app/app.ts';
import { LedgerUnavailable, Unavailable } from '../../src/app/errors.ts';
import type { LogRecord } from '../../src/app/log.ts';
import type { Fleet, Inventory, Ledger, Ports, ReconcileQueue } from '../../src/app/ports.ts';
import { SecretValue } from '../../src/app/secret-value.ts';
import { untold } from '../../src/app/untold.ts';
import { azureConsumers } from '../../src/azure/consumers.ts';
import { signalRDataPlane } from '../../src/azure/data-plane.ts';
import { azureEstate } from '../../src/azure/estate.ts';
import { keyVaultSecrets } from '../../src/azure/key-vault.ts';
import { azureMonitor } from '../../src/azure/monitor.ts';
import { notifier } from '../../src/azure/notifier.ts';
import { signalRKeys } from '../../src/azure/signalr-keys.ts';
import { transportFor } from '../../src/azure/transport.ts';
import { CLOUDS } from '../../src/core/clouds.ts';
import type { Target } from '../../src/core/model.ts';
import type { Boundaries, Caller } from './boundaries.ts';
import { type Wiretap, wireOf } from './wire.ts';

/** The process is gone, and with it whatever it was about to say. */
export const DIED = Symbol('died');

/** What all processes share. */
export interface Surroundings {
  readonly azure: AzureInProcess;
  readonly boundaries: Boundaries;
  readonly tap: Wiretap;
  readonly chance: Chance;
  readonly ledger: Ledger;
  readonly fleet: Fleet;
  readonly inventory: Inventory;
  readonly queue: ReconcileQueue;
  readonly webhook: URL;
  readonly target: Target;
  readonly log: LogRecord[];
}

/** One process of the Functions host, from its start to its death. It runs as many invocations at a time as it is given. */
export class HostProcess implements Caller {
  readonly #app: App;
  readonly #died = Promise.withResolvers<typeof DIED>();
  #isDead = false;

  constructor(surroundings: Surroundings) {
    this.#app = appOf(surroundings, this);
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  die(): void {
    this.#isDead = true;
    this.#died.resolve(DIED);
  }

  /** Runs one invocation. */
  async invoke<T>(work: (app: App, ports: Ports) => Promise<T>): Promise<T | typeof DIED> {
    const ports = this.#app.openPorts(AbortSignal.timeout(120_000));
    return await Promise.race([work(this.#app, ports), this.#died.promise]);
  }
}

function appOf(surroundings: Surroundings, caller: Caller): App {
  const { azure, boundaries, tap, chance, target, log } = surroundings;
  let ids = 0;
  return {
    openPorts: portsOf(surroundings, transportFor(null, wireOf(azure, boundaries, caller, tap)), caller),
    targets: [target],
    subscriptions: [],
    knownPrincipals: [],
    selfPrincipalId: null,
    fleet: { maxInFlight: 20, pauseAfterStalled: 3, maxPerSweep: null },
    installation: 'default',
    cloud: CLOUDS.AzureCloud,
    configHash: 'c0ffee',
    version: '0.0.0',
    log: (record) => log.push(record),
    telemetry: untold,
    newId: () => `id-${chance.between(0, 2 ** 31 - 1)}-${ids++}`,
    randomKey: () => new SecretValue(`nobody has this ${chance.between(0, 2 ** 31 - 1)}`),
    chance: chance.fraction,
    stopwatch: () => performance.now(),
  };
}

function portsOf(surroundings: Surroundings, httpClient: HttpClient, caller: Caller): (signal: AbortSignal) => Ports {
  const { azure, boundaries, chance, webhook } = surroundings;
  const access = { credential: azure.credential(), httpClient, cloud: CLOUDS.AzureCloud };
  const keys = signalRKeys(access);
  const secrets = keyVaultSecrets(access);
  const dataPlane = signalRDataPlane({
    ...access,
    now: Date.now,
    connectionId: () => `c${chance.between(0, 2 ** 31 - 1)}`,
  });
  const consumers = azureConsumers(access);
  const events = notifier({ ...access, webhook, topic: null });
  const monitor = azureMonitor({ ...access, now: Date.now });
  const estate = azureEstate(access);
  const stored = <Port extends object>(name: string, port: Port): Port => storeOf(port, name, boundaries, caller);
  const ledger = stored('ledger', surroundings.ledger);
  const fleet = stored('fleet', surroundings.fleet);
  const inventory = stored('inventory', surroundings.inventory);
  const queue = stored('queue', surroundings.queue);
  return (signal) => ({
    keys: keys(signal),
    secrets: secrets(signal),
    dataPlane: dataPlane(signal),
    consumers: consumers(signal),
    notifier: events(signal),
    monitor: monitor(signal),
    estate: estate(signal),
    ...{ ledger, fleet, inventory, queue, deadLetters: null },
  });
}

/** A twin behind a boundary. */
function storeOf<Port extends object>(port: Port, portName: string, boundaries: Boundaries, caller: Caller): Port {
  return new Proxy(port, {
    get(target, method) {
      const member: unknown = Reflect.get(target, method, target);
      if (typeof member !== 'function') return member;
      const name = `${portName}.${String(method)}`;
      return (...args: unknown[]) =>
        boundaries.cross(caller, {
          kind: 'store',
          name,
          carryOut: () => member.apply(target, args),
          fail: (_, isDone) => Promise.reject(failure(portName, isDone)),
        });
    },
  });
}

const failure = (portName: string, isDone: boolean): Error =>
  portName === 'queue' ? new Unavailable('The queue', { refused: !isDone }) : new LedgerUnavailable();
