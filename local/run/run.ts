import { setTimeout as sleep } from 'node:timers/promises';
import type { LogRecord } from '../host/start.ts';
import { oneRotation, ongoing, type Pace, type Scenario } from '../scenarios/scenario.ts';
import { type RunDocument, targetDocument } from './document.ts';
import { faultOf, isSettled } from './outcome.ts';
import { doWhatPeopleDo } from './people.ts';
import { type Change, type Watch, watchOf } from './watch.ts';
import { startWorld, type World } from './world.ts';

/** Whoever shows a run to people. */
export interface Audience {
  starting(): void;
  started(world: World, watch: Watch): void;
  changed(changes: readonly Change[]): void;
  logged(record: LogRecord): void;
  ended(): void;
}

export interface RunOptions {
  readonly scenario: Scenario;
  readonly port: number;
  /** A person's rotation.json; null for the scenario's. */
  readonly configPath: string | null;
  readonly audience: Audience;
  /** Its reason is an Error whose message says why. */
  readonly signal: AbortSignal;
}

/**
 * Until each due target has completed one rotation. Once it has started, what goes wrong is in the document.
 *
 * @throws CannotStart; the signal's reason, when it aborts before anything runs
 */
export async function runOnce(
  options: RunOptions & { readonly giveUpAfter?: number; readonly onStarted?: (world: World) => void },
): Promise<RunDocument> {
  const startedAt = new Date().toISOString();
  const running = await start(options, oneRotation);
  const { world, watch } = running;
  options.onStarted?.(world);
  try {
    const broken = await waitForAll(running, options.giveUpAfter ?? 5 * 60_000).catch(messageOf);
    await world.dismissConsumers();
    await running.look();
    const targets = watch.targets.map((watched) => targetDocument(watched, world.azure));
    const faults = watch.targets.map(faultOf).filter((fault) => fault !== null);
    const reason = (broken === null ? faults : [broken, ...faults]).join(' ') || null;
    return { version: 1, ok: reason === null, reason, startedAt, finishedAt: new Date().toISOString(), targets };
  } finally {
    await running.stop();
  }
}

/** @throws CannotStart, whatever the host failed with, and the signal's reason: that is its end */
export async function runOn(options: RunOptions): Promise<never> {
  const running = await start(options, ongoing);
  try {
    for (;;) await running.tick();
  } finally {
    await running.stop();
  }
}

/** The last steps of a rotation take the old keys away: whoever still needed one would show in this time. */
const callOn = 1_500;

/** @returns null, or why not all is settled */
async function waitForAll({ watch, tick }: Running, giveUpAfter: number): Promise<string | null> {
  const giveUpAt = Date.now() + giveUpAfter;
  while (!watch.targets.every(isSettled)) {
    if (Date.now() >= giveUpAt) return `Given up after ${Math.round(giveUpAfter / 1000)} s.`;
    await tick();
  }
  const enoughAt = Date.now() + callOn;
  while (Date.now() < enoughAt) await tick();
  return null;
}

interface Running {
  readonly world: World;
  readonly watch: Watch;
  /** Pauses, looks, and does what people would. @throws what ended the run */
  tick(): Promise<void>;
  look(): Promise<void>;
  stop(): Promise<void>;
}

const lookEvery = 400;

async function start({ scenario, port, configPath, audience, signal }: RunOptions, pace: Pace): Promise<Running> {
  const broken = new AbortController();
  const ending = AbortSignal.any([signal, broken.signal]);
  const world = await startWorld({
    scenario,
    pace,
    port,
    configPath,
    onStarting: () => audience.starting(),
    log: (record) => audience.logged(record),
    onFatal: (error) => broken.abort(error),
    signal,
  });
  const watch = watchOf(world);
  const look = async () => audience.changed(await watch.look());
  audience.started(world, watch);
  return {
    world,
    watch,
    look,
    async tick() {
      await sleep(lookEvery, undefined, { signal: ending }).catch(() => ending.throwIfAborted());
      await look();
      audience.changed(await doWhatPeopleDo(watch.targets, world));
      ending.throwIfAborted();
    },
    async stop() {
      audience.ended();
      await world.stop();
    },
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
