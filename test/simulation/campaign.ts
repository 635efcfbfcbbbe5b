import { Worker } from 'node:worker_threads';
import type { Played } from './play.ts';
import type { Schedule } from './schedule.ts';

export interface Work {
  readonly schedules: readonly Schedule[];
  readonly seed: number;
  /** By scenario, how many boundaries there are where nothing goes wrong. */
  readonly boundaries: Readonly<Record<string, number>>;
}

export interface Finished extends Played {
  readonly schedule: Schedule;
}

/** So many are handed to a thread at a time. */
const AT_A_TIME = 16;

/** Threads that play schedules; `end` has to be called. */
export interface Campaign {
  /** Plays all of them, in any order. */
  run(schedules: Iterable<Schedule>, boundaries: Work['boundaries'], took: (one: Finished) => void): Promise<void>;
  end(): Promise<void>;
}

/** @param jobs how many threads; each has a virtual time of its own */
export function startCampaign(seed: number, jobs: number): Campaign {
  const workers = Array.from({ length: jobs }, () => new Worker(new URL('./worker.ts', import.meta.url)));

  const give = (worker: Worker, work: Work): Promise<readonly Finished[]> =>
    new Promise((resolve, reject) => {
      worker.once('error', reject);
      worker.once('message', (finished: readonly Finished[]) => {
        worker.off('error', reject);
        resolve(finished);
      });
      worker.postMessage(work);
    });

  return {
    async run(schedules, boundaries, took) {
      const rest = schedules[Symbol.iterator]();
      const feed = async (worker: Worker): Promise<void> => {
        for (let batch = take(rest); batch.length > 0; batch = take(rest)) {
          for (const one of await give(worker, { schedules: batch, seed, boundaries })) took(one);
        }
      };
      await Promise.all(workers.map(feed));
    },
    async end() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function take(rest: Iterator<Schedule>): readonly Schedule[] {
  const batch: Schedule[] = [];
  for (let next = rest.next(); !next.done; next = rest.next()) {
    batch.push(next.value);
    if (batch.length === AT_A_TIME) break;
  }
  return batch;
}
