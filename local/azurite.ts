import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Azurite {
  readonly connectionString: string;
  /** Ends it; a second call waits for the same end. */
  stop(): Promise<void>;
}

const account = 'devstoreaccount1';
const services = ['Blob', 'Queue', 'Table'] as const;

/**
 * Ends the child when its stdin does. The parent holds the other end of that pipe, and the system closes it however the
 * parent ends, a SIGKILL included; an exit hook or a signal handler in the parent would miss exactly that one.
 */
const endWithParent = `data:text/javascript,${encodeURIComponent(
  "for (const end of ['end', 'close', 'error']) process.stdin.on(end, () => process.exit(0)); process.stdin.resume();",
)}`;

export async function startAzurite({
  signal,
  within = 30_000,
  startedIn = { args: [], env: {} },
}: {
  signal?: AbortSignal;
  within?: number;
  /** What else its process is started with. */
  startedIn?: { readonly args: readonly string[]; readonly env: NodeJS.ProcessEnv };
} = {}): Promise<Azurite> {
  signal?.throwIfAborted();
  // A key of this run: none of the emulator's need be written down, and no other tool's data can be meant by mistake.
  const key = randomBytes(64).toString('base64');
  const nodeArguments = ['--import', endWithParent, ...startedIn.args];
  const child = spawn(process.execPath, [...nodeArguments, azuriteScript(), ...azuriteArguments()], {
    cwd: tmpdir(),
    env: { ...process.env, ...startedIn.env, AZURITE_ACCOUNTS: `${account}:${key}` },
    // Its own process group: a Ctrl-C in the terminal would otherwise end the storage before the host has finished
    // writing to it.
    detached: true,
    windowsHide: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // The child may be gone before the pipe is closed.
  child.stdin.on('error', () => {});
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()));
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= end(child, exited);
    return stopping;
  };

  const limits = [AbortSignal.timeout(within), ...(signal ? [signal] : [])];
  try {
    const endpoints = await listening(child, AbortSignal.any(limits), within);
    signal?.addEventListener('abort', () => void stop(), { once: true });
    const parts = services.map((service) => `${service}Endpoint=${endpoints[service]}/${account}`);
    return {
      connectionString: ['DefaultEndpointsProtocol=http', `AccountName=${account}`, `AccountKey=${key}`, ...parts].join(
        ';',
      ),
      stop,
    };
  } catch (error) {
    await stop();
    signal?.throwIfAborted();
    throw error;
  }
}

function azuriteScript(): string {
  return createRequire(import.meta.url).resolve('azurite/dist/src/azurite.js');
}

function azuriteArguments(): string[] {
  // Port 0: the system chooses at the moment of binding, so there is no gap between finding a free port and taking it.
  const ports = services.flatMap((service) => {
    const name = service.toLowerCase();
    return [`--${name}Host`, '127.0.0.1', `--${name}Port`, '0'];
  });
  return ['--inMemoryPersistence', '--skipApiVersionCheck', '--disableTelemetry', '--silent', ...ports];
}

type Endpoints = Record<(typeof services)[number], string>;

function listening(child: ChildProcess, signal: AbortSignal, within: number): Promise<Endpoints> {
  const said = { out: '', err: '' };
  const settled = new AbortController();
  const asking = AbortSignal.any([signal, settled.signal]);
  const printed = new Promise<Endpoints>((resolve) => {
    // Both stay drained for as long as it lives: a full pipe would stop it.
    child.stdout?.on('data', (chunk) => {
      said.out = `${said.out}${chunk}`.slice(-4_000);
      const endpoints = endpointsIn(said.out);
      if (endpoints) resolve(endpoints);
    });
    child.stderr?.on('data', (chunk) => {
      said.err = `${said.err}${chunk}`.slice(-4_000);
    });
  });
  const ready = printed.then(async (endpoints) => {
    await Promise.all(services.map((service) => answering(endpoints[service], asking)));
    return endpoints;
  });
  const failed = new Promise<never>((_, reject) => {
    const because = (what: string) => reject(new Error(`${what} Its stderr: ${said.err.trim() || '(empty)'}`));
    child.once('error', (error) => because(`Azurite cannot be started: ${error.message}.`));
    child.once('close', (code, by) => because(`Azurite ended before it was ready (${by ?? `exit code ${code}`}).`));
    signal.addEventListener('abort', () => because(`Azurite was not ready within ${within / 1000} s.`), { once: true });
  });
  return Promise.race([ready, failed]).finally(() => settled.abort());
}

function endpointsIn(out: string): Endpoints | undefined {
  const found = services.map((service) => [
    service,
    new RegExp(`${service} service is successfully listening at (\\S+)`).exec(out)?.[1],
  ]);
  return found.every(([, address]) => address) ? Object.fromEntries(found) : undefined;
}

/** Any answer will do; an unsigned request is refused with 400 or 403, which only a service that is up can say. */
async function answering(address: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await (await fetch(address, { signal })).arrayBuffer();
      return;
    } catch {
      await sleep(50, undefined, { signal });
    }
  }
}

async function end(child: ChildProcess, exited: Promise<void>): Promise<void> {
  child.stdin?.end();
  const stubborn = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await exited;
  clearTimeout(stubborn);
}
