import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Ignored by git, and gone with the packages. */
export const CACHE = 'node_modules/.cache/interop';

export interface Ended {
  /** null where there is no such program. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.once('error', ({ message }) => resolve({ code: null, stdout, stderr: message }));
    child.once('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

/** The program is not to be had here. */
export class Missing extends Error {
  override readonly name = 'Missing';
}

/**
 * A tool from the Python package index in an environment of its own, made when it is first asked for.
 *
 * @returns where its program is
 * @throws Missing
 */
export async function pythonTool(name: string, version: string, program = name): Promise<string> {
  const home = join(CACHE, `${name}-${version}`);
  const found = join(home, 'bin', program);
  if (existsSync(found)) return found;
  const python = await run('python3', ['--version']);
  if (python.code === null) throw new Missing('there is no python3 on the PATH');
  mkdirSync(CACHE, { recursive: true });
  const venv = await run('python3', ['-m', 'venv', home]);
  const install =
    venv.code === 0 ? await run(join(home, 'bin', 'pip'), ['install', '--quiet', `${name}==${version}`]) : venv;
  if (install.code === 0 && existsSync(found)) return found;
  // Half of one would look like the whole next time.
  rmSync(home, { recursive: true, force: true });
  throw new Missing(`${name} ${version} cannot be installed: ${lastLineOf(install.stderr || install.stdout)}`);
}

export const lastLineOf = (text: string): string => text.trim().split('\n').at(-1) ?? '';
