import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

async function simulate(...args: string[]) {
  const child = spawn(process.execPath, ['scripts/simulate.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ]);
  return { stdout, stderr, code };
}

describe('npm run simulate', () => {
  it('ends with one line of JSON', { timeout: 120_000 }, async () => {
    const { stdout, code } = await simulate(
      '--scenario',
      'drift',
      '--every',
      '50',
      '--schedules',
      '3',
      '--json',
      '--seed',
      '7',
    );
    const told = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as { readonly boundaries: number };
    expect(told).toEqual({ boundaries: told.boundaries, schedules: 3, violations: 0, refused: 0, seed: 7 });
    expect(told.boundaries).toBeGreaterThan(5);
    expect(code).toBe(0);
  });

  it('tells a single fault again, and which calls there were', { timeout: 60_000 }, async () => {
    const { stderr, code } = await simulate('--scenario', 'drift', '--at', '12', '--fault', 'crash-after');
    expect(stderr).toMatch(/met crash-after at 12: \S+/);
    expect(code).toBe(0);
  });

  it('says that a fault met nothing', { timeout: 60_000 }, async () => {
    const { stderr, code } = await simulate('--scenario', 'drift', '--at', '99999', '--fault', '500');
    expect(stderr).toContain('No boundary 99999');
    expect(code).toBe(2);
  });

  it('explains itself', async () => {
    const { stdout, code } = await simulate('--help');
    expect(stdout).toContain('--every N');
    expect(stdout).toContain('compromise-active');
    expect(code).toBe(0);
  });

  it('ends with 2 where it does not understand an option', async () => {
    const { stdout, stderr, code } = await simulate('--speed', '9');
    expect(stderr).toContain('--speed');
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});
