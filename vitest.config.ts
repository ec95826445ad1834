import { defineConfig } from 'vitest/config';

/** A busy machine is slow: what is waited for may take as long as a test may. What hangs ends all the same. */
const patient = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 30_000 } } };

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
          ...patient,
        },
      },
      {
        test: {
          name: 'oracle',
          include: ['test/differential/**/*.test.ts'],
          ...patient,
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'sources',
          include: ['test/sources/**/*.test.ts'],
          globalSetup: ['test/support/sourcesSetup.ts'],
          ...patient,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        test: { name: 'ssh', include: ['test/ssh/**/*.test.ts'], ...patient, hookTimeout: 600_000 },
      },
      { test: { name: 'bombs', include: ['test/bombs/**/*.test.ts'], ...patient } },
      { test: { name: 'protocol', include: ['test/protocol/**/*.test.ts'], ...patient } },
      {
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          globalSetup: ['test/support/clusterSetup.ts'],
          ...patient,
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'workbench',
          include: ['test/workbench/**/*.test.ts'],
          ...patient,
          testTimeout: 120_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
