import type { Crossing } from '../test/simulation/boundaries.ts';
import { type Campaign, startCampaign } from '../test/simulation/campaign.ts';
import { help, type Options, readOptions, UsageError } from '../test/simulation/options.ts';
import { play } from '../test/simulation/play.ts';
import { SCENARIOS } from '../test/simulation/scenarios.ts';
import { playOf, type Schedule, singlesOf } from '../test/simulation/schedule.ts';
import { Tally } from '../test/simulation/tally.ts';

function tell(lines: readonly string[]): void {
  for (const line of lines) console.error(line);
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

async function simulate({ seed, every, schedules, from, scenario }: Options, campaign: Campaign): Promise<Tally> {
  const tally = new Tally(seed);
  const names = scenario === null ? SCENARIOS.map(({ name }) => name) : [scenario];
  const crossed = await calmly(names, campaign, tally);
  const boundaries = Object.fromEntries([...crossed].map(([name, all]) => [name, all.length]));

  const singles = [...crossed].flatMap(([name, all]) => singlesOf(name, all)).filter((_, index) => index % every === 0);
  const singleDone = progress('single faults', singles.length);
  await campaign.run(singles, boundaries, (one) => {
    tell(tally.take(one));
    singleDone();
  });

  const randoms = Array.from({ length: schedules }, (_, index): Schedule => ({ is: 'random', number: from + index }));
  const randomDone = progress('random schedules', schedules);
  await campaign.run(randoms, boundaries, (one) => {
    tell(tally.take(one));
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
    tell(tally.take(one));
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
  tell(tally.take({ ...played, schedule }));
  return tally;
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(help);
    return 0;
  }
  const tally = await (options.replay === null ? simulateInThreads(options) : replay(options.replay, options));
  sumUp(tally, options);
  return tally.isSound ? 0 : 1;
}

function sumUp({ singles, randoms, violations, refused, boundaries }: Tally, { seed, json }: Options): void {
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
