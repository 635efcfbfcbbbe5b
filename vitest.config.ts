import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Whole rotations over HTTP, on a machine that is busy with the other workers.
    testTimeout: 90_000,
    hookTimeout: 60_000,
    // For two cores: each worker may own an Azurite and a local Azure, and the longest file, local/start, mostly waits.
    maxWorkers: 3,
  },
});
