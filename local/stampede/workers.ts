import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { AzureInProcess } from '../azure/in-process.ts';
import { openEntrance } from '../azure/server.ts';
import type { Chance } from '../chance.ts';
import { openStorageDoor } from './storage-door.ts';
import { type Pace, startedIn } from './time.ts';
import type { Witness } from './witness.ts';
import type { ToldByWorker } from './worker.ts';

/** What all of them share. */
export interface WorkersOptions {
  readonly azure: AzureInProcess;
  readonly storage: string;
  readonly env: Readonly<Record<string, string>>;
  readonly bundle: string;
  readonly pace: Pace;
  /** Each has a clock that is wrong by at most this, another one each time that it starts. */
  readonly skew: number;
  readonly chance: Chance;
  readonly witness: Pick<Witness, 'ask' | 'write' | 'error'>;
}

/** One place for a host process. Who starts there after a kill is another process, but comes by the same doors. */
export interface Worker {
  /** null while nobody listens. */
  readonly url: string | null;
  /** `2.5`: the fifth process in the second place. */
  readonly process: string;
  start(): Promise<void>;
  /** By SIGKILL. @returns once it is gone */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export async function openWorker(place: number, options: WorkersOptions): Promise<Worker> {
  const { azure, bundle, chance, env, pace, skew, witness } = options;
  let generation = 0;
  let child: ChildProcess | null = null;
  let url: string | null = null;
  const name = () => `${place}.${generation}`;
  const take: AzureInProcess['take'] = (ask) => {
    witness.ask(name(), ask);
    return azure.take(ask);
  };
  const entrance = await openEntrance({ ...azure, take });
  const tables = await openStorageDoor(options.storage, name, witness.write);

  const kill = async () => {
    const dying = child;
    [child, url] = [null, null];
    if (dying === null) return;
    const gone = new Promise((resolve) => dying.once('exit', resolve));
    dying.kill('SIGKILL');
    await gone;
  };
  return {
    get url() {
      return url;
    },
    get process() {
      return name();
    },
    async start() {
      generation += 1;
      const bent = startedIn(pace, chance.between(-skew, skew));
      const started = spawn(process.execPath, [...bent.args, fileURLToPath(new URL('./worker.ts', import.meta.url))], {
        env: {
          ...process.env,
          ...env,
          ...bent.env,
          ...entrance.settings,
          AzureWebJobsStorage: tables.connectionString,
          STAMPEDE_BUNDLE: bundle,
        },
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        // A Ctrl+C in the terminal is for the parent, who ends them in its order.
        detached: true,
      });
      child = started;
      const ready = new Promise<void>((resolve, reject) => {
        started.on('message', (told: ToldByWorker) => {
          if (told.is === 'error') return witness.error(name(), told.message);
          if (child === started) url = told.url;
          resolve();
        });
        started.once('exit', (code, signal) => {
          // Whoever kills it has let go of it before. And then it is as good as ready.
          if (child !== started) return resolve();
          [child, url] = [null, null];
          const message = `The host process has ended by itself (${signal ?? code}).`;
          witness.error(name(), message);
          reject(new Error(message));
        });
      });
      await ready;
    },
    kill,
    async stop() {
      await kill();
      await Promise.all([entrance.close(), tables.close()]);
    },
  };
}
