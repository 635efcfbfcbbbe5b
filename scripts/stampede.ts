import { isSound } from '../local/stampede/document.ts';
import { help, readOptions, UsageError } from '../local/stampede/options.ts';
import { stampede } from '../local/stampede/stampede.ts';

/** Many host processes over one storage: `npm run stampede -- --help`. */
class Interrupted extends Error {}

const ending = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => ending.abort(new Interrupted(`Interrupted by ${name}.`)));
}

// Kept-alive connections would hold the process for a while.
process.exit(await main());

async function main(): Promise<number> {
  try {
    const { json, help: isAsked, ...options } = readOptions(process.argv.slice(2));
    if (isAsked) return await print(help, 0);
    const document = await stampede({ ...options, progress: console.error, signal: ending.signal });
    for (const example of document.examples) console.error(`  ${example}`);
    const text = json ? JSON.stringify(document) : JSON.stringify(document, null, 2);
    return await print(`${text}\n`, isSound(document) ? 0 : 1);
  } catch (error) {
    if (!(error instanceof UsageError)) {
      console.error(error instanceof Interrupted ? error.message : error);
      return 1;
    }
    console.error(`${error.message}\nnpm run stampede -- --help lists the options.`);
    return 2;
  }
}

/** Exiting would cut off what a pipe has not taken yet. */
function print(text: string, code: number): Promise<number> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve(code)));
}
