import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { areas } from '../fuzz/areas.ts';

/** The script, as npm runs it. */
const fuzz = (...args: string[]) =>
  new Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>((resolve) => {
    const child = execFile(process.execPath, ['scripts/fuzz.ts', ...args], (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });

describe('npm run fuzz', () => {
  it.each([
    ['an option that there is not', ['--sed', '1'], '--sed'],
    ['a number of runs that is none', ['--runs', 'many'], '--runs'],
    ['no run at all', ['--runs', '0'], '--runs'],
    ['a seed of more than 32 bits', ['--seed', '9999999999'], '--seed'],
    ['an area that there is not', ['--area', 'weather'], '"weather"'],
    ['words beside the options', ['rotation-file'], 'rotation-file'],
  ])('refuses %s with 2, in a sentence without a stack', async (_, args, named) => {
    const { code, stdout, stderr } = await fuzz(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(named);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('lists its areas and exit codes', async () => {
    const { code, stdout } = await fuzz('--help');
    expect(code).toBe(0);
    for (const { name, about } of areas) expect(stdout).toMatch(new RegExp(`${name} +${about}`));
  });

  it('asks the same inputs for the same seed', async () => {
    const [one, other] = await Promise.all(
      [1, 2].map(() => fuzz('--area', 'rotation-file', '--runs', '20', '--seed', '7')),
    );
    expect(one?.code).toBe(0);
    expect(one?.stdout).toMatch(/^seed 7\nrotation-file +4 laws, 40 runs, 0 broken, /);
    const withoutTime = (text: string | undefined) => text?.replace(/[\d.]+ s$/m, '');
    expect(withoutTime(other?.stdout)).toBe(withoutTime(one?.stdout));
  });
});
