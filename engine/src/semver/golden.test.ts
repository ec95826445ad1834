import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  check,
  compare,
  newConstraint,
  newVersion,
  SemverError,
  sortVersions,
  strictNewVersion,
  validate,
  type Version,
} from './index.ts';

/** Wants in these files come from Masterminds/semver v3.5.0, run on our own texts. */
function golden(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../../test/golden/semver/${name}.json`, import.meta.url), 'utf8'));
}

interface Parsed {
  readonly string?: string;
  readonly error?: string;
}

const versions = golden('versions') as { text: string; loose: Parsed; strict: Parsed }[]; // the file's shape
const comparisons = golden('compare') as { a: string; b: string; want: number }[]; // the file's shape
const constraints = golden('constraints') as {
  constraint: string;
  want?: Record<string, true | readonly string[]>;
  wantError?: string;
}[]; // the file's shape

test.for(versions)('version $text', ({ text, loose, strict }) => {
  expect(outcome(() => parts(newVersion(text)))).toEqual(loose);
  expect(outcome(() => parts(strictNewVersion(text)))).toEqual(strict);
});

test('comparisons', () => {
  const have = comparisons.map(({ a, b }) => ({ a, b, want: compare(newVersion(a), newVersion(b)) }));
  expect(have).toEqual(comparisons);
});

test.for(constraints)('constraint $constraint', ({ constraint, want, wantError }) => {
  if (want === undefined) {
    expect(() => newConstraint(constraint)).toThrow(expect.objectContaining({ message: wantError }));
    return;
  }
  const parsed = newConstraint(constraint);
  const texts = Object.keys(want);
  const have = texts.map((text) => {
    const version = newVersion(text);
    const { ok, reasons } = validate(parsed, version);
    expect(ok).toBe(check(parsed, version));
    return [text, ok || reasons] as const;
  });
  expect(Object.fromEntries(have)).toEqual(want);
});

test('newest first, and equal ones stay in order', () => {
  const texts = ['1.0.0', '2.0.0-rc.1', '1.0.0+b', 'v2.0', '1.0.0+a', '10.0.0', '2.0.0-rc.2'];
  const sorted = sortVersions(texts.map(newVersion)).map((version) => version.original);
  expect(sorted).toEqual(['10.0.0', 'v2.0', '2.0.0-rc.2', '2.0.0-rc.1', '1.0.0', '1.0.0+b', '1.0.0+a']);
});

test('a constraint that a backtracking matcher would never finish', () => {
  expect(() => newConstraint(`${'1  '.repeat(170)}!`)).toThrow(SemverError);
});

function parts(version: Version): object {
  return {
    string: version.toString(),
    major: String(version.major),
    minor: String(version.minor),
    patch: String(version.patch),
    prerelease: version.prerelease,
    metadata: version.metadata,
    original: version.original,
  };
}

function outcome(work: () => object): object {
  try {
    return work();
  } catch (error) {
    if (error instanceof SemverError) {
      return { error: error.message };
    }
    throw error;
  }
}
