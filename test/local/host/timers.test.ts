import { afterEach, describe, expect, it } from 'vitest';
import { bundled, type Running, run, until } from './running.ts';

const app = bundled(`
  const seen = [];
  app.http('seen', { handler: () => ({ jsonBody: seen }) });
  app.timer('sweep', {
    schedule: '%SWEEP_SCHEDULE%',
    runOnStartup: process.env.AT_ONCE === 'yes',
    handler: async (timer) => {
      const run = { timer, began: Date.now(), ended: null };
      seen.push(run);
      await new Promise((resolve) => setTimeout(resolve, seen.length === 1 ? Number(process.env.SWEEP_TAKES) : 0));
      run.ended = Date.now();
      if (process.env.SWEEP_TAKES === '1') throw new Error('this once');
    },
  });
`);
let host: Running;
afterEach(() => host.stop());

interface Run {
  timer: { schedule: unknown; scheduleStatus: { last: string; next: string } | null; isPastDue: boolean };
  began: number;
  ended: number | null;
}
const runs = (n: number) =>
  until(
    async () => (await (await host.get('/api/seen')).json()) as Run[],
    (all) => all.length >= n,
  );

async function start(env: Record<string, string>): Promise<void> {
  host = await run(await app, { env: { SWEEP_SCHEDULE: '* * * * * *', AT_ONCE: 'no', SWEEP_TAKES: '0', ...env } });
}

describe('a timer', () => {
  it('fires on the second its schedule names, and again after a failure', async () => {
    await start({ SWEEP_TAKES: '1' });
    const [first, second] = await runs(2);
    expect(first?.timer).toEqual({ schedule: { adjustForDST: true }, scheduleStatus: null, isPastDue: false });
    const secondOf = (one?: Run) => Math.floor((one?.began ?? 0) / 1000);
    expect(secondOf(second)).toBeGreaterThan(secondOf(first));
  });

  it('never runs twice at once, and skips what its run covered', async () => {
    await start({ SWEEP_TAKES: '1200' });
    const [first, second] = await runs(2);
    expect(first?.ended).not.toBe(null);
    expect(second?.began).toBeGreaterThanOrEqual(first?.ended ?? Number.POSITIVE_INFINITY);
  });

  it('runs at start where it asks for it, and knows its next time', async () => {
    await start({ AT_ONCE: 'yes', SWEEP_SCHEDULE: '0 0 0 1 1 *' });
    const [first] = await runs(1);
    const next = `${new Date().getUTCFullYear() + 1}-01-01T00:00:00.000Z`;
    expect(first?.timer.scheduleStatus).toMatchObject({ last: '0001-01-01T00:00:00', next });
    // Farther off than setTimeout can count, which would fire at once, for ever.
    expect(await runs(1)).toHaveLength(1);
  });

  it('is waited for when the host stops', async () => {
    await start({ AT_ONCE: 'yes', SWEEP_TAKES: '300' });
    await runs(1);
    await host.stop();
    expect(host.logs.some(({ message }) => message.startsWith("Executed 'Functions.sweep' (Succeeded"))).toBe(true);
  });
});
