import { defineConfig } from 'vitest/config';

/** The tests that may kill a mutant: sentences about the rules, each with an example of its own. */
export default defineConfig({
  test: {
    include: ['test/{core,connection-string}/**/*.test.ts'],
    // Thousands of random cases for each mutant: too slow, and what chance kills today it may spare tomorrow.
    exclude: ['**/*laws.test.ts', '**/random-worlds.test.ts'],
  },
});
