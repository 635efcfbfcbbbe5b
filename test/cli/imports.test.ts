import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anEmptyFolder } from './a-command-line.ts';

/** The project's own rules in a folder of their own, with one file of the command line. */
async function lint(source: string): Promise<string> {
  const folder = anEmptyFolder();
  const file = join(folder, 'src/cli/commands/a.ts');
  cpSync('biome.json', join(folder, 'biome.json'));
  cpSync('lint', join(folder, 'lint'), { recursive: true });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, source);
  const args = ['lint', '--vcs-enabled=false', '--reporter=github', '.'];
  return new Promise((done) => {
    execFile(resolve('node_modules/.bin/biome'), args, { cwd: folder }, (_, stdout, stderr) => done(stdout + stderr));
  });
}

const importing = (from: string): string => `import { it } from '${from}';\nexport const use = it;\n`;

describe('the command line', () => {
  it.each([
    '@azure/identity',
    '../../functions/rotate.ts',
    '../../index.ts',
    '../../settings.ts',
    '../../../local/run/run.ts',
  ])('may not import %s', async (from) => {
    expect(await lint(importing(from))).toContain('noRestrictedImports');
  });

  it.each([
    '../../app/receipts.ts',
    '../../views/times.ts',
    '../../azure/discovery.ts',
    '../../config.ts',
    '../client.ts',
    'commander',
  ])('may import %s', async (from) => {
    expect(await lint(importing(from))).not.toContain('noRestrictedImports');
  });

  it('may not reveal a key', async () => {
    expect(await lint('export const it = (key: { reveal(): string }) => key.reveal();\n')).toContain('reveal');
  });
});
