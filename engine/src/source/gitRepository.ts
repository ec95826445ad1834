import {
  type GitInclude,
  type GitRepository,
  nameOf,
  type ObjectSet,
  parseSource,
  sourceGroup,
  type ValuesLookup,
} from '../flux/index.ts';
import { type Abortable, type Files, type GitRemotes, limits } from '../support/index.ts';
import { SourceError } from './errors.ts';
import { gitAccess } from './gitAccess.ts';
import { fetchGitFiles } from './gitFiles.ts';
import { remoteFailing, requireConsent } from './remoteFailure.ts';
import { commitTarget, type GitTarget, gitTargets, isSaid } from './gitReference.ts';
import { isLeftOut } from './goIgnore.ts';
import { keepArtifact } from './keptArtifact.ts';
import { artifactRoot, filesInMemory, pathFromRoot } from './sourceArtifact.ts';
import { ignorePatterns } from './sourceIgnore.ts';
import { findWorkingCopy, pathInside, type SourceFolder } from './workingCopy.ts';
import type { FetchOptions, SourceWorld } from './world.ts';

export interface GitFolderRequest {
  readonly source: GitRepository;
  /** The GitRepositories that `spec.include` names. */
  readonly objects: ObjectSet;
  readonly lookup: ValuesLookup;
  /** Absolute path in the working copy where the objects were read. */
  readonly near?: string;
}

/**
 * The files of a GitRepository: of the working copy where that is a clone of it, else fetched.
 *
 * @throws SourceError
 * @see fluxcd/source-controller v1.9 internal/controller/gitrepository_controller.go
 */
export async function gitFolder(
  request: GitFolderRequest,
  world: SourceWorld,
  options: FetchOptions,
): Promise<SourceFolder> {
  return withIncludes(request, [nameOf(request.source)], world, options);
}

async function withIncludes(
  request: GitFolderRequest,
  around: readonly string[],
  world: SourceWorld,
  options: FetchOptions,
): Promise<SourceFolder> {
  const { source, objects } = request;
  let folder = await plainFolder(request, world, options);
  for (const include of source.spec.include ?? []) {
    const { namespace } = source.metadata;
    const { name } = include.repository;
    const manifest = objects.find({ kind: 'GitRepository', group: sourceGroup, namespace, name });
    const included = manifest && parseSource(manifest.object, { defaultNamespace: namespace });
    if (included?.kind !== 'GitRepository') {
      throw new SourceError('not-found', `${nameOf(source)}: could not get resource for include '${name}'`);
    }
    if (around.includes(nameOf(included))) {
      throw new SourceError('unsupported', `${nameOf(source)}: include '${name}' leads back to itself`);
    }
    const from = await withIncludes({ ...request, source: included }, [...around, nameOf(included)], world, options);
    folder = await putIncluded(folder, from, include, options);
  }
  return folder;
}

async function plainFolder(
  { source, lookup, near }: GitFolderRequest,
  world: SourceWorld,
  options: FetchOptions,
): Promise<SourceFolder> {
  const workingCopy = await findWorkingCopy(source, near, world, options);
  if (workingCopy !== undefined) {
    return workingCopy;
  }
  if (world.remote === undefined) {
    throw new SourceError('unsupported', `${nameOf(source)}: the working copy is not a clone of ${source.spec.url}`, {
      url: source.spec.url,
    });
  }
  const { git } = world.remote;
  const { remote, warnings } = await gitAccess(source, lookup, world, options);
  const { ref = {}, ignore, sparseCheckout, recurseSubmodules } = source.spec;
  // Without user info, which is no part of where the repository is.
  const key = `git ${JSON.stringify([remote.url, ref, ignore, sparseCheckout, recurseSubmodules === true])}`;
  const kept = await keepArtifact(
    {
      key,
      look: () =>
        remoteFailing(source, remote.url, async () => {
          requireConsent(source, remote.url, world.environment);
          const target = await lookUp(git, { source, remote }, options);
          return {
            revision: target.revision,
            fetch: () =>
              remoteFailing(source, remote.url, () => fetchGitFiles({ source, remote, target }, git, world, options)),
          };
        }),
    },
    world,
    options,
  );
  const { revision, files } = kept.artifact;
  return {
    ...foldersOf(files, ignore),
    revision,
    from: remote.url,
    warnings: [...warnings, ...kept.warnings],
  };
}

function foldersOf(
  files: ReadonlyMap<string, Uint8Array>,
  ignore: string | undefined,
): Pick<SourceFolder, 'root' | 'files' | 'isIgnored'> {
  const patterns = ignorePatterns(files, ignore);
  return {
    root: artifactRoot,
    files: filesInMemory(artifactRoot, files),
    isIgnored: (path) => isLeftOut(patterns, path),
  };
}

async function lookUp(
  git: GitRemotes,
  { source, remote }: { readonly source: GitRepository; readonly remote: Parameters<GitRemotes['refs']>[0] },
  options: Abortable,
): Promise<GitTarget> {
  const { ref = {} } = source.spec;
  if (isSaid(ref.commit)) {
    return commitTarget(ref);
  }
  const targets = gitTargets(ref, await git.refs(remote, options));
  const [first] = targets;
  if (first === undefined) {
    throw new SourceError('not-found', `${nameOf(source)}: no such reference`, { url: remote.url });
  }
  if (targets.every(({ hash }) => hash === first.hash)) {
    return targets.at(-1) ?? first;
  }
  let newest = { target: first, committedAt: Number.NEGATIVE_INFINITY };
  for (const target of targets) {
    const snapshot = await git.fetch(remote, target.want, options);
    await snapshot.close();
    if (snapshot.committedAt > newest.committedAt) {
      newest = { target, committedAt: snapshot.committedAt };
    }
  }
  return newest.target;
}

/** The files of `from` put into `folder`, where they are subject to its ignore rules. */
async function putIncluded(
  folder: SourceFolder,
  from: SourceFolder,
  { repository, fromPath = '', toPath }: GitInclude,
  options: Abortable,
): Promise<SourceFolder> {
  const start = await pathInside(from, fromPath, options);
  const target = pathFromRoot(isSaid(toPath) ? toPath : repository.name);
  const put = new Map<string, Uint8Array>();
  for (const [path, data] of await readAll(from.files, start, options)) {
    const name = [target, path].filter((part) => part !== '').join('/');
    if (!folder.isIgnored(name)) {
      put.set(name, data);
    }
  }
  const above = filesInMemory(folder.root, put);
  const below = folder.files;
  return {
    ...folder,
    warnings: [...folder.warnings, ...from.warnings],
    files: {
      read: async (path, opts) => (await above.read(path, opts)) ?? (await below.read(path, opts)),
      list: async (path, opts) => {
        const [first, second] = [await above.list(path, opts), await below.list(path, opts)];
        if (first === undefined || second === undefined) {
          return first ?? second;
        }
        const names = new Set(first.map(({ name }) => name));
        return [...first, ...second.filter(({ name }) => !names.has(name))].sort((a, b) => (a.name < b.name ? -1 : 1));
      },
      realPath: async (path, opts) => (await above.realPath(path, opts)) ?? (await below.realPath(path, opts)),
    },
  };
}

/** By path from `start`, which may be a file. */
async function readAll(files: Files, start: string, { signal }: Abortable): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  const visit = async (path: string): Promise<void> => {
    const entries = await files.list(path, { signal });
    if (entries === undefined) {
      const data = await files.read(path, { signal, maxBytes: limits.maxSourceBytes });
      if (data !== undefined) {
        found.set(path.slice(start.length + 1), data);
      }
      return;
    }
    for (const { name } of entries) {
      await visit(`${path}/${name}`);
    }
  };
  await visit(start);
  return found;
}
