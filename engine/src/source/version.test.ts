import { expect, test } from 'vitest';
import { chooseTag, chooseVersion, filterVersions, SourceError, versionWithDigest, withMetadata } from './index.ts';

const offered = ['1.0.0', '1.2.0', 'v1.3.0', '2.0.0-rc.1', '2.0', '01.4.0', 'latest'].map((version) => ({ version }));

const choices: { name: string; wanted: string; want: string }[] = [
  { name: 'nothing said is the newest release', wanted: '', want: '01.4.0' },
  { name: 'a star is the newest release', wanted: '*', want: '01.4.0' },
  { name: 'a range', wanted: '~1.2', want: '1.2.0' },
  { name: 'a version without all its parts is a range', wanted: '1.2', want: '1.2.0' },
  { name: 'exactly as it is written, be it a prerelease', wanted: '2.0.0-rc.1', want: '2.0.0-rc.1' },
  { name: 'exactly as it is written, be it no version', wanted: 'latest', want: 'latest' },
  { name: 'a range that is open to prereleases', wanted: '>=1.0.0-0', want: '2.0.0-rc.1' },
  { name: 'a leading v does not count', wanted: '1.3.0', want: 'v1.3.0' },
];

test.for(choices)('version: $name', ({ wanted, want }) => {
  expect(chooseVersion(offered, wanted, { chart: 'web' }).version).toBe(want);
});

test('of versions that differ behind the + only, the one created last is taken', () => {
  const builds = [
    { version: '1.0.0+b', created: '2026-01-02T00:00:00Z' },
    { version: '1.0.0+c', created: '2026-01-03T00:00:00+02:00' },
    { version: '1.0.0+a', created: '2026-01-02T23:00:00Z' },
    { version: '1.0.0+z' },
  ];
  expect(chooseVersion(builds, '1.x', { chart: 'web' }).version).toBe('1.0.0+a');
});

test.for([
  {
    name: 'none satisfies',
    wanted: '3.x',
    code: 'no-version',
    message: "no 'web' chart with version matching '3.x' found",
  },
  { name: 'two parts are not a version of a chart', wanted: '=2.0.0', code: 'no-version', message: /'=2\.0\.0'/ },
  { name: 'not a range', wanted: '>=1.0.0 <', code: 'invalid-version', message: 'improper constraint: ">=1.0.0 <"' },
])('no version: $name', ({ wanted, code, message }) => {
  let thrown: unknown;
  try {
    chooseVersion(offered, wanted, { chart: 'web' });
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(SourceError);
  expect(thrown).toMatchObject({ code });
  expect(String(thrown)).toMatch(message);
});

test('tags are read with + for _ only where the layer is said to be a chart', () => {
  const tags = ['1.0.0_b1', '1.0.0', '0.9.0', 'sha-abc'];
  expect(chooseTag(['1.1.0_b1', ...tags], '1.x', { translate: true })).toBe('1.1.0_b1');
  expect(chooseTag(['1.1.0_b1', ...tags], '1.x', { translate: false })).toBe('1.0.0');
  expect(() => chooseTag(tags, '2.x', { translate: true })).toThrow('no match found for semver: 2.x');
});

test('lines that a range lets through come newest first, as they are written, equal ones in their order', () => {
  const lines = ['1.2', 'v1', '1.10.0', '', 'x', '1.2.0+b', '1.2.0', '2.0.0'];
  expect(filterVersions(lines, '^1')).toEqual(['1.10.0', '1.2', '1.2.0+b', '1.2.0', 'v1']);
  expect(filterVersions(lines, '>3')).toEqual([]);
  expect(() => filterVersions(lines, 'one')).toThrow('improper constraint: "one"');
});

const hex = 'a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90';
const digests: { name: string; chart: string; revision: string; want: { version: string; digest: string } }[] = [
  {
    name: 'a tag that is the version',
    chart: '1.2.3',
    revision: `1.2.3@sha256:${hex}`,
    want: { version: '1.2.3+a1b2c3d4e5f6', digest: `sha256:${hex}` },
  },
  {
    name: 'build metadata is replaced',
    chart: '1.2.3+build',
    revision: `1.2.3_build@sha256:${hex}`,
    want: { version: '1.2.3+a1b2c3d4e5f6', digest: `sha256:${hex}` },
  },
  {
    name: 'a tag that is no version',
    chart: '1.2.3-rc.1',
    revision: `latest@sha256:${hex}`,
    want: { version: '1.2.3-rc.1+a1b2c3d4e5f6', digest: `latest@sha256:${hex}` },
  },
  {
    name: 'no tag',
    chart: '1.2.3',
    revision: `sha256:${hex}`,
    want: { version: '1.2.3+a1b2c3d4e5f6', digest: `sha256:${hex}` },
  },
];

test.for(digests)('version of a chart from a registry: $name', ({ chart, revision, want }) => {
  expect(versionWithDigest(chart, revision)).toEqual(want);
});

test('a tag that is another version than the chart is refused', () => {
  expect(() => versionWithDigest('1.2.3', `1.2.4@sha256:${hex}`)).toThrow(
    'artifact revision 1.2.4 does not match chart version 1.2.3',
  );
});

test('metadata that no version may have is refused', () => {
  expect(withMetadata('1.2.3+a', 'b.1')).toBe('1.2.3+b.1');
  expect(() => withMetadata('1.2.3', 'a_b')).toThrow(SourceError);
});
