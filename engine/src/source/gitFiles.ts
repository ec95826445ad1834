import { type GitRepository, nameOf } from '../flux/index.ts';
import {
  type Abortable,
  type GitEntry,
  type GitRemote,
  type GitRemotes,
  type GitSnapshot,
  limits,
} from '../support/index.ts';
import { SourceError } from './errors.ts';
import { remoteOfSubmodule } from './gitAccess.ts';
import { remoteFailing, requireConsent } from './remoteFailure.ts';
import { readGitModules } from './gitModules.ts';
import type { GitTarget } from './gitReference.ts';
import { isLeftOut } from './goIgnore.ts';
import { pathFromRoot, type SourceArtifact } from './sourceArtifact.ts';
import { ignorePatterns, isIgnoreFile } from './sourceIgnore.ts';
import type { SourceWorld } from './world.ts';

export interface GitFilesRequest {
  readonly source: GitRepository;
  readonly remote: GitRemote;
  readonly target: GitTarget;
}

/**
 * The files of a commit as source-controller packs them: with submodules, only the folders of `sparseCheckout`, without
 * links and what is ignored.
 *
 * @throws SourceError, or what GitRemotes throws
 */
export async function fetchGitFiles(
  { source, remote, target }: GitFilesRequest,
  git: GitRemotes,
  world: Pick<SourceWorld, 'environment'>,
  options: Abortable,
): Promise<SourceArtifact> {
  const { ignore, sparseCheckout, recurseSubmodules } = source.spec;
  const parts: Part[] = [];
  try {
    const snapshot = await git.fetch(remote, target.want, options);
    const entries = sparse(snapshot.entries, sparseCheckout, source);
    parts.push({ snapshot, entries, folder: '' });
    // A sparse checkout leaves submodules empty: go-git fills them when it checks out everything.
    if (recurseSubmodules === true && sparseCheckout === undefined) {
      await addSubmodules(parts, { source, remote, depth: 0 }, git, world, options);
    }
    const files = await readParts(parts, ignore, options);
    return { revision: target.revision.replace(target.hash, snapshot.hash), files };
  } finally {
    await Promise.all(parts.map(({ snapshot }) => snapshot.close()));
  }
}

/** A commit whose files stand in a folder of the whole. */
interface Part {
  readonly snapshot: GitSnapshot;
  readonly entries: readonly GitEntry[];
  /** With slash behind it; empty for the root. */
  readonly folder: string;
}

/** @see go-git v5.19 plumbing/format/index, SkipUnless: folders are just beginnings of paths */
function sparse(
  entries: readonly GitEntry[],
  folders: readonly string[] | undefined,
  source: GitRepository,
): readonly GitEntry[] {
  if (folders === undefined || folders.length === 0) {
    return entries;
  }
  const starts = folders.map((folder) => folder.replace(/^\.\//, ''));
  const kept = entries.filter(({ path }) => starts.some((start) => path.startsWith(start)));
  for (const folder of folders) {
    const path = pathFromRoot(folder);
    if (path !== '' && !kept.some((entry) => entry.path === path || entry.path.startsWith(`${path}/`))) {
      throw new SourceError(
        'not-found',
        `${nameOf(source)}: sparse checkout dir '${folder}' does not exist in repository`,
        { url: source.spec.url },
      );
    }
  }
  return kept;
}

/** Adds the submodules of the last part, and theirs. */
async function addSubmodules(
  parts: Part[],
  { source, remote, depth }: { readonly source: GitRepository; readonly remote: GitRemote; readonly depth: number },
  git: GitRemotes,
  world: Pick<SourceWorld, 'environment'>,
  options: Abortable,
): Promise<void> {
  const part = parts.at(-1);
  const links = part?.entries.filter(({ kind }) => kind === 'submodule') ?? [];
  const list = part?.entries.find(({ path, kind }) => path === '.gitmodules' && kind === 'file');
  if (part === undefined || list === undefined || links.length === 0 || depth === limits.maxSubmoduleDepth) {
    return;
  }
  const text = new TextDecoder().decode((await part.snapshot.read([list.hash], options)).get(list.hash));
  const urls = new Map(readGitModules(text).map(({ path, url }) => [path, url]));
  for (const { path, hash } of links) {
    const url = urls.get(path);
    if (url !== undefined) {
      const from = remoteOfSubmodule(remote, url);
      requireConsent(source, from.url, world.environment);
      const snapshot = await remoteFailing(source, from.url, () => git.fetch(from, hash, options));
      parts.push({ snapshot, entries: snapshot.entries, folder: `${part.folder}${path}/` });
      await addSubmodules(parts, { source, remote: from, depth: depth + 1 }, git, world, options);
    }
  }
}

async function readParts(
  parts: readonly Part[],
  ignore: string | undefined,
  options: Abortable,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const rules = await readFiles(parts, isIgnoreFile, options);
  const patterns = ignorePatterns(rules, ignore);
  return await readFiles(parts, (path) => !isLeftOut(patterns, path), options);
}

async function readFiles(
  parts: readonly Part[],
  wants: (path: string) => boolean,
  options: Abortable,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  let remaining = limits.maxSourceBytes;
  for (const { snapshot, entries, folder } of parts) {
    const wanted = entries.filter(({ kind, path }) => kind === 'file' && wants(folder + path));
    remaining -= wanted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (remaining < 0) {
      throw new SourceError('too-large', `its files are larger than ${limits.maxSourceBytes} bytes`);
    }
    const blobs = await snapshot.read(
      wanted.map(({ hash }) => hash),
      options,
    );
    for (const { path, hash } of wanted) {
      const data = blobs.get(hash);
      if (data !== undefined) {
        files.set(folder + path, data);
      }
    }
  }
  return files;
}
