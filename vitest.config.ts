import { defineConfig } from 'vitest/config';

/** One project per suite: `vitest run --project unit`. What each proves stands in test/README.md. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{engine,server,client,cli}/src/**/*.test.ts',
            'test/*.test.ts',
            'test/{bench,parity,trace}/*.test.ts',
            'scripts/**/*.test.ts',
          ],
          // A busy machine is slow; what hangs ends all the same.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'oracle',
          include: ['test/differential/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'sources',
          include: ['test/sources/**/*.test.ts'],
          globalSetup: ['test/support/sourcesSetup.ts'],
          testTimeout: 60_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        test: { name: 'ssh', include: ['test/ssh/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 600_000 },
      },
      { test: { name: 'bombs', include: ['test/bombs/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 } },
      { test: { name: 'protocol', include: ['test/protocol/**/*.test.ts'], testTimeout: 30_000 } },
      {
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          globalSetup: ['test/support/clusterSetup.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'workbench',
          include: ['test/workbench/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
