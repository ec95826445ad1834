import type { GitReference } from '../flux/index.ts';
import { check, compare, newConstraint } from '../semver/index.ts';
import type { GitRef } from '../support/index.ts';
import { SourceError } from './errors.ts';
import { parseVersion, readVersions } from './version.ts';

/** What a GitRepository follows, as far as the names in the repository tell. */
export interface GitTarget {
  /** What to fetch: a name as the repository shows it, or a commit. */
  readonly want: string;
  readonly hash: string;
  /** As source-controller writes it: `main@sha1:…`, `refs/pull/1/head@sha1:…`, `sha1:…`. */
  readonly revision: string;
}

/**
 * Where `spec.ref` leads by a name: `name`, else `tag`, else `semver`, else `branch`; `master` where nothing is said.
 * Tags that are the same version all come back, since the one with the newest commit counts.
 *
 * @param refs all names that the repository shows
 * @throws SourceError codes `not-found`, `no-version`, `invalid-version`
 * @see fluxcd/pkg/git v0.52 gogit/client.go, clone
 */
export function gitTargets(
  { name, semver, tag, branch = 'master' }: GitReference,
  refs: readonly GitRef[],
): readonly GitTarget[] {
  const hashes = new Map(refs.map((ref) => [ref.name, ref.hash]));
  /** Of the commit: what a tag object points to. */
  const hashOf = (ref: string): string | undefined => hashes.get(`${ref}^{}`) ?? hashes.get(ref);
  if (isSaid(name)) {
    const hash = name.startsWith('refs/tags/') && !name.endsWith('^{}') ? hashOf(name) : hashes.get(name);
    if (hash === undefined) {
      throw new SourceError('not-found', `unable to resolve ref '${name}' to a specific commit`);
    }
    return [{ want: name.replace(/\^\{\}$/, ''), hash, revision: `${name}@sha1:${hash}` }];
  }
  const tagged = (version: string): GitTarget | undefined => {
    const hash = hashOf(`refs/tags/${version}`);
    return hash === undefined ? undefined : { want: `refs/tags/${version}`, hash, revision: `${version}@sha1:${hash}` };
  };
  if (isSaid(tag)) {
    return [tagged(tag) ?? missing(`refs/tags/${tag}`)];
  }
  if (isSaid(semver)) {
    const tags = [...hashes.keys()].flatMap((ref) =>
      ref.startsWith('refs/tags/') && !ref.endsWith('^{}') ? [ref.slice('refs/tags/'.length)] : [],
    );
    return newestTags(tags, semver).flatMap((version) => tagged(version) ?? []);
  }
  const ref = `refs/heads/${branch === '' ? 'master' : branch}`;
  const hash = hashes.get(ref) ?? (refs.length === 0 ? missing() : missing(ref));
  return [{ want: ref, hash, revision: `${ref.slice('refs/heads/'.length)}@sha1:${hash}` }];

  function missing(what?: string): never {
    throw new SourceError(
      'not-found',
      what === undefined ? 'git repository is empty' : `couldn't find remote ref '${what}'`,
    );
  }
}

/**
 * The target of a fixed commit, which the names in a repository do not show.
 *
 * @throws SourceError code `not-found` for what is no full hash: Git fetches nothing by less
 */
export function commitTarget({ commit = '', name, branch }: GitReference): GitTarget {
  if (!/^[0-9a-f]{40}$/.test(commit)) {
    throw new SourceError(
      'not-found',
      `unable to resolve commit object for '${commit}': want the 40 digits of a commit`,
    );
  }
  return {
    want: commit,
    hash: commit,
    revision: isSaid(name) ? `${name}@sha1:${commit}` : isSaid(branch) ? `${branch}@sha1:${commit}` : `sha1:${commit}`,
  };
}

/** The tags of the highest version in the range: more than one where they differ only behind a `+` or by a `v`. */
function newestTags(tags: readonly string[], semver: string): readonly string[] {
  const range = readVersions(() => newConstraint(semver), 'semver parse error: ');
  const matching = tags
    .flatMap((tag) => {
      const version = parseVersion(tag);
      return version !== undefined && check(range, version) ? [{ tag, version }] : [];
    })
    .sort((a, b) => compare(b.version, a.version));
  const [highest] = matching;
  if (highest === undefined) {
    throw new SourceError('no-version', `no match found for semver: ${semver}`);
  }
  return matching.filter(({ version }) => compare(version, highest.version) === 0).map(({ tag }) => tag);
}

export function isSaid(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}
