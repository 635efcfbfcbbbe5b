import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { clockOf, startedIn } from '../../../local/stampede/time.ts';

/** What a process takes for now, and how long three pauses of two seconds are to it, by its stopwatch. */
const script = `
  const { setTimeout: sleep } = await import('node:timers/promises');
  const { promisify } = await import('node:util');
  const [now, made, start] = [Date.now(), new Date().getTime(), performance.now()];
  await sleep(2_000);
  await promisify(setTimeout)(2_000);
  const signal = AbortSignal.timeout(2_000);
  while (!signal.aborted) await sleep(50);
  const lasted = performance.now() - start;
  const isDate = new Date(5) instanceof Date && new Date(5).getTime() === 5;
  console.log(JSON.stringify({ now, made, lasted, passed: Date.now() - now, isDate }));
`;

async function lived(pace: Parameters<typeof startedIn>[0], skew: number) {
  const { args, env } = startedIn(pace, skew);
  const begun = Date.now();
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [...args, '--input-type=module', '-e', script], {
    env: { ...process.env, ...env },
  });
  const told = JSON.parse(stdout) as { now: number; made: number; lasted: number; passed: number; isDate: boolean };
  return { ...told, took: Date.now() - begun };
}

it('passes as fast by clock, stopwatch, timers and limits, from a clock that is wrong', async () => {
  const pace = { epoch: Date.now(), speed: 20 };
  const skew = -7 * 60_000;
  const { now, made, lasted, passed, isDate, took } = await lived(pace, skew);
  const seenFromHere = clockOf(pace).now() + skew;
  expect(seenFromHere - now).toBeGreaterThanOrEqual(0);
  expect(seenFromHere - now).toBeLessThan(took * 20 + 1_000);
  expect(made - now).toBeLessThan(1_000);
  expect(isDate).toBe(true);
  // Six seconds of its own, in which a real process would have taken six of ours.
  expect(lasted).toBeGreaterThanOrEqual(5_900);
  expect(Math.abs(passed - lasted)).toBeLessThan(500);
  expect(took).toBeLessThan(6_000);
});

it('is real where nothing is bent', () => {
  expect(startedIn({ epoch: 0, speed: 1 })).toEqual({ args: [], env: {} });
});
