import path from 'node:path';
import { beforeAll } from 'vitest';
import { buildRenderWorker } from './renderWorker.ts';
import { useFolder } from './scratch.ts';

/** Path of the worker's bundle, which is there while the tests of a file run; called at the file's top. */
export function useRenderWorker(): string {
  const folder = useFolder('worker');
  beforeAll(async () => {
    await buildRenderWorker(folder);
  }, 60_000);
  return path.join(folder, 'renderWorker.cjs');
}
