import { execFile, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { fingerprintOf, newKey } from '../../local/azure/keys.ts';
import { aFile, BARE, bundle, cli } from './a-command-line.ts';
import { aServer } from './a-server.ts';

const SCRIPT = 'script';
const hasScript = spawnSync(SCRIPT, ['--version']).status === 0;

/** Runs it on a terminal of its own. @param typed once something has been printed */
async function onTerminal(args: readonly string[], { typed = '', redirect = '', env = {} } = {}): Promise<string> {
  const quoted = [process.execPath, await bundle(), ...args].map((arg) => `'${arg}'`).join(' ');
  return new Promise((resolve) => {
    const child = execFile(
      SCRIPT,
      ['-qec', `${quoted} ${redirect}`, '/dev/null'],
      { env: { ...BARE, TERM: 'xterm', ...env } },
      (_, stdout) => resolve(stdout),
    );
    if (typed === '') return void child.stdin?.end();
    child.stdout?.once('data', () => setTimeout(() => child.stdin?.write(`${typed}\r`), 100));
  });
}

const overdrawn = '\u001b[1A\u001b[J';

describe.skipIf(!hasScript)('on a terminal, for which `script` of util-linux is needed', () => {
  const key = newKey(44, Date.now());

  it('a key is typed without being shown', async () => {
    const shown = await onTerminal(['connection-string', 'fingerprint'], { typed: key });
    expect(shown).toContain('(not shown): ');
    expect(shown).toContain(fingerprintOf(key));
    expect(shown).not.toContain(key);
  });

  it('a secret is not shown, even where that is asked for', async () => {
    const file = aFile('string.txt', `Endpoint=https://a.service.signalr.net;AccessKey=${key};Version=1.0;`);
    const args = ['connection-string', 'convert', '--to', 'env', '--show-secret'];
    const shown = await onTerminal(args, { redirect: `< ${file}` });
    expect(shown).toContain('does not show a secret on a terminal');
    expect(shown).not.toContain(key);
  });

  it('there are colours, unless NO_COLOR is set', async () => {
    const args = ['report', '--url', 'http://127.0.0.1:65533'];
    expect(await onTerminal(args)).toContain('\u001b[31mError:');
    expect(await onTerminal(args, { env: { NO_COLOR: '1' } })).not.toContain('\u001b[');
  });

  it('a spinner is drawn over, and nothing of it stays; into a pipe there is none', async () => {
    let asked = 0;
    const { url } = await aServer(() => (asked++ < 1 ? { status: 500 } : 'hang'));
    const env = { SIGNALR_KEY_ROTATION_TIMEOUT: '0.5' };
    const shown = await onTerminal(['doctor', '--url', url], { env });
    expect(shown).toContain(overdrawn);
    expect(shown.slice(shown.lastIndexOf(overdrawn))).not.toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/);
    const { said } = await cli(['doctor', '--url', url], { env });
    expect(said).not.toContain('\u001b');
    expect(said).not.toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/);
  });
});
