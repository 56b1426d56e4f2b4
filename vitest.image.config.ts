import { defineConfig } from 'vitest/config';

/** The image, built and run: `vitest run --config vitest.image.config.ts`, as root. */
export default defineConfig({
  test: {
    include: ['test/image/**/*.test.ts'],
    testTimeout: 60_000,
    // A base image is made the first time, and all packages are downloaded every time.
    hookTimeout: 1_200_000,
  },
});
