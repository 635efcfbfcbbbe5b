/** Sentences for people: `npm run generate` writes them into docs/operations.md, and test/generated.test.ts compares. */
const PROSE = ['meaning', 'danger', 'remedy'];

export default {
  mutate: ['src/core/**/*.ts', 'src/connection-string/**/*.ts'],
  plugins: ['@stryker-mutator/vitest-runner', import.meta.filename],
  ignorers: ['prose'],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts', related: false, pool: 'threads' },
  coverageAnalysis: 'perTest',
  // Stryker would rewrite tsconfig.json by an interface that TypeScript 7 does not have. Vitest reads none, so it gets none.
  tsconfigFile: 'none.json',
  // A survivor that runs while its module loads is not tried again for a new test: that takes `--force`.
  incremental: true,
  concurrency: 2,
  // A loop without end is seen by its count of hits; a machine that is busy with something else must not pass for one.
  timeoutMS: 60_000,
  thresholds: { high: 95, low: 90, break: 85 },
  reporters: ['clear-text', 'progress', 'html', 'json'],
  clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
  ignorePatterns: ['docs', 'bench', '.local', 'reports'],
};

export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'prose',
    value: {
      shouldIgnore: ({ node, parent }) =>
        node.type === 'StringLiteral' && parent?.type === 'ObjectProperty' && PROSE.includes(parent.key.name)
          ? 'Prose, held by docs/operations.md.'
          : undefined,
    },
  },
];
