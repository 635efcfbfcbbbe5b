import { parseArgs } from 'node:util';
import fc from 'fast-check';
import type { Area, Law } from '../test/fuzz/area.ts';
import { areas } from '../test/fuzz/areas.ts';
import { runsOf } from '../test/fuzz/runs.ts';

/*
 * The laws of test/fuzz with as many runs as one has time for. `npm test` holds the same laws with few runs each.
 */

const LONGEST_SHOWN = 3_000;
const widest = Math.max(...areas.map(({ name }) => name.length));

const help = `Asks every law of test/fuzz of many inputs that nobody would write.

Usage: npm run fuzz
       npm run fuzz -- --area table-rows --runs 100000
       npm run fuzz -- --area table-rows --runs 100000 --seed 42

  --runs N     Runs of a law that only computes; one that takes longer gets
               fewer. Default: 5000.
  --seed N     Repeats a run: the same seed and number of runs ask the same
               inputs. Default: another one each time.
  --area NAME  One area; may be repeated. Default: all.
  --help       Prints this.

Areas:
${areas.map(({ name, about }) => `  ${name.padEnd(widest)}  ${about}`).join('\n')}

Exit codes: 0 every law holds, 1 one is broken, 2 options that are not understood.
`;

interface Options {
  readonly runs: number;
  readonly seed: number;
  readonly areas: readonly Area[];
}

const options = readOptions(process.argv.slice(2));
if (options === 'help') {
  console.log(help);
  process.exit(0);
}
if (typeof options === 'string') {
  console.error(`${options} See npm run fuzz -- --help.`);
  process.exit(2);
}

let broken = 0;
console.log(`seed ${options.seed}`);
for (const area of options.areas) broken += await ask(area, options);
process.exit(broken === 0 ? 0 : 1);

async function ask(area: Area, { runs, seed }: Options): Promise<number> {
  const began = performance.now();
  const open = await area.open();
  const ended: string[] = [];
  let made = 0;
  try {
    for (const law of open.laws) {
      const { numRuns, found } = await holds(law, runs, seed);
      made += numRuns;
      if (found !== null) ended.push(`  BROKEN: ${area.about} ${law.says}\n${found}`);
    }
  } finally {
    await open.close();
  }
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  console.log(
    `${area.name.padEnd(widest)}  ${open.laws.length} laws, ${made} runs, ${ended.length} broken, ${seconds} s`,
  );
  for (const each of ended) {
    console.log(each);
    console.log(`  Again: npm run fuzz -- --area ${area.name} --seed ${seed} --runs ${runs}`);
  }
  return ended.length;
}

async function holds(law: Law, runs: number, seed: number) {
  const told = await fc.check(law.property, { numRuns: runsOf(law, runs), seed });
  if (!told.failed) return { numRuns: told.numRuns, found: null };
  const input = fc.stringify(told.counterexample).slice(0, LONGEST_SHOWN);
  const error = told.errorInstance instanceof Error ? told.errorInstance.stack : String(told.errorInstance);
  return {
    numRuns: told.numRuns,
    found: `  ${error?.slice(0, LONGEST_SHOWN)}\n  path: ${told.counterexamplePath}\n  input: ${input}`,
  };
}

/** @returns what is wrong, as a sentence, where they are not understood */
function readOptions(args: readonly string[]): Options | 'help' | string {
  const text = { type: 'string' } as const;
  const known = {
    runs: text,
    seed: text,
    area: { ...text, multiple: true },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    const {
      runs = '5000',
      seed = String(Date.now() % 2 ** 31),
      area,
      help,
    } = parseArgs({ args: [...args], options: known }).values;
    if (help) return 'help';
    if (!/^\d{1,9}$/.test(runs) || Number(runs) === 0) return '--runs takes a whole number from 1 to 999999999.';
    if (!/^-?\d{1,10}$/.test(seed) || Math.abs(Number(seed)) >= 2 ** 31)
      return '--seed takes a whole number of 32 bits.';
    const unknown = area?.find((name) => !areas.some((each) => each.name === name));
    if (unknown !== undefined) return `There is no area ${JSON.stringify(unknown)}.`;
    const wanted = areas.filter(({ name }) => area === undefined || area.includes(name));
    return { runs: Number(runs), seed: Number(seed), areas: wanted };
  } catch (error) {
    return `${error instanceof Error ? error.message.split('. ')[0]?.replace(/\.$/, '') : error}.`;
  }
}
