import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll } from 'vitest';
import { type Host, type HostOptions, type LogRecord, startHost } from '../../../local/host/start.ts';

const directories: string[] = [];
afterAll(() => Promise.all(directories.map((directory) => rm(directory, { recursive: true, force: true }))));

const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * One CommonJS file with `@azure/functions-core` left open, as the real bundle is. The app is a file of apps/ or its
 * source.
 */
export async function bundled(app: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'host-'));
  directories.push(directory);
  const [entry, outfile] = [join(directory, 'app.ts'), join(directory, 'index.cjs')];
  if (!app.endsWith('.ts')) await writeFile(entry, `import { app, output } from '@azure/functions';\n${app}`);
  await build({
    entryPoints: [app.endsWith('.ts') ? join(here, 'apps', app) : entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['@azure/functions-core'],
    // The app of a source lies outside the project.
    nodePaths: [join(here, '../../../node_modules')],
    logLevel: 'silent',
  });
  return outfile;
}

export type Running = Host & { readonly logs: LogRecord[]; get(path: string, init?: RequestInit): Promise<Response> };

export async function run(main: string, options: Partial<HostOptions> = {}): Promise<Running> {
  const logs: LogRecord[] = [];
  const host = await startHost({ main, hostJson: {}, port: 0, log: (record) => logs.push(record), ...options });
  return Object.assign(host, { logs, get: (path: string, init?: RequestInit) => fetch(`${host.url}${path}`, init) });
}

export async function until<T>(
  look: () => T | Promise<T>,
  holds: (seen: T) => boolean = Boolean,
  within = 30_000,
): Promise<T> {
  const end = Date.now() + within;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > end) throw new Error(`Not within ${within} ms; last seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
