import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildApp } from '../../scripts/build.ts';
import type { Target } from '../../src/core/model.ts';
import { sendEvents } from '../azure/events-out.ts';
import { principalIdOf } from '../azure/happened.ts';
import { type LocalAzure, startLocalAzure } from '../azure/server.ts';
import type { SignalRResource } from '../azure/signalr-resource.ts';
import { startAzurite } from '../azurite.ts';
import { Consumer } from '../consumers/consumer.ts';
import { type Host, type LogRecord, startHost } from '../host/start.ts';
import type { Pace, Report, Scenario, Scene, Staged, StagedConsumer } from '../scenarios/scenario.ts';
import { CannotStart } from './cannot-start.ts';
import { tellCommandLine } from './command-line.ts';
import { checkAgainstWorld, type ReadConfig, readConfig, writeConfig } from './config.ts';
import { type KeyState, keyState } from './key-state.ts';

export interface WorldOptions {
  readonly scenario: Scenario;
  readonly pace: Pace;
  /** 0: any free one. */
  readonly port: number;
  /** A person's rotation.json; null for the scenario's. */
  readonly configPath: string | null;
  /** Nothing is wrong so far; now it takes a moment. */
  readonly onStarting: () => void;
  readonly log: (record: LogRecord) => void;
  readonly onFatal: (error: Error) => void;
  readonly signal: AbortSignal;
}

/** Everything that runs: the app in its host, the Azure around it, and the applications that must not notice. */
export interface World {
  readonly url: string;
  readonly azure: LocalAzure;
  readonly configPath: string;
  /** In the order of rotation.json. */
  readonly targets: readonly Managed[];
  /** They call no more, so that what they counted is final. */
  dismissConsumers(): Promise<void>;
  stop(): Promise<void>;
}

export interface Managed {
  readonly target: Target;
  readonly resource: SignalRResource;
  readonly about: string;
  /** Before the app looked at anything. */
  readonly before: KeyState;
  /** null under a person's own rotation.json, of which nobody can say. */
  readonly expected: Staged['expected'] | null;
  /** What its people report; null for nothing. */
  readonly report: Report | null;
  readonly stranger: Staged['stranger'] | null;
  readonly consumers: readonly Using[];
}

export interface Using {
  readonly consumer: Consumer;
  readonly acknowledges: boolean;
  /** The unversioned id of what it reads. */
  readonly secret: string;
  /** As its people do when they see that it is awaited; null where it reads its secret anew by itself. */
  readonly restart: (() => Promise<void>) | null;
  readonly restartedWhen: NonNullable<StagedConsumer['restartedWhen']>;
}

/** Of a consumer's tokens, and so below the policy's. */
const tokenLifetime = 3_000;
const callEvery = 200;

/** @throws CannotStart; the signal's reason, when it aborts meanwhile */
export async function startWorld(options: WorldOptions): Promise<World> {
  const ends: (() => Promise<unknown>)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= endAll(ends);
    return stopping;
  };
  try {
    const own = options.configPath === null ? null : readConfig(options.configPath);
    const azure = await startLocalAzure();
    ends.push(() => azure.close());
    const scene = options.scenario.build(azure, options.pace);
    if (own) checkAgainstWorld(own, azure);
    options.onStarting();
    const directory = await mkdtemp(join(tmpdir(), 'signalr-key-rotation-'));
    ends.push(() => rm(directory, { recursive: true, force: true }));
    const read = own ?? (await writeConfig(directory, scene.rotation));
    azure.authorisation.deploy(read.config);
    const storage = await prepareApp(options, ends);
    const app = { url: nowhere };
    const cast = read.config.targets.map((target) => castOf(target, scene, own !== null, azure, app));
    const consumers = cast.flatMap((managed) => managed.consumers.map(({ consumer }) => consumer));
    // They were there before the app, so they may hold what it finds superseded.
    await Promise.all(consumers.map((consumer) => consumer.tick(Date.now())));
    scene.meanwhile?.();
    const targets = cast.map((managed) => ({ ...managed, before: keyState(managed.target, managed.resource, azure) }));
    const host = await startApp(options, azure, read, storage);
    ends.push(() => host.stop());
    ends.push(await tellCommandLine(azure, host.url));
    const events = await sendEvents(azure, {
      subscribers: [{ to: 'queue', connectionString: storage, queueName: 'event-queue' }],
    });
    ends.push(() => events.stop());
    app.url = host.url;
    const dismissConsumers = async () => {
      await Promise.all(consumers.map((consumer) => consumer.stop()));
    };
    ends.push(dismissConsumers);
    for (const consumer of consumers) consumer.run(callEvery);
    return { url: host.url, azure, configPath: read.path, targets, dismissConsumers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Whoever depends on the others goes first: last in, first out. What cannot be ended must not keep the rest alive. */
async function endAll(ends: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const end of ends.toReversed()) await end().catch(() => {});
}

/** Builds it and starts its storage, of which it gets the connection string. */
async function prepareApp({ signal }: WorldOptions, ends: (() => Promise<unknown>)[]): Promise<string> {
  const built = buildApp().catch((error: unknown) => {
    throw new CannotStart('The app cannot be built:', [messageOf(error)]);
  });
  // Without the signal: it would end the storage at once, before the host has finished writing to it.
  const stored = startAzurite().catch((error: unknown) => {
    throw new CannotStart('The storage emulator does not start:', [messageOf(error)]);
  });
  ends.push(() => stored.then((azurite) => azurite.stop()));
  const [azurite] = await Promise.all([stored, built]);
  signal.throwIfAborted();
  return azurite.connectionString;
}

async function startApp(
  { port, log, onFatal }: WorldOptions,
  azure: LocalAzure,
  { path }: ReadConfig,
  storage: string,
): Promise<Host> {
  const hostJson = JSON.parse(await readFile('host.json', 'utf8'));
  // What a developer's shell may have set for the real Azure would lead the app out of this one.
  delete process.env.AZURE_CLIENT_ID;
  process.env.NO_PROXY = '127.0.0.1';
  const env = {
    ...azure.settings,
    AzureWebJobsStorage: storage,
    ROTATION_CONFIG: path,
    SWEEP_SCHEDULE: '*/2 * * * * *',
    WEBSITE_AUTH_ENABLED: 'false',
    // Azure tells the app of its own doings too: without its own name it could not tell them from a stranger's.
    SELF_PRINCIPAL_ID: principalIdOf('rotator'),
  };
  const main = resolve('dist/index.cjs');
  return startHost({ main, hostJson, env, port, log, onFatal }).catch((error: unknown) => {
    throw isAboutPort(error)
      ? new CannotStart(error.message)
      : new CannotStart('The app does not start in its host:', [messageOf(error)]);
  });
}

/** The host's own words say what to do. */
const isAboutPort = (error: unknown): error is Error =>
  error instanceof Error && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'EADDRINUSE';

/** Until the app runs nobody answers there, as nobody does in the days before it is installed. */
const nowhere = 'http://127.0.0.1:9';

interface Whereabouts {
  readonly url: string;
}

function castOf(target: Target, scene: Scene, isOwnConfig: boolean, azure: LocalAzure, app: Whereabouts) {
  const staged = scene.resources.find(({ resource }) => resource.id.toLowerCase() === target.resourceId);
  if (!staged) throw new Error(`The scenario has no resource for ${target.name}.`);
  const { resource, about, expected } = staged;
  const { report = null, stranger = null } = staged;
  const consumers = staged.consumers.map((each) => usingOf(each, target, azure, app, report !== null));
  return { target, resource, about, expected: isOwnConfig ? null : expected, report, stranger, consumers };
}

function usingOf(
  staged: StagedConsumer,
  target: Target,
  azure: LocalAzure,
  app: Whereabouts,
  clientsReconnect: boolean,
): Using {
  // The app refuses acknowledgements of a consumer that it does not know, each time anew.
  const listed = target.consumers.find((consumer) => consumer.name === staged.name);
  const acknowledges = listed?.evidence.kind === 'ack';
  const ack = {
    target: target.name,
    get base() {
      return app.url;
    },
  };
  const consumer = new Consumer({
    ...staged,
    platform: azure.settings,
    tokenLifetime,
    clientsReconnect,
    ...(acknowledges ? { ack } : {}),
  });
  const restart = async () => {
    await consumer.stop();
    consumer.restart();
    consumer.run(callEvery);
  };
  const { secret, rereads, restartedWhen = 'awaited' } = staged;
  return { consumer, acknowledges, secret, restart: rereads === 'at-start' ? restart : null, restartedWhen };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
