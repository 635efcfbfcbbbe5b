import { CannotStart } from './run/cannot-start.ts';
import { notStarted, type RunDocument } from './run/document.ts';
import { help, readOptions, readPort, UsageError } from './run/options.ts';
import { type RunOptions, runOn, runOnce } from './run/run.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { Timeline } from './timeline/timeline.ts';

/** A person ended it, or whoever read its output. */
class Interrupted extends Error {}

const ending = new AbortController();
const { signal } = ending;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    // Under npm a Ctrl+C arrives twice, from the terminal and from npm: a second one cannot mean "at once".
    if (signal.aborted) return;
    ending.abort(new Interrupted(`Interrupted by ${name}.`));
    setTimeout(() => process.exit(1), 15_000).unref();
  });
}
for (const stream of [process.stdout, process.stderr]) {
  // As `head` does when it has enough.
  stream.on('error', () => ending.abort(new Interrupted('Nobody reads the output any more.')));
}
process.on('uncaughtException', (error) => {
  console.error(error);
  ending.abort(error);
});

// Kept-alive connections of the SDKs would hold the process for a while.
process.exit(await main());

async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2), process.env);
    if (options.help) return await print(help);
    return options.once ? await once(options.scenario, options.json) : await untilStopped(options.scenario);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\nnpm start -- --help lists the options.`);
      return 2;
    }
    console.error(error);
    return 1;
  }
}

async function once(scenario: Scenario, json: boolean): Promise<number> {
  const timeline = new Timeline(json ? process.stderr : process.stdout, { isOnce: true });
  const document = await runToEnd(scenario, timeline);
  if (document.targets.length > 0) timeline.summary(document);
  if (json) await print(`${JSON.stringify(document, null, 2)}\n`);
  return document.ok ? 0 : 1;
}

async function runToEnd(scenario: Scenario, audience: Timeline): Promise<RunDocument> {
  const startedAt = new Date().toISOString();
  try {
    return await runOnce(optionsFor(scenario, audience));
  } catch (error) {
    return notStarted(startedAt, complain(error));
  }
}

async function untilStopped(scenario: Scenario): Promise<number> {
  try {
    await runOn(optionsFor(scenario, new Timeline(process.stdout, { isOnce: false })));
  } catch (error) {
    if (error instanceof Interrupted) return 0;
    complain(error);
  }
  return 1;
}

function optionsFor(scenario: Scenario, audience: Timeline): RunOptions {
  const configPath = process.env.ROTATION_CONFIG || null;
  return { scenario, port: readPort(process.env), configPath, audience, signal };
}

/** @returns the same in one line */
function complain(error: unknown): string {
  if (error instanceof CannotStart) {
    console.error([error.message, ...error.problems.map((problem) => `  ${problem}`)].join('\n'));
    return error.reason;
  }
  if (error instanceof Interrupted) console.error(error.message);
  else console.error(error);
  return error instanceof Error ? error.message : String(error);
}

/** Exiting would cut off what a pipe has not taken yet. */
function print(text: string): Promise<number> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve(0)));
}
