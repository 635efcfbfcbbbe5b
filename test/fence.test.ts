import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const sandbox = mkdtempSync(join(tmpdir(), 'fence-'));
afterAll(() => rmSync(sandbox, { recursive: true, force: true }));

const run = (tool: string, args: readonly string[], cwd: string): Promise<string> =>
  new Promise((done) => {
    execFile(resolve('node_modules/.bin', tool), args, { cwd }, (_, stdout, stderr) => done(stdout + stderr));
  });

/** The project's own rules in a folder of their own, with one file that breaks or keeps them. */
async function lint(file: string, source: string): Promise<string> {
  const folder = mkdtempSync(join(sandbox, 'lint-'));
  cpSync('biome.json', join(folder, 'biome.json'));
  cpSync('lint', join(folder, 'lint'), { recursive: true });
  mkdirSync(join(folder, dirname(file)), { recursive: true });
  writeFileSync(join(folder, file), source);
  return run('biome', ['lint', '--vcs-enabled=false', '--reporter=github', '.'], folder);
}

const importing = (from: string): string => `import { it } from '${from}';\nexport const use = it;\n`;

describe('imports point one way', () => {
  it.each([
    ['src/core/a.ts', 'zod', 'core is pure'],
    ['src/core/a.ts', 'node:crypto', 'core is pure'],
    ['src/core/a.ts', '@azure/identity', 'core is pure'],
    ['src/core/a.ts', '../app/ports.ts', 'core is pure'],
    ['src/core/checks/a.ts', 'zod', 'core is pure'],
    ['src/connection-string/a.ts', '../core/model.ts', 'pure library'],
    ['src/connection-string/a.ts', 'zod', 'pure library'],
    ['src/app/a.ts', '../azure/key-vault.ts', 'ports.ts only'],
    ['src/app/steps/a.ts', '../../azure/key-vault.ts', 'ports.ts only'],
    ['src/app/a.ts', '@azure/functions', 'ports.ts only'],
    ['src/app/a.ts', '../functions/rotate.ts', 'ports.ts only'],
    ['src/azure/a.ts', '../app/reconcile.ts', 'nothing above them'],
    ['src/azure/a.ts', '../functions/rotate.ts', 'nothing above them'],
    ['src/app/a.ts', '@opentelemetry/api', 'ports.ts only'],
    ['src/app/a.ts', '../telemetry/recorder.ts', 'ports.ts only'],
    ['src/azure/a.ts', '@opentelemetry/api', 'nothing above them'],
    ['src/telemetry/a.ts', '@azure/identity', 'reaches nothing by itself'],
    ['src/telemetry/a.ts', '../azure/transport.ts', 'reaches nothing by itself'],
    ['src/telemetry/a.ts', '../app/reconcile.ts', 'reaches nothing by itself'],
    ['src/telemetry/a.ts', '../app/secret-value.ts', 'reaches nothing by itself'],
    ['src/functions/a.ts', '../telemetry/recorder.ts', 'adapters are wired'],
    ['src/functions/a.ts', '../azure/key-vault.ts', 'adapters are wired'],
    ['src/functions/http/a.ts', '../../azure/key-vault.ts', 'adapters are wired'],
    ['src/functions/a.ts', '@azure/identity', 'adapters are wired'],
    ['src/config.ts', './app/ports.ts', 'core only'],
    ['src/config-schema.ts', './app/ports.ts', 'core only'],
  ])('%s may not import %s', async (file, from, message) => {
    expect(await lint(file, importing(from))).toContain(message);
  });

  it.each([
    ['src/core/a.ts', './model.ts'],
    ['src/core/checks/a.ts', '../model.ts'],
    ['src/app/a.ts', '../core/model.ts'],
    ['src/app/steps/a.ts', '../ports.ts'],
    ['src/azure/a.ts', '../app/ports.ts'],
    ['src/azure/a.ts', '@azure/identity'],
    ['src/telemetry/a.ts', '../app/ports.ts'],
    ['src/telemetry/a.ts', '@opentelemetry/api'],
    ['src/functions/a.ts', '@azure/functions'],
    ['src/functions/a.ts', '../app/reconcile.ts'],
  ])('%s may import %s', async (file, from) => {
    expect(await lint(file, importing(from))).not.toContain('noRestrictedImports');
  });
});

describe('pure code', () => {
  it.each(['Date.now()', 'new Date(0)', 'Math.random()', 'Intl'])('may not use %s', async (expression) => {
    for (const folder of ['src/core', 'src/core/checks', 'src/connection-string']) {
      expect(await lint(`${folder}/a.ts`, `export const it = () => ${expression};\n`)).toContain(
        'Pure code takes time',
      );
    }
  });

  it.each(['process.pid', 'fetch', 'setTimeout', 'new URL("x:")', 'crypto'])(
    'does not even compile with %s in core',
    async (expression) => {
      const folder = mkdtempSync(join(sandbox, 'types-'));
      cpSync('tsconfig.json', join(folder, 'tsconfig.json'));
      cpSync('package.json', join(folder, 'package.json'));
      cpSync('src/core', join(folder, 'src/core'), { recursive: true });
      symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
      writeFileSync(join(folder, 'src/core/a.ts'), `export const it = () => ${expression};\n`);
      expect(await run('tsc', ['-p', 'src/core'], folder)).toMatch(/src\/core\/a\.ts.*Cannot find name/);
    },
  );
});

describe('key material', () => {
  it.each(['src/app/report.ts', 'src/functions/a.ts', 'src/azure/reconcile-queue.ts'])(
    'may not be revealed in %s',
    async (file) => {
      expect(await lint(file, 'export const it = (key: { reveal(): string }) => key.reveal();\n')).toContain('reveal');
    },
  );
});
