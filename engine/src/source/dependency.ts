import type { Dependency } from '../chart/index.ts';
import { check, newConstraint, newVersion } from '../semver/index.ts';
import type { Abortable } from '../support/index.ts';
import { type ChartContent, contentOfFiles, withChartYaml } from './chartContent.ts';
import { SourceError } from './errors.ts';
import { loadFromFolder } from './loadFromFolder.ts';
import { pathFromRoot } from './sourceArtifact.ts';
import { readVersions } from './version.ts';
import { pathInside, type SourceFolder } from './workingCopy.ts';

/** Fetches a chart by the URL of its repository, as `Chart.yaml` names it. */
export type RemoteCharts = (
  request: { readonly repository: string; readonly name: string; readonly version: string },
  options: Abortable,
) => Promise<ChartContent>;

export interface DependencyRequest {
  readonly content: ChartContent;
  readonly folder: SourceFolder;
  /** Absolute, of the chart that asks. */
  readonly path: string;
  readonly remote: RemoteCharts;
}

/**
 * The chart with the dependencies that its `charts/` lacks, at the versions of Chart.lock where there is one.
 *
 * @throws SourceError code `dependency`
 * @see fluxcd/source-controller v1.9 internal/helm/chart/dependency_manager.go
 */
export async function addDependencies(
  { content, folder, path, remote }: DependencyRequest,
  { signal }: Abortable,
): Promise<ChartContent> {
  const { chart } = content;
  const wanted = (chart.lock ?? chart.metadata).dependencies ?? [];
  if (chart.dependencies.length === wanted.length) {
    return content;
  }
  const there = new Set(chart.dependencies.map(({ metadata }) => metadata.name));
  const missing = wanted.filter((dependency) => !there.has(nameOf(dependency)));
  const added = await Promise.all(
    missing.map(async (dependency) => {
      const name = nameOf(dependency);
      const isLocal = dependency.repository === '' || dependency.repository.startsWith('file://');
      try {
        const found = isLocal
          ? await localChart(dependency, folder, path, { signal })
          : await remote(dependency, { signal });
        const { chart: added } = dependency.alias === '' ? found : withChartYaml(found, { name });
        return added.raw.map((file) => ({ ...file, name: `charts/${name}/${file.name}` }));
      } catch (error) {
        if (error instanceof SourceError && error.code !== 'offline') {
          const kind = isLocal ? 'local' : 'remote';
          throw new SourceError('dependency', `failed to add ${kind} dependency '${name}': ${error.message}`, {
            cause: error,
            ...(error.url !== undefined && { url: error.url }),
          });
        }
        throw error;
      }
    }),
  );
  return added.length === 0 ? content : contentOfFiles([...chart.raw, ...added.flat()]);
}

async function localChart(
  { repository, name, version }: Dependency,
  folder: SourceFolder,
  path: string,
  { signal }: Abortable,
): Promise<ChartContent> {
  const base = path.slice(folder.root.length);
  const place = repository === '' ? `${base}/charts/${name}` : `${base}/${repository.slice('file://'.length)}`;
  const absolute = await pathInside(folder, place, { signal }).catch((error: unknown): never => {
    if (error instanceof SourceError && error.code === 'not-found') {
      throw new SourceError('not-found', `no chart found at '/${pathFromRoot(place)}' (reference '${repository}')`, {
        cause: error,
      });
    }
    throw error;
  });
  const { content } = await loadFromFolder(folder, absolute, { signal });
  if (!satisfies(content.chart.metadata.version, version)) {
    throw new SourceError('no-version', `can't get a valid version for constraint '${version}'`);
  }
  return content;
}

function satisfies(version: string, constraint: string): boolean {
  return readVersions(
    () => check(newConstraint(constraint), newVersion(version)),
    `invalid version/constraint format '${constraint}': `,
  );
}

function nameOf({ name, alias }: Dependency): string {
  return alias === '' ? name : alias;
}
