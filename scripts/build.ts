import { chmodSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { packageApp } from './package-app.ts';

const bundle = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  sourcemap: true,
  sourcesContent: false,
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

/**
 * Bundles the app into one CommonJS file: it starts in about a third of the time of unbundled modules.
 * `@azure/functions-core` is no package: the Functions worker injects it when the bundle is loaded.
 */
const app: BuildOptions = {
  ...bundle,
  entryPoints: { index: 'src/index.ts' },
  target: 'node22',
  external: ['@azure/functions-core'],
};

/** The command line, for whatever Node the terminal of a person has. */
export const commandLine: BuildOptions = {
  ...bundle,
  entryPoints: { cli: 'src/cli/main.ts' },
  target: 'node20',
  sourcemap: false,
};

/** The app alone. */
export const bundleApp = (outdir: string) => build({ ...app, outdir, outExtension: { '.js': '.cjs' } });

export async function buildApp(): Promise<void> {
  // Beside it and then renamed: a build that fails leaves the last bundle, and two at a time do not mix.
  const fresh = mkdtempSync('.dist-');
  const output = { outdir: fresh, outExtension: { '.js': '.cjs' } };
  try {
    await Promise.all([build({ ...app, ...output }), build({ ...commandLine, ...output })]);
    chmodSync(join(fresh, 'cli.cjs'), 0o755);
    rmSync('dist', { recursive: true, force: true });
    renameSync(fresh, 'dist');
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  await buildApp();
  packageApp({ root: '.', bundle: 'dist/index.cjs', into: 'dist/app', env: process.env });
}
