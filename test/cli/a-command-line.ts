import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll } from 'vitest';
import { commandLine } from '../../scripts/build.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let built: Promise<string> | null = null;

/** The bundle as it is built for people. */
export function bundle(): Promise<string> {
  built ??= build({ ...commandLine, outfile: join(folder, 'cli.cjs'), logLevel: 'silent' }).then(() =>
    join(folder, 'cli.cjs'),
  );
  return built;
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both. */
  readonly said: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Another Node than this one. */
  readonly node?: string;
}

/** What every command of a file has printed, for whoever looks for keys in it. */
export const everything: string[] = [];

/** Runs the command line in a process of its own, with nothing of this one's environment. */
export async function cli(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return started(args, options).then(({ ended }) => ended);
}

/** The same, to be looked at while it runs. */
export async function started(args: readonly string[], options: RunOptions = {}) {
  const { input = '', env = {}, cwd = anEmptyFolder(), node = process.execPath } = options;
  const child = spawn(node, [await bundle(), ...args], { cwd, env: { ...BARE, ...env } });
  const heard = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    heard.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    heard.stderr += chunk;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const ended = new Promise<Ran>((resolve) =>
    child.once('close', (code) => {
      const said = heard.stdout + heard.stderr;
      everything.push(said);
      resolve({ code, ...heard, said });
    }),
  );
  return { child, heard, ended };
}

/** A terminal would have these, and nothing that leads to an Azure. */
export const BARE: NodeJS.ProcessEnv = {
  PATH: [dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
  HOME: folder,
  // Without it the chain of identities would knock at the address where virtual machines get theirs.
  AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential',
};

export const anEmptyFolder = (): string => mkdtempSync(join(folder, 'in-'));

export function aFile(name: string, text: string, where: string = anEmptyFolder()): string {
  const path = join(where, name);
  writeFileSync(path, text);
  return path;
}
