import path from 'node:path';
import { objectSet, type ValuesLookup } from '../../engine/src/flux/index.ts';
import { resolveChart, type ResolvedChart } from '../../engine/src/source/index.ts';
import { root } from '../../scripts/support/run.ts';
import type { Distribution } from './distribution.ts';
import { useFolder } from './scratch.ts';
import { openTestWorld, sourceOf, type TestWorld } from './sourceWorld.ts';

/** Folder of the chart that is pushed to `charts/store`. */
export const storeChart: string = path.join(root, 'demo', 'published', 'store');

export interface RegistryCharts {
  readonly folder: string;
  /** The chart as an OCIRepository with this in its spec takes it. */
  readonly ociChart: (
    registry: Distribution,
    spec: object,
    options?: { readonly world?: TestWorld; readonly lookup?: ValuesLookup },
  ) => Promise<ResolvedChart>;
}

/** Called at the top of a file. */
export function useRegistryCharts(name: string): RegistryCharts {
  const folder = useFolder(name);
  return {
    folder,
    ociChart: async (registry, spec, { world, lookup = () => undefined } = {}) => {
      const url = `oci://${registry.host}/charts/store`;
      const source = sourceOf('OCIRepository', { url, insecure: true, ...spec });
      const request = { source, generation: 1, objects: objectSet([]), lookup };
      const options = { signal: new AbortController().signal, maxAgeMs: 0 };
      return await resolveChart(request, world ?? (await openTestWorld(folder)), options);
    },
  };
}
