import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Fault, STORE_FAULTS, WIRE_FAULTS } from './faults.ts';
import { isFault } from './plans.ts';
import { SCENARIOS } from './scenarios.ts';
import type { Schedule } from './schedule.ts';

const USUAL = { seed: 20_261_130, every: 5, schedules: 2_000 };
const widest = Math.max(...SCENARIOS.map(({ name }) => name.length));
export const help = `Plays the rotation in virtual time, and lets things go wrong at every call that
it makes: to Azure, to the ledger, to the queue. An oracle that knows only the
resource, the vaults and the consumers says whether anything broke.

Usage: npm run simulate
       npm run simulate -- --every 1 --schedules 100000
       npm run simulate -- --scenario rollback --at 120 --fault 429
       npm run simulate -- --seed 7 --schedule 4711

  --every N       Of the single faults, every Nth; 1 is all of them. Default: ${USUAL.every}.
  --schedules N   How many random schedules, with two to six faults each, one to
                  three processes and messages that come twice. Default: ${USUAL.schedules}.
  --from N        The number of the first of them: to go on where a run was stopped.
                  Default: 0.
  --seed N        Decides everything that is left to chance. Default: ${USUAL.seed}.
  --scenario NAME Only this one, and no random schedules.
  --jobs N        Threads. Default: as many as there are cores, here ${availableParallelism()}.
  --json          Ends with one line of JSON on stdout; all else goes to stderr.
  --help          Prints this.

Replaying one of them, with what went wrong and what came of it:
  --scenario NAME --calm              where nothing goes wrong
  --scenario NAME --at N --fault F    a single fault at boundary N
  --schedule N                        a random schedule

Faults of a request:  ${WIRE_FAULTS.join(' ')}
Faults of the store:  ${STORE_FAULTS.join(' ')}

Scenarios:
${SCENARIOS.map(({ name, tells }) => `  ${name.padEnd(widest)}  ${tells}`).join('\n')}

Exit codes: 0 nothing broke, 1 something did, 2 options that are not understood.
`;

export class UsageError extends Error {}

export interface Options {
  readonly seed: number;
  readonly every: number;
  readonly schedules: number;
  /** The number of the first random schedule. */
  readonly from: number;
  readonly jobs: number;
  readonly json: boolean;
  readonly scenario: string | null;
  /** The one schedule that is told again. */
  readonly replay: Schedule | null;
}

/**
 * @param args the command line
 * @throws {UsageError} for what is not understood
 */
export function readOptions(args: readonly string[]): Options | 'help' {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = {
    ...{ seed: text, every: text, schedules: text, from: text, jobs: text },
    ...{ scenario: text, at: text, fault: text, schedule: text },
    ...{ calm: flag, json: flag, help: { ...flag, short: 'h' } },
  } as const;
  const values = parsed(() => parseArgs({ args: [...args], options }).values);
  if (values.help) return 'help';
  const scenario = values.scenario ?? null;
  if (scenario !== null && !SCENARIOS.some(({ name }) => name === scenario)) {
    throw new UsageError(
      `There is no scenario ${JSON.stringify(scenario)}. There are: ${SCENARIOS.map(({ name }) => name).join(', ')}.`,
    );
  }
  return {
    seed: numberIn('--seed', values.seed, USUAL.seed, 0),
    every: numberIn('--every', values.every, USUAL.every, 1),
    schedules: numberIn('--schedules', values.schedules, scenario === null ? USUAL.schedules : 0, 0),
    from: numberIn('--from', values.from, 0, 0),
    jobs: numberIn('--jobs', values.jobs, availableParallelism(), 1),
    json: values.json,
    scenario,
    replay: replayIn(scenario, values),
  };
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function numberIn(name: string, text: string | undefined, usual: number, least: number): number {
  if (text === undefined) return usual;
  const number = Number(text);
  if (!/^\d{1,9}$/.test(text) || number < least)
    throw new UsageError(`${name} wants a whole number of at least ${least}.`);
  return number;
}

function replayIn(
  scenario: string | null,
  { calm, at, fault, schedule }: { readonly calm: boolean } & Partial<Record<'at' | 'fault' | 'schedule', string>>,
): Schedule | null {
  if (schedule !== undefined) {
    if (scenario !== null) throw new UsageError('A random schedule chooses its scenario itself: leave --scenario out.');
    return { is: 'random', number: numberIn('--schedule', schedule, 0, 0) };
  }
  if (!calm && at === undefined && fault === undefined) return null;
  if (scenario === null) throw new UsageError('Say which --scenario.');
  if (calm) return { is: 'calm', scenario };
  if (fault === undefined || !isFault(fault)) throw new UsageError('--at wants a --fault: see --help.');
  return { is: 'single', scenario, at: numberIn('--at', at, 0, 0), fault: fault as Fault };
}
