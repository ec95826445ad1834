import type { Clock, Files, Random } from '../support/index.ts';
import { limits } from '../support/index.ts';
import { nodeClock } from './clock.ts';
import { nodeFiles } from './files.ts';
import { nodeRandom } from './random.ts';
import { RenderWorker } from './renderWorker.ts';

/** What rendering charts from the artifact cache takes of the machine; nothing that reaches the network. */
export interface NodeRenderMachine {
  readonly environment: { readonly clock: Clock; readonly random: Random };
  readonly render: RenderWorker['render'];
  /** A file of the cache by its absolute path; undefined where it is gone. */
  readonly readArtifact: (path: string, options: { readonly signal: AbortSignal }) => ReturnType<Files['read']>;
  readonly close: () => Promise<void>;
}

/** The worker is started at the first render. @param renderWorker path of its bundle */
export function nodeRenderMachine(renderWorker: string): NodeRenderMachine {
  const worker = new RenderWorker({ path: renderWorker, maxMemoryMb: limits.maxRenderMemoryMb });
  return {
    environment: { clock: nodeClock, random: nodeRandom },
    render: worker.render.bind(worker),
    readArtifact: (path, { signal }) => nodeFiles.read(path, { signal, maxBytes: limits.maxChartBytes }),
    close: () => worker.close(),
  };
}
