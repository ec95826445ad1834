import { expect, test } from 'vitest';
import { loadDirectory } from '@fairlead/engine/chart';
import { nodeFiles } from '@fairlead/engine/node';
import { root } from '../../scripts/support/run.ts';
import { perturb } from './perturb.ts';

const charts = [
  'demo/published/store',
  'test/fixtures/charts/functions',
  'test/fixtures/charts/legacy',
  'test/fixtures/charts/library',
  'test/fixtures/charts/umbrella',
];

test.for(charts)('every line of %s that a value changes is attributed to it', async (folder) => {
  const chart = await loadDirectory(`${root}/${folder}`, {
    files: nodeFiles,
    signal: new AbortController().signal,
    positions: false,
  });
  const found = perturb(chart);
  expect(found).toMatchObject({ unattributed: [], wronglyUnread: [] });
  expect(found?.changedLines).toBeGreaterThan(0);
});
