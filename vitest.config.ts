import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Whole rotations over HTTP, on a machine that is busy with the other worker.
    testTimeout: 90_000,
    hookTimeout: 60_000,
    // Two cores: each worker may own an Azurite and a local Azure.
    maxWorkers: 2,
  },
});
