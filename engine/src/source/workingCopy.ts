import type { GitReference, GitRepository } from '../flux/index.ts';
import { type Abortable, type FileEntry, type Files, limits, type WorkingCopy } from '../support/index.ts';
import { SourceError } from './errors.ts';
import { isSaid } from './gitReference.ts';
import { sameRepository } from './gitUrl.ts';
import { allPatterns, type IgnorePattern, isLeftOut, readIgnorePatterns } from './goIgnore.ts';
import { pathFromRoot } from './sourceArtifact.ts';
import type { SourceWorld } from './world.ts';

/** The files of a Git repository or a bucket, as source-controller would pack them. */
export interface SourceFolder {
  /** Absolute, without links; of files that were fetched, a folder that no machine has. */
  readonly root: string;
  /** `main@sha1:…`; of the working copy the branch and commit that are checked out, whatever was changed since. */
  readonly revision: string;
  /** For people: `the working copy`, a URL. */
  readonly from: string;
  /** Sees only what would be in the artifact, by absolute path: no links, nothing that is ignored. */
  readonly files: Files;
  /** Whether a path from the root would be left out. */
  readonly isIgnored: (path: string) => boolean;
  readonly warnings: readonly string[];
}

/**
 * The folder of a GitRepository: one that the user named for its URL, else the clone around `near` where one of its
 * remotes is that URL.
 *
 * @param near absolute path of a file or folder in the working copy, where the objects were read
 * @returns undefined where the working copy is another repository
 * @throws SourceError code `not-found` for a named folder that is not there
 */
export async function findWorkingCopy(
  source: GitRepository,
  near: string | undefined,
  { environment, localSources }: Pick<SourceWorld, 'environment' | 'localSources'>,
  { signal }: Abortable,
): Promise<SourceFolder | undefined> {
  const { url, ref, ignore } = source.spec;
  const named = Object.entries(localSources).find(([local]) => sameRepository(local, url) || local === url)?.[1];
  const clone = named ?? near;
  const described = clone === undefined ? undefined : await environment.git.describe(clone, { signal });
  const isClone = described?.remoteUrls.some((remote) => sameRepository(remote, url)) === true;
  if (named === undefined && !isClone) {
    return undefined;
  }
  const folder = named ?? described?.root ?? '';
  const root = await environment.files.realPath(folder, { signal });
  if (root === undefined) {
    throw new SourceError('not-found', `folder ${folder} for ${url} does not exist`, { url });
  }
  const patterns = await readPatterns(root, ignore, environment.files, { signal });
  const { branch, head } = described ?? {};
  const wanted = ref?.branch ?? 'master';
  return {
    root,
    revision: `${branch ?? wanted}@sha1:${head ?? '0'.repeat(40)}`,
    from: 'the working copy',
    files: artifactFiles(root, patterns, environment.files),
    isIgnored: (path) => isLeftOut(patterns, path),
    warnings: isClone ? differences(ref ?? {}, { branch, head }) : [],
  };
}

/** How what the source follows is not what is checked out. */
function differences(
  { commit, name, semver, tag, branch = 'master' }: GitReference,
  checkedOut: Pick<WorkingCopy, 'branch' | 'head'>,
): readonly string[] {
  const here = checkedOut.branch === undefined ? `at ${checkedOut.head ?? 'no commit'}` : `on ${checkedOut.branch}`;
  const pinned = (
    [
      ['commit', commit],
      ['reference', name],
      ['versions', semver],
      ['tag', tag],
    ] as const
  ).find(([, value]) => isSaid(value));
  if (pinned !== undefined) {
    const [kind, value = ''] = pinned;
    return kind === 'commit' && value === checkedOut.head
      ? []
      : [`the source follows ${kind} ${value}, and the working copy is ${here}`];
  }
  return checkedOut.branch === undefined || checkedOut.branch === branch
    ? []
    : [`the source follows branch ${branch}, and the working copy is ${here}`];
}

/**
 * The absolute path of something in the source. `..` stops at the root, as Flux has it; a link that leads out is refused.
 *
 * @throws SourceError codes `outside`, `not-found`
 * @see cyphar/filepath-securejoin, which source-controller joins with
 */
export async function pathInside(
  { root, files }: Pick<SourceFolder, 'root' | 'files'>,
  path: string,
  { signal }: Abortable,
): Promise<string> {
  const inside = pathFromRoot(path);
  const joined = inside === '' ? root : `${root}/${inside}`;
  const real = await files.realPath(joined, { signal });
  if (real === undefined) {
    throw new SourceError('not-found', `no file or folder ${JSON.stringify(path)} in the source`);
  }
  if (!isInside(root, real)) {
    throw new SourceError('outside', `${JSON.stringify(path)} leads out of the source`);
  }
  return joined;
}

/** @see fluxcd/pkg/sourceignore v0.19, LoadIgnorePatterns; folders that Git never has are not looked through */
async function readPatterns(
  root: string,
  ignore: string | undefined,
  files: Files,
  { signal }: Abortable,
): Promise<readonly IgnorePattern[]> {
  const patterns: IgnorePattern[] = [];
  let folders = 0;
  const visit = async (domain: readonly string[]): Promise<void> => {
    signal.throwIfAborted();
    if (++folders > limits.maxFolders) {
      throw new SourceError(
        'too-large',
        `${root}: more than ${limits.maxFolders} folders to look through for .sourceignore`,
      );
    }
    const folder = [root, ...domain].join('/');
    const entries = (await files.list(folder, { signal })) ?? [];
    if (entries.some(({ name, kind }) => name === '.sourceignore' && kind === 'file')) {
      const bytes = await files.read(`${folder}/.sourceignore`, { signal, maxBytes: limits.maxDocumentBytes });
      patterns.push(...readIgnorePatterns(new TextDecoder().decode(bytes), domain));
    }
    for (const { name } of entries.filter(({ kind, name }) => kind === 'folder' && !skipped.has(name))) {
      await visit([...domain, name]);
    }
  };
  await visit([]);
  return allPatterns([...patterns, ...readIgnorePatterns(ignore ?? '', [])]);
}

const skipped: ReadonlySet<string> = new Set(['.git', 'node_modules']);

function artifactFiles(root: string, patterns: readonly IgnorePattern[], files: Files): Files {
  const relative = (path: string): string => path.slice(root.length + 1);
  const isThere = (folder: string, { name, kind }: FileEntry): boolean =>
    kind === 'folder' || (kind === 'file' && !isLeftOut(patterns, relative(`${folder}/${name}`)));
  return {
    read: async (path, options) =>
      isInside(root, path) && !isLeftOut(patterns, relative(path)) ? files.read(path, options) : undefined,
    list: async (path, options) => (await files.list(path, options))?.filter((entry) => isThere(path, entry)),
    realPath: (path, options) => files.realPath(path, options),
  };
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}
