import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from '../chance.ts';
import type { Witness } from './witness.ts';
import type { Worker } from './workers.ts';

export interface KillingOptions {
  readonly kills: number;
  /** Milliseconds of the machine between two, on the average. */
  readonly every: number;
  readonly chance: Chance;
  readonly witness: Pick<Witness, 'isAtWork' | 'kill'>;
  readonly signal: AbortSignal;
}

/** Nobody is gone for longer than this before another begins in its place. */
const longestAway = 3_000;
/** After so long it is killed all the same. */
const longestIdle = 3_000;

/** Kills one process after the other, wherever it is, and starts another in its place. */
export function killing(workers: readonly Worker[], { kills, every, chance, witness, signal }: KillingOptions) {
  const stopping = new AbortController();
  const ending = AbortSignal.any([stopping.signal, signal]);
  const pause = (ms: number) => sleep(ms, undefined, { signal: ending }).catch(() => undefined);
  const restarting = new Set<Promise<void>>();

  /** Who is killed while it does nothing shows nothing; but it need not come to that. */
  const atWork = async (process: string) => {
    const tired = AbortSignal.timeout(longestIdle);
    while (!witness.isAtWork(process) && !tired.aborted && !ending.aborted) await pause(20);
    await pause(chance.between(0, 50));
  };

  const killed = (async () => {
    for (let done = 0; done < kills; ) {
      await pause((0.5 + chance.fraction()) * every);
      if (ending.aborted) return;
      const alive = workers.filter(({ url }) => url !== null);
      if (alive.length === 0) continue;
      const worker = chance.oneOf(alive);
      await atWork(worker.process);
      witness.kill(worker.process);
      await worker.kill();
      done += 1;
      const again = pause(chance.between(100, longestAway))
        .then(() => (ending.aborted ? undefined : worker.start()))
        .finally(() => restarting.delete(again));
      restarting.add(again);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await killed;
      await Promise.all(restarting);
    },
  };
}
