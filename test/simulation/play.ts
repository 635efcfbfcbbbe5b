import { chanceOf } from '../../local/chance.ts';
import { MINUTE, NOON } from '../support/scene.ts';
import type { Crossing, Plan } from './boundaries.ts';
import type { Scenario } from './scenario.ts';
import { seedCrypto } from './seeded-crypto.ts';
import { installVirtualTime } from './virtual-time.ts';
import { SimulatedWorld } from './world.ts';

/** How a story went. */
export interface Played {
  /** Every boundary that was crossed, in order. */
  readonly crossed: readonly Crossing[];
  /** What went wrong, in order: it was asked for. */
  readonly met: readonly string[];
  /** What must never happen. */
  readonly violations: readonly string[];
  /** Consumers whose calls were refused because of us. */
  readonly refused: readonly string[];
}

export interface Play {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly plan: Plan;
  readonly processes?: number;
  /** Of a hundred messages, how many come twice. */
  readonly twice?: number;
}

/** After the end: whatever was begun late ends, and whoever would begin anew does. */
const AFTERWARDS = 25 * MINUTE;
const LONGEST_BEFORE = 24 * 60 * MINUTE;

/** Tells a story once, from its beginning to its end, in virtual time. The same play goes the same way every time. */
export async function play({ scenario, seed, plan, processes = 1, twice = 0 }: Play): Promise<Played> {
  const chance = chanceOf(seed);
  const restoreCrypto = seedCrypto(chance);
  const time = installVirtualTime(NOON);
  try {
    const people = scenario.people?.() ?? [];
    const meanwhile = scenario.meanwhile?.() ?? (() => undefined);
    const { setup } = scenario;
    const world = new SimulatedWorld({ setup, people, meanwhile, time, chance, plan, processes, twice });
    await scenario.before?.(world);
    world.begin();
    const since = Date.now();
    const isTold = await world.pass(scenario.within, () => scenario.ends(world));
    if (isTold) await world.pass(AFTERWARDS);
    return verdictOn(world, scenario, since, isTold);
  } finally {
    time.uninstall();
    restoreCrypto();
  }
}

/** Lets a prelude pass. @throws Error where it does not come to its end: then the scenario itself is wrong */
export async function prelude(world: SimulatedWorld, until: () => boolean): Promise<void> {
  if (!(await world.pass(LONGEST_BEFORE, until))) throw new Error('The prelude never came to its end.');
}

function verdictOn(world: SimulatedWorld, scenario: Scenario, since: number, isTold: boolean): Played {
  const { boundaries, oracle, log } = world;
  const flaws = isTold ? (scenario.flaws?.(world, since) ?? []) : [`never came to its end: ${whereItStands(world)}`];
  const said = JSON.stringify([log, world.azure.events]);
  const leaked = oracle.keys.filter((key) => said.includes(key)).map(() => 'a key stands in the log or in an event');
  return {
    crossed: boundaries.crossed,
    met: boundaries.met,
    violations: [...new Set([...oracle.violations, ...flaws, ...leaked])],
    refused: [...oracle.refused],
  };
}

/** For people who look for the reason; nothing is decided by it. */
function whereItStands({ log }: SimulatedWorld): string {
  const last = log.filter(({ event }) => !['StepTaken', 'Swept'].includes(event)).slice(-3);
  return last.map(({ event, code, remedy }) => [event, code, remedy].filter(Boolean).join(' ')).join('; ') || 'silence';
}
