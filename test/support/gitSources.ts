import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type GitRepository, type GitRepositorySpec, objectSet, type ObjectSet } from '../../engine/src/flux/index.ts';
import { gitFolder, type SourceFolder, type SourceWorld } from '../../engine/src/source/index.ts';
import { createRepository, type GitHttpServer, serveGit } from './gitServer.ts';
import { useFolder } from './scratch.ts';
import { digestsOf } from './sourceFolder.ts';
import { openSourceOracle, type SourceOracle } from './sourceOracle.ts';
import { openTestWorld, secretLookup } from './sourceWorld.ts';

/** Repositories `web`, `library` and `empty` below a folder, served over HTTP, and source-controller beside us. */
export interface GitSources {
  readonly folder: string;
  readonly server: GitHttpServer;
  readonly oracle: SourceOracle;
  /** Of `web`, by what they are. */
  readonly commits: { readonly first: string; readonly unreachable: string };
  /** What we fetch; anew, unless a world is given that has fetched before. */
  fetch(source: GitRepository, options?: FetchOptions): Promise<SourceFolder>;
  /** What both make of one `spec`, where there is `data`, with a Secret `login`. */
  both(
    spec: Partial<GitRepositorySpec>,
    data?: Readonly<Record<string, string>>,
  ): Promise<{ readonly ours: object; readonly theirs: object }>;
  /** A GitRepository `apps/web`, of repository `web` unless `spec` has another URL. */
  repository(spec: Partial<GitRepositorySpec>): GitRepository;
}

export interface FetchOptions {
  readonly world?: SourceWorld;
  readonly objects?: ObjectSet;
  /** Data of Secret `login`. */
  readonly login?: Readonly<Record<string, string>> | undefined;
  readonly maxAgeMs?: number;
}

/** Seconds since 1970 of the first commit. */
export const firstCommitSeconds = 1_750_000_000;
const day = 86_400;

/** The repositories of a test file; called at its top, read when its tests run. */
export function useGitSources(name: string): GitSources {
  const folder = useFolder(name);
  let server: GitHttpServer | undefined;
  let oracle: SourceOracle | undefined;
  let commits: GitSources['commits'] | undefined;
  beforeAll(async () => {
    oracle = await openSourceOracle();
    server = await serveGit(folder);
    commits = await makeRepositories(folder, server.url);
  });
  afterAll(() => server?.close());

  const sources: GitSources = {
    folder,
    get server() {
      return started(server);
    },
    get oracle() {
      return started(oracle);
    },
    get commits() {
      return started(commits);
    },
    repository: (spec) => ({
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata: { name: 'web', namespace: 'apps' },
      spec: { url: `${started(server).url}/web/.git`, ...spec },
    }),
    fetch: async (source, { world, objects = objectSet([]), login, maxAgeMs = 0 } = {}) => {
      const request = { source, objects, lookup: secretLookup(login === undefined ? {} : { login }) };
      const options = { signal: new AbortController().signal, maxAgeMs };
      return await gitFolder(request, world ?? (await openTestWorld(folder)), options);
    },
    both: async (spec, data) => {
      const source = sources.repository({ ...spec, ...(data && { secretRef: { name: 'login' } }) });
      const { url, ref, sparseCheckout, recurseSubmodules, ignore } = source.spec;
      const answer = await sources.oracle({
        git: { url, ref, sparse: sparseCheckout, submodules: recurseSubmodules, ignore, secret: data },
      });
      const ours = await sources.fetch(source, { login: data });
      return {
        ours: { revision: ours.revision, files: await digestsOf(ours) },
        theirs: { revision: answer.revision, files: answer.files, ...(answer.error && { error: answer.error }) },
      };
    },
  };
  return sources;
}

function started<T>(part: T | undefined): T {
  if (part === undefined) {
    throw new Error('the repositories are there once the tests run');
  }
  return part;
}

async function makeRepositories(folder: string, url: string): Promise<GitSources['commits']> {
  const library = await createRepository(path.join(folder, 'library'));
  const used = await library.commit(
    { 'lib/Chart.yaml': 'apiVersion: v2\nname: lib\nversion: 1.0.0\n', 'other.txt': 'other\n' },
    firstCommitSeconds,
  );
  const web = await createRepository(path.join(folder, 'web'));
  const chart = {
    'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\n',
    'charts/web/values.yaml': 'replicas: 1\n',
    'charts/web/templates/a.yaml': 'kind: A\n',
  };
  const first = await web.commit(
    {
      ...chart,
      'charts/web/crlf.txt': 'a\r\nb\r\n',
      '.gitattributes': '* text=auto eol=crlf\ncharts/web/README.md export-ignore\ncharts/web/ident.txt ident\n',
      'charts/web/README.md': 'export-ignore is for archives\n',
      'charts/web/ident.txt': '$Id$\n',
      'charts/web/logo.png': 'a picture\n',
      'charts/web/bytes.bin': '\u0000\u0001ÿ\n\n',
      'charts/web/ünïcode name.txt': 'a name\n',
      'charts/empty.txt': '',
      'outside.yaml': '-> /etc/passwd',
      'charts/web/inside.yaml': '-> values.yaml',
      'up.yaml': '-> ../../../../etc/hostname',
      '.github/workflow.yaml': 'left out unless said\n',
      'apps-more/a.yaml': 'a beginning of a path is enough\n',
      'apps/a.yaml': 'b\n',
    },
    firstCommitSeconds,
  );
  web.git('tag', 'v1.0.0');
  web.git('tag', '-a', 'v1.1.0', '-m', 'annotated');
  web.git('tag', 'not-a-version');
  web.git('tag', 'v2.0');
  await web.commit(
    { 'charts/web/Chart.yaml': chart['charts/web/Chart.yaml'].replace('1.2.3', '1.3.0') },
    firstCommitSeconds + day,
  );
  web.git('tag', '-a', '1.2.0+late', '-m', 'annotated');
  web.git('tag', '1.2.0+early', first);
  web.git('tag', 'v1.3.0-rc.1');
  web.git('checkout', '--quiet', '-b', 'feature/side');
  await web.commit(
    {
      '.sourceignore': '# rules\n*.txt\n!/charts/empty.txt\n/apps/\n',
      'charts/web/.sourceignore': 'templates/\r\n!a.yaml\n',
      'charts/web/templates/b.yaml': 'kind: B\n',
    },
    firstCommitSeconds + 2 * day,
  );
  web.git('update-ref', 'refs/pull/7/head', 'HEAD');
  web.git('checkout', '--quiet', '-b', 'submodules', 'main');
  await web.commit(
    {
      '.gitmodules':
        `[submodule "vendor/absolute"]\n\tpath = vendor/absolute\n\turl = ${url}/library/.git\n` +
        '[submodule "vendor/relative"]\n\tpath = vendor/relative\n\turl = ../../library/.git\n',
      'vendor/absolute': `@ ${used}`,
      'vendor/relative': `@ ${used}`,
    },
    firstCommitSeconds + 3 * day,
  );
  web.git('checkout', '--quiet', '-b', 'gone', 'main');
  const unreachable = await web.commit({ 'gone.txt': 'gone\n' }, firstCommitSeconds + 4 * day);
  web.git('checkout', '--quiet', 'main');
  web.git('branch', '--quiet', '-D', 'gone');
  await createRepository(path.join(folder, 'empty'));
  return { first, unreachable };
}
