import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startLocalAzure } from '../../local/azure/server.ts';
import software from '../../package.json' with { type: 'json' };
import { bundle, cli } from './a-command-line.ts';

/** The oldest Node that people may have, where this machine has one: that of the project comes first in the path. */
function node20(): string | null {
  const paths = (process.env.PATH ?? '').split(':').filter((path) => !path.includes('node_modules'));
  for (const path of paths) {
    try {
      const version = execFileSync(`${path}/node`, ['--version'], { encoding: 'utf8' });
      if (/^v2[0-2]\./.test(version)) return `${path}/node`;
    } catch {
      // Not there.
    }
  }
  return null;
}

const old = node20();

describe('the bundle', () => {
  it('begins with the line that makes it a program', async () => {
    expect(readFileSync(await bundle(), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(software.bin).toEqual({ 'signalr-key-rotation': 'dist/cli.cjs' });
  });

  it.skipIf(old === null)('runs on the Node of an older terminal, adapters of Azure included', async () => {
    const azure = await startLocalAzure();
    try {
      const chat = azure.addSignalR({ name: 'chat-prod' });
      azure.addVault('kv-chat').set('signalr', chat.connectionString('primary'));
      const node = old ?? '';
      const { stdout, stderr } = await cli(['init', '--local', '--json'], { node, env: azure.settings });
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toMatchObject({ written: true, added: [{ name: 'chat-prod' }] });
      const help = await cli(['--help'], { node });
      expect(help.code).toBe(0);
    } finally {
      await azure.close();
    }
  });
});
