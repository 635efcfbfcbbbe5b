import { rmSync } from 'node:fs';
import { build } from 'esbuild';

/**
 * Bundles the app into one CommonJS file: it starts in about a third of the time of unbundled modules.
 * `@azure/functions-core` is no package: the Functions worker injects it when the bundle is loaded.
 */
export async function buildApp(): Promise<void> {
  rmSync('dist', { recursive: true, force: true });
  await build({
    entryPoints: ['src/index.ts'],
    outfile: 'dist/index.cjs',
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
}

if (import.meta.main) await buildApp();
