import { existsSync } from 'node:fs';
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
import { limits, messageOf, type NamespacedName } from '@fairlead/engine/support';
import { UsageError } from '../exit.ts';
import type { CommandContext, NetworkOptions } from './context.ts';

/** A release of the working copy and what it wants to be, where there is no cluster: a first install. */
export interface OfflineRelease {
  readonly written: WrittenRelease;
  readonly desired: DesiredRelease;
}

/** Charts that were fetched this long ago are still good for looking. */
const maxAgeMs = 5 * 60_000;

/** The HelmReleases of these files and folders, or the one that is named, in the order found. @throws UsageError without any */
export async function desiredOffline(
  context: CommandContext,
  paths: readonly string[],
  options: NetworkOptions & Pick<DesiredInput, 'trace'> & { readonly release?: NamespacedName },
): Promise<readonly OfflineRelease[]> {
  const { signal } = context;
  const world = await context.world(options);
  const absolute = paths.map((each) => path.resolve(context.cwd, each));
  const missing = paths.find((_, index) => !existsSync(absolute[index] ?? ''));
  if (missing !== undefined) {
    throw new UsageError(`there is no file or folder ${missing}`);
  }
  const read = await readReleases(absolute, world.environment, { signal });
  const { objects } = read;
  const releases = read.releases.filter(({ release: { metadata } }) => isWanted(metadata, options.release));
  if (releases.length === 0) {
    const places = absolute.map((each) => path.relative(context.cwd, each) || '.');
    throw new UsageError(noRelease(places.join(', '), read.releases, options.release));
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
      found.push({ written, desired: await named(written, desiredRelease(input, desiring, { signal, maxAgeMs })) });
    }
    return found;
  } finally {
    await worker.close();
  }
}

/** An error says of which release it is: there may be many. */
async function named<T>({ release: { metadata } }: WrittenRelease, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    throw new Error(`${metadata.namespace}/${metadata.name}: ${messageOf(error)}`, { cause: error });
  }
}

function isWanted({ namespace, name }: NamespacedName, wanted: NamespacedName | undefined): boolean {
  return wanted === undefined || (namespace === wanted.namespace && name === wanted.name);
}

function noRelease(places: string, there: readonly WrittenRelease[], wanted: NamespacedName | undefined): string {
  if (wanted === undefined || there.length === 0) {
    return `there is no HelmRelease in ${places}`;
  }
  const names = [...new Set(there.map(({ release: { metadata } }) => `${metadata.namespace}/${metadata.name}`))];
  return `there is no HelmRelease ${wanted.namespace}/${wanted.name} in ${places}, only ${names.join(', ')}`;
}
