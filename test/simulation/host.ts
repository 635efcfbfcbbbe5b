import type { Chance } from '../../local/chance.ts';
import { LedgerUnavailable } from '../../src/app/errors.ts';
import type { Ports, ReconcileQueue } from '../../src/app/ports.ts';
import { Problem } from '../../src/app/problems.ts';
import { reconcile } from '../../src/app/reconcile.ts';
import { sweep } from '../../src/app/sweep.ts';
import type { Duration, Instant, ResourceId, Target } from '../../src/core/model.ts';
import { type Hint, QueueTwin } from '../support/queue-twin.ts';
import { MINUTE, SECOND } from '../support/scene.ts';
import { DIED, HostProcess, type Surroundings } from './host-process.ts';

const SWEEP_EVERY: Duration = 15 * MINUTE;
/** Of a message whose invocation failed (host.json), and of one whose process is gone. */
const REDELIVERED_AFTER: Duration = 30 * SECOND;
const RELEASED_AFTER: Duration = 10 * MINUTE;

export interface HostOptions {
  readonly processes: number;
  /** Of a hundred messages, how many come twice. */
  readonly twice: number;
  readonly chance: Chance;
  /** Something that no trigger ever throws was thrown. */
  readonly broken: (what: string) => void;
}

/** What the platform does: it keeps some processes alive, hands them messages, calls their timers, and lets people and consumers in. */
export class SimulatedHost {
  readonly #options: HostOptions;
  readonly #surroundings: Surroundings;
  readonly #queue = new QueueTwin({ now: () => Date.now() });
  readonly #processes: (HostProcess | null)[];

  constructor(options: HostOptions, surroundings: Omit<Surroundings, 'queue'>) {
    this.#options = options;
    const queue: ReconcileQueue = {
      send: (resource, delay, newerThan = null) => this.#send(resource, delay, newerThan),
    };
    this.#surroundings = { ...surroundings, queue };
    this.#processes = Array.from({ length: options.processes }, () => new HostProcess(this.#surroundings));
  }

  /** Over HTTP to some process. @returns null where there was no answer, or one that says to try again */
  async ask<T>(work: (ports: Ports, target: Target) => Promise<T>): Promise<T | null> {
    const process = this.#someProcess();
    if (process === null) return null;
    try {
      const answer = await process.invoke((_, ports) => work(ports, this.#surroundings.target));
      if (answer !== DIED) return answer;
      this.#bury(process);
      return null;
    } catch (error) {
      if (error instanceof LedgerUnavailable || error instanceof Problem) return null;
      throw error;
    }
  }

  /** @returns how long until the next one */
  async sweep(): Promise<Duration> {
    const process = this.#someProcess();
    const swept = process
      ?.invoke((app) => sweep(app))
      .catch((error: unknown) => {
        if (!(error instanceof LedgerUnavailable)) this.#options.broken(`a sweep threw ${nameOf(error)}`);
      });
    if (process && (await swept) === DIED) this.#bury(process);
    return SWEEP_EVERY - (Date.now() % SWEEP_EVERY);
  }

  #someProcess(): HostProcess | null {
    const alive = this.#processes.filter((each) => each !== null && !each.isDead);
    return alive.length === 0 ? null : this.#options.chance.oneOf(alive);
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
      const deliver = () => {
        for (const message of this.#queue.take()) void this.#handle(message);
      };
      setTimeout(deliver, seenAfter + copy * chance.between(0, 20_000));
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
      else this.#options.broken(`a reconcile threw ${nameOf(error)}`);
    }
  }
}

/** Never its message, which may be anything. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
