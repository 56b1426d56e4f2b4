import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Those need a real API server, or build an image: vitest.cluster.config.ts, vitest.image.config.ts.
    exclude: ['test/cluster/**', 'test/image/**'],
    setupFiles: ['test/support/seed.ts'],
    testTimeout: 30_000,
    // A starved machine is no failure.
    expect: { poll: { timeout: 10_000 } },
  },
});
