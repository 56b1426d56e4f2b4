import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Those need a real API server: vitest.cluster.config.ts.
    exclude: ['test/cluster/**'],
    testTimeout: 30_000,
  },
});
