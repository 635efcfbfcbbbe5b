import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { Crossing } from '../test/simulation/boundaries.ts';
import { type Campaign, type Finished, startCampaign } from '../test/simulation/campaign.ts';
import { type Fault, STORE_FAULTS, WIRE_FAULTS } from '../test/simulation/faults.ts';
import { isFault } from '../test/simulation/plans.ts';
import { play } from '../test/simulation/play.ts';
import { SCENARIOS } from '../test/simulation/scenarios.ts';
import { playOf, replayOf, type Schedule, singlesOf } from '../test/simulation/schedule.ts';

const USUAL = { seed: 20_261_130, every: 5, schedules: 2_000 };
const SHOWN = 20;

const widest = Math.max(...SCENARIOS.map(({ name }) => name.length));
const help = `Plays the rotation in virtual time, and lets things go wrong at every call that
it makes: to Azure, to the ledger, to the queue. An oracle that knows only the
resource, the vaults and the consumers says whether anything broke.

Usage: npm run simulate
       npm run simulate -- --every 1 --schedules 100000
       npm run simulate -- --scenario rollback --at 120 --fault 429
       npm run simulate -- --seed 7 --schedule 4711

  --every N       Of the single faults, every Nth; 1 is all of them. Default: ${USUAL.every}.
  --schedules N   How many random schedules, with two to six faults each, one to
                  three processes and messages that come twice. Default: ${USUAL.schedules}.
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

class UsageError extends Error {}

interface Options {
  readonly seed: number;
  readonly every: number;
  readonly schedules: number;
  readonly jobs: number;
  readonly json: boolean;
  readonly scenario: string | null;
  /** The one schedule that is told again. */
  readonly replay: Schedule | null;
}

function readOptions(args: readonly string[]): Options | 'help' {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = {
    ...{ seed: text, every: text, schedules: text, jobs: text, scenario: text, at: text, fault: text, schedule: text },
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

/** What has been found so far. */
class Tally {
  singles = 0;
  randoms = 0;
  violations = 0;
  refused = 0;
  readonly boundaries = new Set<string>();
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  take({ schedule, violations, refused, met }: Finished): void {
    if (schedule.is === 'random') this.randoms += 1;
    if (schedule.is === 'single') {
      this.singles += 1;
      if (met.length > 0) this.boundaries.add(`${schedule.scenario} ${schedule.at}`);
    }
    this.violations += violations.length;
    this.refused += refused.length;
    if (violations.length + refused.length === 0) return;
    if (this.violations + this.refused > SHOWN) return;
    console.error(`\n${replayOf(schedule, this.#seed)}`);
    for (const one of met) console.error(`  met       ${one}`);
    for (const one of violations) console.error(`  violation ${one}`);
    for (const one of refused) console.error(`  refused   ${one}`);
  }

  get isSound(): boolean {
    return this.violations + this.refused === 0;
  }
}

/** A line now and then, so that a long run shows that it lives. */
function progress(what: string, of: number): () => void {
  let done = 0;
  return () => {
    done += 1;
    if (done === of || done % Math.ceil(of / 20) === 0) console.error(`${what}: ${done} of ${of}`);
  };
}

async function simulateInThreads(options: Options): Promise<Tally> {
  const campaign = startCampaign(options.seed, options.jobs);
  try {
    return await simulate(options, campaign);
  } finally {
    await campaign.end();
  }
}

async function simulate({ seed, every, schedules, scenario }: Options, campaign: Campaign): Promise<Tally> {
  const tally = new Tally(seed);
  const names = scenario === null ? SCENARIOS.map(({ name }) => name) : [scenario];
  const crossed = await calmly(names, campaign, tally);
  const boundaries = Object.fromEntries([...crossed].map(([name, all]) => [name, all.length]));

  const singles = [...crossed].flatMap(([name, all]) => singlesOf(name, all)).filter((_, index) => index % every === 0);
  const singleDone = progress('single faults', singles.length);
  await campaign.run(singles, boundaries, (one) => {
    tally.take(one);
    singleDone();
  });

  const randoms = Array.from({ length: schedules }, (_, number): Schedule => ({ is: 'random', number }));
  const randomDone = progress('random schedules', schedules);
  await campaign.run(randoms, boundaries, (one) => {
    tally.take(one);
    randomDone();
  });
  return tally;
}

/** Which boundaries there are, and that nothing breaks where nothing goes wrong. */
async function calmly(
  names: readonly string[],
  campaign: Campaign,
  tally: Tally,
): Promise<ReadonlyMap<string, readonly Crossing[]>> {
  const crossed = new Map<string, readonly Crossing[]>(names.map((name) => [name, []]));
  const calm = names.map((name): Schedule => ({ is: 'calm', scenario: name }));
  await campaign.run(calm, {}, (one) => {
    tally.take(one);
    if (one.schedule.is === 'calm') crossed.set(one.schedule.scenario, one.crossed);
  });
  return crossed;
}

/** In this thread, so that a debugger finds it. */
async function replay(schedule: Schedule, { seed }: Options): Promise<Tally> {
  const tally = new Tally(seed);
  const boundaries = new Map<string, number>();
  for (const { name } of schedule.is === 'random' ? SCENARIOS : []) {
    const calm = await play(playOf({ is: 'calm', scenario: name }, seed, () => 0));
    boundaries.set(name, calm.crossed.length);
  }
  const told = playOf(schedule, seed, (name) => boundaries.get(name) ?? 0);
  const played = await play(told);
  for (const [index, { name }] of played.crossed.entries()) console.error(`${String(index).padStart(5)}  ${name}`);
  console.error(`${told.scenario.name}: ${told.scenario.tells}`);
  for (const met of played.met) console.error(`met ${met}`);
  if (schedule.is === 'single' && played.met.length === 0) {
    throw new UsageError(`No boundary ${schedule.at} was crossed that knows ${schedule.fault}.`);
  }
  tally.take({ ...played, schedule });
  return tally;
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(help);
    return 0;
  }
  const tally = await (options.replay === null ? simulateInThreads(options) : replay(options.replay, options));
  tell(tally, options);
  return tally.isSound ? 0 : 1;
}

function tell({ singles, randoms, violations, refused, boundaries }: Tally, { seed, json }: Options): void {
  const { size } = boundaries;
  console.error(
    `${singles} single faults at ${size} boundaries, ${randoms} random schedules: ${violations} violations, ${refused} refused. Seed ${seed}.`,
  );
  if (json) console.log(JSON.stringify({ boundaries: size, schedules: randoms, violations, refused, seed }));
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message} npm run simulate -- --help lists the options.`);
  process.exitCode = 2;
}
