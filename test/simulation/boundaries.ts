import type { Chance } from '../../local/chance.ts';
import type { Duration } from '../../src/core/model.ts';
import type { BoundaryKind, Fault } from './faults.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Says what goes wrong where: asked once for each boundary that is crossed, in order. */
export type Plan = (index: number, kind: BoundaryKind) => Fault | null;

export interface Crossing {
  readonly kind: BoundaryKind;
  /** Like `ledger.commit` or `arm POST regenerateKey`. */
  readonly name: string;
}

/** Something that makes calls and may die at any of them. */
export interface Caller {
  readonly isDead: boolean;
  die(): void;
}

/** One call, as whoever carries it out sees it. */
export interface Call<T> extends Crossing {
  /** Does the work and gives its answer. */
  carryOut(): Promise<T> | T;
  /** How the fault looks where nothing (`isDone` false) or all was done so far; never called for crashes and `slow`. */
  fail(fault: Fault, isDone: boolean): Promise<T> | T;
}

/** One for each, since a promise holds whoever waits for it: a shared one would keep every dead process and its world. */
const never = (): Promise<never> => new Promise(() => undefined);
const SLOW: Duration = 12_000;
/** Less than `settle`, within which the rotator has to expect it. */
const LATE: Duration = 100_000;

/** Every call of the app to its outside, one after the other: counted, delayed, spoilt by the plan, and watched. */
export class Boundaries {
  /** What was crossed since `arm`, in order. */
  readonly crossed: Crossing[] = [];
  /** What the plan asked for. */
  readonly met: string[] = [];
  #isArmed = false;
  readonly #plan: Plan;
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #witness: () => void;

  /** @param witness called before and after each call */
  constructor(plan: Plan, time: VirtualTime, chance: Chance, witness: () => void) {
    this.#plan = plan;
    this.#time = time;
    this.#chance = chance;
    this.#witness = witness;
  }

  /** From now on boundaries are counted and the plan is asked: what came before only made the world as it is. */
  arm(): void {
    this.#isArmed = true;
  }

  /** A call of a dead caller reaches nobody, and nothing comes back to one. */
  async cross<T>(caller: Caller, call: Call<T>): Promise<T> {
    if (caller.isDead) return never();
    const fault = this.#next(call);
    await this.#travel(call.kind);
    if (caller.isDead) return never();
    this.#witness();
    if (fault === 'slow') await this.#time.sleep(SLOW);
    if (fault === 'crash-before') caller.die();
    if (caller.isDead) return never();
    if (fault === 'late') setTimeout(() => void attempt(() => call.carryOut()), LATE);
    const isDone = fault === null || fault === 'slow' || DONE.has(fault);
    const answer = isDone ? await attempt(() => call.carryOut()) : null;
    this.#witness();
    if (fault === 'crash-after') caller.die();
    if (fault === 'slow') await this.#time.sleep(SLOW);
    if (caller.isDead) return never();
    if (answer === null || fault === 'answer-lost' || fault === 'timeout-after') {
      return call.fail(fault ?? 'reset', isDone);
    }
    return answer();
  }

  #next({ kind, name }: Crossing): Fault | null {
    if (!this.#isArmed) return null;
    const index = this.crossed.length;
    this.crossed.push({ kind, name });
    const fault = this.#plan(index, kind);
    if (fault !== null) this.met.push(`${fault} at ${index}: ${name}`);
    return fault;
  }

  #travel(kind: BoundaryKind): Promise<void> {
    return this.#time.sleep(kind === 'wire' ? this.#chance.between(10, 120) : this.#chance.between(2, 20));
  }
}

/** Of these the work is done all the same. */
const DONE: ReadonlySet<Fault> = new Set<Fault>(['crash-after', 'answer-lost', 'timeout-after']);

async function attempt<T>(work: () => Promise<T> | T): Promise<() => T> {
  try {
    const answer = await work();
    return () => answer;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
