import { httpSurface } from '../interop/http-surface.ts';
import { infrastructure } from '../interop/infrastructure.ts';
import type { Outcome, Part } from '../interop/part.ts';
import { Missing } from '../interop/programs.ts';
import { vault } from '../interop/vault.ts';

/*
 * Asks programs that others wrote what they think of ours. Nothing that is built, tested or deployed needs them: a part whose peer is not to be had
 * here says so and is left out. Ends with 1 where a part that ran disagreed.
 */

const PARTS: readonly Part[] = [vault, httpSurface, infrastructure];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !PARTS.some((part) => part.name === name));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}. Parts: ${PARTS.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

let disagreed = false;
for (const part of PARTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const outcome = await outcomeOf(part);
  if (outcome.is === 'skipped') console.log(`${part.name}: skipped, since ${outcome.why}`);
  else {
    console.log(`${part.name}: ${outcome.is} with ${part.peer}: ${outcome.figures}`);
    for (const difference of outcome.differences) console.log(`  ${difference}`);
    disagreed ||= outcome.is === 'disagreed';
  }
}
// Kept-alive connections would hold the process for a while.
process.exit(disagreed ? 1 : 0);

async function outcomeOf(part: Part): Promise<Outcome> {
  try {
    return await part.run();
  } catch (error) {
    if (error instanceof Missing) return { is: 'skipped', why: error.message };
    throw error;
  }
}
