import { defineConfig } from 'vitest/config';

/** All that vitest runs, by project: `npx vitest run --project unit`. Without `--project` it runs everything. */
export default defineConfig({
  test: {
    // A snapshot whose file is missing fails, as in CI. `--update` writes it.
    update: 'none',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          // These need a real API server, a browser or schemathesis, or build an image: the next projects.
          exclude: [
            'test/browser/**',
            'test/control-plane/**',
            'test/image/**',
            'test/package/**',
            'test/schemathesis/**',
          ],
          setupFiles: ['test/support/seed.ts'],
          testTimeout: 30_000,
          // A busy machine is no failure.
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        // The site in Chromium.
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        // The API of the site against its description.
        test: {
          name: 'schemathesis',
          include: ['test/schemathesis/*.test.ts'],
          globalSetup: 'test/schemathesis/global-setup.ts',
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'control-plane',
          include: ['test/control-plane/**/*.test.ts'],
          globalSetup: 'test/control-plane/global-setup.ts',
          // The files share one API server, and a webhook configuration holds for all of it.
          fileParallelism: false,
          testTimeout: 120_000,
          expect: { poll: { timeout: 10_000 } },
          hookTimeout: 120_000,
        },
      },
      {
        // Inside a network namespace of its own: test/control-plane/network/service.test.ts starts it.
        test: {
          name: 'network',
          include: ['test/control-plane/network/*.inside.ts'],
          testTimeout: 120_000,
          expect: { poll: { timeout: 10_000 } },
          hookTimeout: 120_000,
        },
      },
      {
        // What installs this package from a clone: npm, and the hooks of pre-commit.
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          // It downloads pre-commit and all packages.
          hookTimeout: 900_000,
        },
      },
      {
        // The image, built and run as root.
        test: {
          name: 'image',
          include: ['test/image/**/*.test.ts'],
          testTimeout: 60_000,
          // The first run makes a base image, and every run downloads all packages.
          hookTimeout: 1_200_000,
        },
      },
      {
        // Measurements, most of them on a real control plane. Each prints its figures.
        test: {
          name: 'bench',
          include: ['bench/*.bench.ts', 'bench/cluster/*.bench.ts'],
          fileParallelism: false,
          testTimeout: 1_200_000,
          // The first run builds the control plane.
          hookTimeout: 1_200_000,
          disableConsoleIntercept: true,
          // The heap is measured after a collection.
          execArgv: ['--expose-gc'],
        },
      },
    ],
  },
});
