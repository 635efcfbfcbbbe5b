import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundleApp } from '../../scripts/build.ts';
import type { RotationConfig } from '../../src/config.ts';
import { loadSettings } from '../../src/settings.ts';
import { principalIdOf } from '../azure/happened.ts';
import { createAzure } from '../azure/in-process.ts';
import { openEntrance } from '../azure/server.ts';
import { startAzurite } from '../azurite.ts';
import { chanceOf } from '../chance.ts';
import { type Crowd, gather } from './crowd.ts';
import { judge, type StampedeDocument } from './document.ts';
import { rereads, type Staged, stageFleet } from './fleet.ts';
import { killing } from './killing.ts';
import { isRotated } from './oracle.ts';
import { clockOf, startedIn } from './time.ts';
import { pullTriggers, type Triggers } from './triggers.ts';
import { type Witness, witnessOf } from './witness.ts';
import { openWorker, type Worker } from './workers.ts';

export interface StampedeOptions {
  readonly processes: number;
  readonly targets: number;
  readonly kills: number;
  /** Milliseconds by which a clock may be wrong, either way. */
  readonly skew: number;
  readonly seed: number;
  /** 1: real time. */
  readonly speed: number;
  /** Milliseconds of the run over which targets become due. */
  readonly spread: number;
  /** Milliseconds of the run after which what is not done will not be done. */
  readonly patience: number;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
  /** Once everything is there and nothing has begun: what a test wants to go wrong. */
  readonly tamper?: (world: { readonly targets: readonly Staged[]; readonly crowd: Crowd }) => void;
}

type Ends = (() => Promise<unknown>)[];

/** One run from nothing to its end. @throws the signal's reason, when it aborts meanwhile */
export async function stampede(options: StampedeOptions): Promise<StampedeDocument> {
  const ends: Ends = [];
  try {
    return await run(options, ends);
  } finally {
    // Whoever depends on the others goes first.
    for (const end of ends.toReversed()) await end().catch(() => undefined);
  }
}

async function run(options: StampedeOptions, ends: Ends): Promise<StampedeDocument> {
  const { kills, seed, speed, spread, progress, signal } = options;
  const begunAt = Date.now();
  const pace = { epoch: begunAt, speed };
  const clock = clockOf(pace);
  const chance = chanceOf(seed);
  // Roles are another suite's matter, and looking for one of thousands costs more than the call.
  const azure = createAzure({ clock, authorisation: { by: 'everything' } });
  const { targets, rotation } = stageFleet(azure, options.targets, spread, chance);
  const app = await prepare(rotation, ends);
  const azurite = await startAzurite({ startedIn: startedIn(pace) });
  ends.push(() => azurite.stop());

  const workers: Worker[] = [];
  const anyWorker = () => {
    const urls = workers.flatMap(({ url }) => url ?? []);
    return urls.length === 0 ? null : chance.oneOf(urls);
  };
  const own = await openEntrance(azure);
  ends.push(() => own.close());
  const crowd = gather(targets, azure, own.settings, () => anyWorker() ?? nowhere);
  ends.push(() => crowd.stop());
  await crowd.tickAll();
  options.tamper?.({ targets, crowd });
  crowd.run(rereads / speed);

  const witness = witnessOf(azure, targets, crowd, speed);
  for (let place = 1; place <= options.processes; place += 1) {
    const worker = await openWorker(place, {
      ...{ azure, pace, chance, witness, skew: options.skew, bundle: app.bundle },
      ...{ storage: azurite.connectionString, env: environment(app.configPath) },
    });
    workers.push(worker);
    ends.push(() => worker.stop());
  }
  await Promise.all(workers.map((worker) => worker.start()));
  progress(`${targets.length} targets, ${workers.length} host processes, seed ${seed}`);

  const triggers = pullTriggers({ chance, speed, anyWorker, now: clock.now, storage: azurite.connectionString });
  ends.push(() => Promise.resolve(triggers.stop()));
  const killer = killing(workers, { kills, chance, witness, signal, every: spread / speed / kills });
  ends.push(() => killer.stop());

  await untilRotated(options, { targets, config: app.config, triggers, witness, now: clock.now });
  await killer.stop();
  triggers.stop();
  // What was asked for last is answered too, before the world is judged.
  await sleep(quiet / speed, undefined, { signal }).catch(() => undefined);
  await crowd.stop();
  const duration = Math.round((Date.now() - begunAt) / 1000);
  return judge({ ...options, targets, crowd, witness, sent: triggers.sent, duration });
}

/** Of the run: what the last triggers have brought about is over by then. */
const quiet = 40_000;
/** Nobody listens there. */
const nowhere = 'http://127.0.0.1:9';

interface Running {
  readonly targets: readonly Staged[];
  readonly config: RotationConfig;
  readonly triggers: Triggers;
  readonly witness: Witness;
  readonly now: () => number;
}

/** Pulls the triggers of each target when it becomes due, until there is nothing left to do or no time left to do it in. */
async function untilRotated(options: StampedeOptions, { targets, config, triggers, witness, now }: Running) {
  const { kills, spread, patience, progress, signal } = options;
  const [begunAt, deadline] = [Date.now(), now() + patience];
  const shares = new Map(config.targets.map((target) => [target.resourceId as string, target.spread]));
  const [unseen, unrotated] = [new Set(targets), new Set(targets)];
  for (let told = begunAt; now() < deadline; ) {
    for (const target of unseen) {
      // The first who lists the keys is the app, which counts from there.
      const first = target.resource.listings[0];
      if (first === undefined) continue;
      unseen.delete(target);
      const due = first.at + (shares.get(target.resource.id.toLowerCase()) ?? 0) * spread;
      triggers.race(target, due - now());
    }
    for (const target of unrotated) {
      if (witness.rotationsOf(target).size > 0 && isRotated(target)) unrotated.delete(target);
    }
    const { counted, watch } = witness;
    if (unrotated.size === 0 && counted.kills >= kills && triggers.pending === 0) return;
    if (Date.now() - told > 15_000) {
      told = Date.now();
      const done = `${targets.length - unrotated.size} rotated, ${counted.kills} killed`;
      progress(
        `${seconds(told - begunAt)}: ${done}, ${watch.takeovers} leases taken over, ${watch.overlaps.length} overlaps`,
      );
    }
    await sleep(250, undefined, { signal }).catch(() => undefined);
    signal.throwIfAborted();
  }
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

/** The bundle that is deployed, and the file that says what it rotates. */
async function prepare(rotation: unknown, ends: Ends) {
  const directory = await mkdtemp(join(tmpdir(), 'stampede-'));
  ends.push(() => rm(directory, { recursive: true, force: true }));
  const configPath = join(directory, 'rotation.json');
  await writeFile(configPath, JSON.stringify(rotation));
  const loaded = loadSettings({ ROTATION_CONFIG: configPath, AZURE_FUNCTIONS_ENVIRONMENT: 'Development' });
  if (!loaded.ok) throw new Error(`The fleet cannot be used: ${JSON.stringify(loaded.faults[0])}`);
  await bundleApp(directory);
  return { configPath, config: loaded.config, bundle: join(directory, 'index.cjs') };
}

const environment = (configPath: string): Record<string, string> => ({
  ROTATION_CONFIG: configPath,
  SWEEP_SCHEDULE: '*/45 * * * * *',
  WEBSITE_AUTH_ENABLED: 'false',
  AZURE_CLIENT_ID: '',
  NO_PROXY: '127.0.0.1',
  SELF_PRINCIPAL_ID: principalIdOf('rotator'),
});
