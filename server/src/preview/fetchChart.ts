import { type ObjectSet, sourceGroup } from '@fairlead/engine/flux';
import type { Resolve } from '@fairlead/engine/desired';
import { openKeptChart } from '@fairlead/engine/source';
import { type Abortable, EngineError, type KubeObject, textAt } from '@fairlead/engine/support';
import type { SourceProblem } from '../protocol.ts';
import type { ServiceHost } from '../service/host.ts';
import type { RenderMachine } from './machine.ts';

/** The host could not bring the chart. */
export class FetchError extends EngineError {
  override readonly name = 'FetchError';
  readonly code: string;
  readonly problem: SourceProblem;

  constructor(problem: SourceProblem) {
    super(problem.message);
    this.code = problem.code;
    this.problem = problem;
  }
}

/** Lets the host fetch charts, and opens what it put into the artifact cache. `near` of a request is a URI here. @throws FetchError */
export function chartsFrom(host: ServiceHost, machine: RenderMachine): Resolve {
  return async ({ source, template, objects, near }, options) => {
    // Only these lead to other sources.
    const isAlone = source.kind === 'HelmRepository' || source.kind === 'OCIRepository';
    const others = isAlone ? [] : sourcesOf(objects);
    const result = await host.fetch(
      {
        source,
        ...(template !== undefined && { template }),
        objects: others,
        uri: near ?? '',
        secretUris: secretUris([source, template, ...others], objects),
      },
      options.signal,
    );
    if (result.kind === 'failed') {
      throw new FetchError(result.problem);
    }
    return openKeptChart(result.chart, await bytesOf(result.chart, machine, options));
  };
}

async function bytesOf(
  { path, name }: { readonly path: string; readonly name: string },
  machine: RenderMachine,
  options: Abortable,
): Promise<Uint8Array> {
  const bytes = await machine.readArtifact(path, options);
  if (bytes === undefined) {
    throw new FetchError({ code: 'not-found', message: `chart ${name} was fetched and is not in the cache any more` });
  }
  return bytes;
}

function sourcesOf(objects: ObjectSet): readonly KubeObject[] {
  return objects.all.map(({ object }) => object).filter(({ apiVersion }) => apiVersion.startsWith(`${sourceGroup}/`));
}

/** The files with the Secrets that something names in a field such as `secretRef`. */
function secretUris(named: readonly unknown[], objects: ObjectSet): readonly string[] {
  const names = new Set(named.flatMap((value) => [...secretNames(value)]));
  const secrets = objects.ofKind('Secret', '').filter(({ object }) => names.has(object.metadata.name));
  return [...new Set(secrets.map(({ file }) => file))];
}

function* secretNames(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) {
    return;
  }
  for (const [key, item] of Object.entries(value) as [string, unknown][]) {
    const name = /secretRef$/i.test(key) ? textAt(item, 'name') : undefined;
    if (name !== undefined) {
      yield name;
    }
    yield* secretNames(item);
  }
}
