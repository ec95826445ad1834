import {
  chartReferenceOf,
  FluxError,
  helmGroup,
  type HelmRelease,
  type Manifest,
  type ManifestProblem,
  type ObjectSet,
  objectSet,
  parseHelmRelease,
  readManifests,
  sourceGroup,
} from '../flux/index.ts';
import { type Abortable, type Files, type Git, limits } from '../support/index.ts';

/** A HelmRelease of the working copy, read. */
export interface WrittenRelease {
  readonly release: HelmRelease;
  readonly manifest: Manifest;
}

export interface WorkingCopyReleases {
  /** In the order they were found. */
  readonly releases: readonly WrittenRelease[];
  /** Everything that was read around them: sources, ConfigMaps, Secrets. */
  readonly objects: ObjectSet;
}

interface Machine {
  readonly files: Files;
  readonly git: Git;
}

/**
 * The HelmReleases of these files and folders, with the objects they need. Those may stand elsewhere in the clone: the
 * folders above are read, one at a time, until every release has its source or the clone ends.
 *
 * @param paths absolute
 * @throws FluxError for a HelmRelease that cannot be read as one, and `not-yaml` where a file may hold one that is unseen
 */
export async function readReleases(
  paths: readonly string[],
  machine: Machine,
  options: Abortable,
): Promise<WorkingCopyReleases> {
  const own = await readAll(paths, machine.files, options);
  if (own.problems.length > 0) {
    throw new FluxError('not-yaml', own.problems.map(problemText).join('\n'));
  }
  const releases = own.manifests.filter(isRelease).map((manifest) => ({
    manifest,
    release: parseHelmRelease(manifest.object, { defaultNamespace: 'default' }),
  }));
  let folder = commonFolder(paths);
  const clone = await machine.git.describe(folder, options);
  let { manifests } = own;
  for (;;) {
    const objects = objectSet(manifests);
    const isWhole = releases.every(({ release }) => hasSource(release, objects));
    if (isWhole || clone === undefined || folder === clone.root || !folder.startsWith(`${clone.root}/`)) {
      return { releases, objects };
    }
    folder = folder.slice(0, folder.lastIndexOf('/'));
    // What was asked for comes first, so that it wins over its like elsewhere.
    manifests = [...own.manifests, ...(await readAll([folder], machine.files, options)).manifests];
  }
}

function isRelease({ object }: Manifest): boolean {
  return object.kind === 'HelmRelease' && object.apiVersion.startsWith(`${helmGroup}/`);
}

function hasSource(release: HelmRelease, objects: ObjectSet): boolean {
  try {
    return objects.find({ ...chartReferenceOf(release).source, group: sourceGroup }) !== undefined;
  } catch (error) {
    if (error instanceof FluxError) {
      // Without a chart there is no source to look for; whoever uses the release hears of it.
      return true;
    }
    throw error;
  }
}

async function readAll(
  paths: readonly string[],
  files: Files,
  options: Abortable,
): Promise<{ readonly manifests: readonly Manifest[]; readonly problems: readonly ManifestProblem[] }> {
  const manifests: Manifest[] = [];
  const problems: ManifestProblem[] = [];
  for (const file of await yamlFiles(paths, files, options)) {
    const bytes = await files.read(file, { ...options, maxBytes: limits.maxDocumentBytes });
    if (bytes !== undefined) {
      const text = new TextDecoder().decode(bytes);
      const { manifests: found, problem } = readManifests(text, { file, dialect: 'kubernetes' });
      manifests.push(...found);
      if (problem !== undefined && meansFlux.test(text)) {
        problems.push(problem);
      }
    }
  }
  return { manifests, problems };
}

/** Texts that are no YAML may be templates of anything; with one of these words they were meant for Flux. */
const meansFlux = /\.toolkit\.fluxcd\.io\/|^kind:\s*HelmRelease\b/m;

function problemText({ file, position, message }: ManifestProblem): string {
  return `${file}:${position.line + 1}:${position.character + 1}: ${message}`;
}

const skippedFolders: ReadonlySet<string> = new Set(['.git', 'node_modules']);

/** YAML files at and below the paths; templates of charts are none. */
async function yamlFiles(paths: readonly string[], files: Files, options: Abortable): Promise<string[]> {
  const found: string[] = [];
  const visit = async (folder: string): Promise<void> => {
    const entries = await files.list(folder, options);
    const isChart = entries?.some(({ name }) => name === 'Chart.yaml') === true;
    for (const { name, kind } of [...(entries ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (found.length >= limits.maxWorkspaceFiles) {
        return;
      }
      if (kind === 'folder' && !skippedFolders.has(name) && !(isChart && name === 'templates')) {
        await visit(`${folder}/${name}`);
      } else if (kind === 'file' && /\.ya?ml$/.test(name)) {
        found.push(`${folder}/${name}`);
      }
    }
  };
  for (const path of paths) {
    if ((await files.list(path, options)) === undefined) {
      found.push(path);
    } else {
      await visit(path);
    }
  }
  return [...new Set(found)];
}

/** The folder that holds all of the paths; of one file, its own. */
function commonFolder(paths: readonly string[]): string {
  const [first = '/', ...rest] = paths.map((path) =>
    /\.ya?ml$/.test(path) ? path.slice(0, path.lastIndexOf('/')) : path,
  );
  let folder = first;
  while (folder !== '' && !rest.every((path) => path === folder || path.startsWith(`${folder}/`))) {
    folder = folder.slice(0, folder.lastIndexOf('/'));
  }
  return folder === '' ? '/' : folder;
}
