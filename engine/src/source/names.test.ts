import { expect, test } from 'vitest';
import {
  allPatterns,
  isLeftOut,
  parseOciUrl,
  parseRepositoryUrl,
  readIgnorePatterns,
  resolveUrl,
  sameRepository,
  SourceError,
  usesPlainHttp,
} from './index.ts';

const hex = 'a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90';

test.for([
  { url: 'oci://ghcr.io/org/charts/web', want: { host: 'ghcr.io', path: 'org/charts/web' } },
  { url: 'oci://localhost:5000/web/', want: { host: 'localhost:5000', path: 'web' } },
  { url: 'oci://GHCR.io/web:1.0.0', want: { host: 'ghcr.io', path: 'web', tag: '1.0.0' } },
  { url: 'oci://[::1]:5000/web', want: { host: '[::1]:5000', path: 'web' } },
  { url: `oci://ghcr.io/web@sha256:${hex}`, want: { host: 'ghcr.io', path: 'web', digest: `sha256:${hex}` } },
  { url: 'oci://docker.io/nginx', want: { host: 'registry-1.docker.io', path: 'library/nginx' } },
  {
    url: 'oci://registry-1.docker.io/bitnamicharts/nginx',
    want: { host: 'registry-1.docker.io', path: 'bitnamicharts/nginx' },
  },
])('OCI name $url', ({ url, want }) => {
  expect(parseOciUrl(url)).toEqual(want);
});

test.for([
  'https://ghcr.io/web',
  'oci://',
  'oci:///web',
  'oci://ghcr.io/Web',
  'oci://ghcr.io/a//b',
  'oci://ghcr.io/a/../b',
  'oci://user:pass@ghcr.io/a',
  'oci://ghcr.io/a@sha256:1234',
  'oci://ghcr.io/a:-tag',
])('no OCI name: %s', (url) => {
  expect(() => parseOciUrl(url)).toThrow(SourceError);
});

test('an OCIRepository has neither tag nor digest in its URL', () => {
  expect(() => parseRepositoryUrl('oci://ghcr.io/a:1')).toThrow(/URL must not contain a tag; remove ':1'/);
  expect(() => parseRepositoryUrl(`oci://ghcr.io/a@sha256:${hex}`)).toThrow(/must not contain a digest/);
});

test.for([
  { host: 'localhost:5000', insecure: false, want: true },
  { host: '127.0.0.1:5480', insecure: false, want: true },
  { host: '[::1]:5000', insecure: false, want: true },
  { host: 'ghcr.io', insecure: false, want: false },
  { host: 'localhost.example.com', insecure: false, want: false },
  { host: 'registry.local:5000', insecure: true, want: true },
])('$host, insecure $insecure, without TLS: $want', ({ host, insecure, want }) => {
  expect(usesPlainHttp(host, { insecure })).toBe(want);
});

const base = 'https://example.com/charts';
test.for([
  { repository: base, reference: 'web-1.0.0.tgz', want: 'https://example.com/charts/web-1.0.0.tgz' },
  { repository: `${base}/`, reference: 'a/web.tgz', want: 'https://example.com/charts/a/web.tgz' },
  { repository: base, reference: '/web.tgz', want: 'https://example.com/web.tgz' },
  { repository: base, reference: '../web.tgz', want: 'https://example.com/web.tgz' },
  { repository: base, reference: 'https://cdn.example.net/web.tgz?a=b', want: 'https://cdn.example.net/web.tgz?a=b' },
  { repository: `${base}?token=t`, reference: 'web.tgz', want: 'https://example.com/charts/web.tgz?token=t' },
])('$reference of $repository', ({ repository, reference, want }) => {
  expect(resolveUrl(repository, reference)).toBe(want);
});

test('an archive elsewhere than on the web is refused', () => {
  expect(() => resolveUrl(base, 'file:///etc/passwd')).toThrow(/want http or https/);
});

test.for([
  { a: 'https://github.com/org/repo', b: 'https://github.com/org/repo.git', want: true },
  { a: 'https://github.com/org/repo', b: 'git@github.com:org/repo.git', want: true },
  { a: 'ssh://git@github.com/org/repo', b: 'git@GitHub.com:org/repo/', want: true },
  { a: 'ssh://git@ssh.example.com:2222/org/repo', b: 'https://ssh.example.com/org/repo', want: true },
  { a: 'https://user:token@example.com/repo', b: 'https://example.com/repo', want: true },
  { a: 'https://example.com:8443/repo', b: 'https://example.com/repo', want: false },
  { a: 'https://example.com/Repo', b: 'https://example.com/repo', want: false },
  { a: 'https://github.com/org/repo', b: 'https://github.com/org/other', want: false },
  { a: 'https://github.com/org/repo', b: '/srv/git/repo', want: false },
  { a: 'not a url', b: 'not a url', want: false },
])('$a and $b are one repository: $want', ({ a, b, want }) => {
  expect(sameRepository(a, b)).toBe(want);
  expect(sameRepository(b, a)).toBe(want);
});

// Wants: fluxcd/pkg/sourceignore v0.19 with source-controller's order of patterns.
const ignores: {
  name: string;
  patterns?: string;
  domain?: readonly string[];
  left: readonly string[];
  kept: readonly string[];
}[] = [
  {
    name: 'nothing said',
    left: ['.git/config', 'a/.gitignore', 'logo.png', 'docs/a.tar.gz', '.github/x.yml', 'a/.sops.yaml', '.travis.yml'],
    kept: ['charts/a.tgz', 'a/values.yaml', 'github/x.yml', '.sourceignore'],
  },
  {
    name: 'one pattern drops the list, but not what Git has for itself',
    patterns: '*.md',
    left: ['README.md', 'a/b.md', '.git/config', '.gitignore'],
    kept: ['logo.png', '.github/x.yml'],
  },
  {
    name: 'everything but one folder',
    patterns: '/*\n!/deploy',
    left: ['README.md', 'src/deploy/a.yaml'],
    kept: ['deploy/a.yaml', 'deploy/b/c.yaml'],
  },
  {
    name: 'a file is let in again below a folder that is left out',
    patterns: 'docs/\n!docs/values.yaml',
    left: ['docs/a.md', 'a/docs/b'],
    kept: ['docs/values.yaml', 'docs'],
  },
  {
    name: 'comments, blanks and spaces at the end',
    patterns: '# *.yaml\n\n   \n*.txt   \n',
    left: ['a.txt'],
    kept: ['a.yaml'],
  },
  {
    name: 'two stars',
    patterns: '**/test/*.yaml\na/**/z',
    left: ['test/a.yaml', 'a/test/b.yaml', 'a/z', 'a/b/c/z'],
    kept: ['test/a/b.yaml', 'b/z'],
  },
  {
    name: 'a file of patterns counts from its folder',
    patterns: '/secret\n*.tmp',
    domain: ['apps'],
    left: ['apps/secret', 'apps/a/b.tmp'],
    kept: ['secret', 'a.tmp', 'apps/a/secret'],
  },
];

test.for(ignores)('what an artifact leaves out: $name', ({ patterns = '', domain = [], left, kept }) => {
  const all = allPatterns(readIgnorePatterns(patterns, domain));
  expect(left.filter((path) => !isLeftOut(all, path))).toEqual([]);
  expect(kept.filter((path) => isLeftOut(all, path))).toEqual([]);
});

test.for([
  { name: 'that does not name it', message: 'not found', want: 'GitRepository/apps/web: not found' },
  { name: 'that names it', message: 'GitRepository/apps/web: not found', want: 'GitRepository/apps/web: not found' },
])('an error $name names its source once', ({ message, want }) => {
  expect(new SourceError('not-found', message).of('GitRepository/apps/web').message).toBe(want);
});
