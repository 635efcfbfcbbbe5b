import { type Chance, chanceOf } from '../../local/chance.ts';
import type { Crossing } from './boundaries.ts';
import { type Fault, faultsOf } from './faults.ts';
import { calm, random, single } from './plans.ts';
import type { Play } from './play.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

/** One way that a story may go, by name, so that it can be told again. */
export type Schedule =
  | { readonly is: 'calm'; readonly scenario: string }
  | { readonly is: 'single'; readonly scenario: string; readonly at: number; readonly fault: Fault }
  | { readonly is: 'random'; readonly number: number };

/** How many boundaries a scenario has where nothing goes wrong. */
export type BoundariesOf = (scenario: string) => number;

export function scenarioNamed(name: string): Scenario {
  const found = SCENARIOS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`There is no scenario ${name}.`);
  return found;
}

/** @param seed of the whole simulation: the same seed and schedule go the same way every time */
export function playOf(schedule: Schedule, seed: number, boundariesOf: BoundariesOf): Play {
  if (schedule.is === 'random') return randomPlay(schedule.number, seed, boundariesOf);
  const scenario = scenarioNamed(schedule.scenario);
  return { scenario, seed, plan: schedule.is === 'calm' ? calm : single(schedule.at, schedule.fault) };
}

/** Another story each time, with several processes, with messages that come twice, and with two things or more going wrong. */
function randomPlay(number: number, seed: number, boundariesOf: BoundariesOf): Play {
  const own = chanceOf(seed).between(0, 2 ** 30) + number;
  const chance = chanceOf(own);
  const scenario = someScenario(chance, boundariesOf);
  const plan = random(chance, boundariesOf(scenario.name));
  return { scenario, seed: own, plan, processes: chance.between(1, 3), twice: chance.oneOf([0, 0, 10, 30]) };
}

/** The shorter, the more often: each gets the same share of the time. */
function someScenario(chance: Chance, boundariesOf: BoundariesOf): Scenario {
  const weights = SCENARIOS.map((scenario) => ({ scenario, weight: 1 / boundariesOf(scenario.name) }));
  let left = chance.fraction() * weights.reduce((sum, { weight }) => sum + weight, 0);
  const found = weights.find(({ weight }) => {
    left -= weight;
    return left <= 0;
  });
  return found?.scenario ?? scenarioNamed('scheduled');
}

/** Everything that can go wrong once in a story. */
export const singlesOf = (scenario: string, crossed: readonly Crossing[]): readonly Schedule[] =>
  crossed.flatMap(({ kind }, at) => faultsOf(kind).map((fault): Schedule => ({ is: 'single', scenario, at, fault })));

/** The options of `npm run simulate` that tell it again. */
export function replayOf(schedule: Schedule, seed: number): string {
  const of = `npm run simulate -- --seed ${seed}`;
  if (schedule.is === 'random') return `${of} --schedule ${schedule.number}`;
  if (schedule.is === 'calm') return `${of} --scenario ${schedule.scenario} --calm`;
  return `${of} --scenario ${schedule.scenario} --at ${schedule.at} --fault ${schedule.fault}`;
}
