import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

const entry = path.join(import.meta.dirname, '../../engine/src/node/renderWorkerMain.ts');

/**
 * Bundles the render worker from the source, since starting it takes long otherwise.
 *
 * @returns path of the bundle, in a folder of its own unless one is given
 */
export async function buildRenderWorker(
  folder: string = mkdtempSync(path.join(os.tmpdir(), 'fairlead-worker-')),
): Promise<string> {
  const outfile = path.join(folder, 'renderWorker.cjs');
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'cjs', keepNames: true });
  return outfile;
}
