import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles the app into one CommonJS file: it starts in about a third of the time of unbundled modules.
 * `@azure/functions-core` is no package: the Functions worker injects it when the bundle is loaded.
 */
export async function buildApp(): Promise<void> {
  // Beside it and then renamed: a build that fails leaves the last bundle, and two at a time do not mix.
  const fresh = mkdtempSync('.dist-');
  try {
    await build({
      entryPoints: ['src/index.ts'],
      outfile: join(fresh, 'index.cjs'),
      bundle: true,
      platform: 'node',
      target: 'node22',
      format: 'cjs',
      external: ['@azure/functions-core'],
      sourcemap: true,
      sourcesContent: false,
      minifySyntax: true,
      minifyWhitespace: true,
      keepNames: true,
      logLevel: 'warning',
    });
    rmSync('dist', { recursive: true, force: true });
    renameSync(fresh, 'dist');
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

if (import.meta.main) await buildApp();
