import path from 'node:path';
import { defaultCapabilities } from '@fairlead/engine/chart';
import {
  type DesiredInput,
  type DesiredRelease,
  desiredRelease,
  type DesiredWorld,
  readReleases,
  type WrittenRelease,
} from '@fairlead/engine/desired';
import { RenderWorker } from '@fairlead/engine/node';
import { resolveChart } from '@fairlead/engine/source';
import { limits } from '@fairlead/engine/support';
import { UsageError } from '../exit.ts';
import type { CommandContext, NetworkOptions } from './context.ts';

/** A release of the working copy and what it wants to be, where there is no cluster: a first install. */
export interface OfflineRelease {
  readonly written: WrittenRelease;
  readonly desired: DesiredRelease;
}

/** Charts that were fetched this long ago are still good for looking. */
const maxAgeMs = 5 * 60_000;

/** Renders every HelmRelease of these files and folders, in the order they were found. @throws UsageError without any */
export async function desiredOffline(
  context: CommandContext,
  paths: readonly string[],
  options: NetworkOptions & Pick<DesiredInput, 'trace'>,
): Promise<readonly OfflineRelease[]> {
  const { signal } = context;
  const world = await context.world(options);
  const absolute = paths.map((each) => path.resolve(context.cwd, each));
  const { releases, objects } = await readReleases(absolute, world.environment, { signal });
  if (releases.length === 0) {
    throw new UsageError(`there is no HelmRelease in ${paths.join(', ')}`);
  }
  const { renderWorker } = context.openOptions(options);
  const worker = new RenderWorker({ path: renderWorker, maxMemoryMb: limits.maxRenderMemoryMb });
  try {
    const found: OfflineRelease[] = [];
    for (const written of releases) {
      const input = {
        ...written,
        objects,
        near: written.manifest.file,
        capabilities: defaultCapabilities({ apiVersions: [] }),
        revision: 1,
        isUpgrade: false,
        // Without a cluster nobody knows the controller's flags; Flux allows it unless told otherwise.
        crossNamespace: 'allow' as const,
        trace: options.trace === true,
      };
      const desiring: DesiredWorld = {
        ...world,
        render: worker.render.bind(worker),
        resolve: (request, fetching) => resolveChart(request, world, fetching),
      };
      found.push({ written, desired: await desiredRelease(input, desiring, { signal, maxAgeMs }) });
    }
    return found;
  } finally {
    await worker.close();
  }
}
