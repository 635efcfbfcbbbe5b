import { parentPort } from 'node:worker_threads';
import type { Finished, Work } from './campaign.ts';
import { play } from './play.ts';
import { playOf } from './schedule.ts';

/** A thread that plays what it is given: clock and timers are those of the whole thread, so it is one story at a time. */
parentPort?.on('message', async ({ schedules, seed, boundaries }: Work) => {
  const finished: Finished[] = [];
  for (const schedule of schedules) {
    const played = await play(playOf(schedule, seed, (scenario) => boundaries[scenario] ?? 0)).catch(brokenBy);
    const crossed = schedule.is === 'calm' ? played.crossed : [];
    finished.push({ ...played, schedule, crossed });
  }
  parentPort?.postMessage(finished);
});

/** Of ours, not of the app's: it is no less of a failure. */
function brokenBy(error: unknown) {
  const violations = [`the simulation broke: ${error instanceof Error ? error.stack : String(error)}`];
  return { crossed: [], met: [], violations, refused: [] };
}
