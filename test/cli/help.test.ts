import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import software from '../../package.json' with { type: 'json' };
import { aFile, cli } from './a-command-line.ts';

const COMMANDS = [
  ...['report', 'status', 'plan', 'history', 'doctor', 'rotate', 'compromise', 'ack', 'rollback', 'retire', 'forget'],
  ...['freeze', 'unfreeze', 'refresh', 'init', 'completion'],
  ...['parse', 'build', 'edit', 'redact', 'fingerprint', 'convert'].map((name) => `connection-string ${name}`),
];

describe.concurrent('help', () => {
  it('lists every command', async () => {
    const { code, stdout } = await cli(['--help']);
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toContain(`  ${command.split(' ')[0]}`);
  });

  it.each(COMMANDS)('of %s has an example and its exit codes', async (command) => {
    const { code, stdout } = await cli([...command.split(' '), '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: signalr-key-rotation ${command}`);
    expect(stdout).toContain(`Examples:\n  # `);
    expect(stdout).toContain(`  signalr-key-rotation ${command}`);
    expect(stdout).toMatch(/Exit codes:\n {2}0 {2}done: /);
  });

  it('is shown without any command, as an error', async () => {
    const { code, stdout, stderr } = await cli([]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: signalr-key-rotation');
  });

  it('tells the version', async () => {
    expect((await cli(['--version'])).stdout).toBe(`${software.version}\n`);
  });
});

describe.concurrent('completion', () => {
  /** What bash offers behind a line. */
  async function offered(line: string): Promise<string[]> {
    const { stdout } = await cli(['completion', 'bash']);
    const script = aFile('completion.bash', stdout);
    const words = line.split(' ').map((word) => `'${word}'`);
    const ask = `source ${script}; COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _signalr_key_rotation; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', ask], { encoding: 'utf8' }).trim().split('\n');
  }

  it.each([
    ['signalr-key-rotation ro', ['rotate', 'rollback']],
    ['signalr-key-rotation connection-string ed', ['edit']],
    ['signalr-key-rotation rotate chat-prod --wa', ['--wait']],
    ['signalr-key-rotation report --verdict Dis', ['Disabled', 'DisableNow']],
    ['signalr-key-rotation completion z', ['zsh']],
  ])('goes on behind %j', async (line, expected) => {
    expect((await offered(line)).toSorted()).toEqual(expected.toSorted());
  });

  it.each(['zsh', 'fish'])('has a script for %s that names every command', async (shell) => {
    const { code, stdout } = await cli(['completion', shell]);
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toContain(command.split(' ').at(-1));
  });

  it('knows no other shell', async () => {
    expect((await cli(['completion', 'cmd'])).code).toBe(2);
  });
});

describe.concurrent('colours', () => {
  const args = ['report', '--url', 'http://127.0.0.1:65533'];
  it.each([
    ['none into a pipe', {}, false],
    ['some where they are forced', { FORCE_COLOR: '1' }, true],
    ['none where they are forced off', { FORCE_COLOR: '0' }, false],
    ['none under NO_COLOR, whatever is forced', { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('%s', async (_, env, isColoured) => {
    const { stderr } = await cli(args, { env });
    expect(stderr.includes('\u001b[31m')).toBe(isColoured);
  });
});
