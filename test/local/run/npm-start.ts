import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';

const node = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url));
const project = fileURLToPath(new URL('../../..', import.meta.url));

const directories: string[] = [];
afterAll(() => Promise.all(directories.map((directory) => rm(directory, { recursive: true, force: true }))));

/** A rotation.json. */
export async function aConfig(content: unknown): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'start-'));
  directories.push(directory);
  const path = join(directory, 'rotation.json');
  await writeFile(path, JSON.stringify(content));
  return path;
}

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Running = ChildProcess & { readonly said: { stdout: string; stderr: string }; readonly ended: Promise<Ran> };

/** `npm start`, without npm. */
export function npmStart(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  // A run in this process has left its own there.
  const { ROTATION_CONFIG, ...inherited } = process.env;
  const child = spawn(node, ['local/start.ts', ...args], { cwd: project, env: { ...inherited, PORT: '0', ...env } });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    said.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.stderr += chunk;
  });
  const ended = new Promise<Ran>((resolve) => child.once('close', (code) => resolve({ code, ...said })));
  return Object.assign(child, { said, ended });
}

export async function childrenOf(pid: number | undefined): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
  const rows = stdout
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number));
  return rows.flatMap(([child, parent]) => (child !== undefined && parent === pid ? [child] : []));
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
