import { byteLength } from '../gostd/index.ts';
import { SemverError, type SemverErrorCode } from './errors.ts';

/** Bytes that a version may have. @see Masterminds/semver v3.5.0 version.go, MaxVersionLen */
const maxVersionBytes = 256;
const maxUint64 = 2n ** 64n - 1n;

const looseVersion =
  /^v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;
const digits = /^[0-9]*$/;
const identifier = /^[0-9A-Za-z-]*$/;

/** One version. The parts are Go's uint64. */
export class Version {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  /** Without the `-` before it; empty for a release. */
  readonly prerelease: string;
  /** Build metadata without the `+` before it; it never counts in comparisons. */
  readonly metadata: string;
  /** The text it was read from, which may lack parts or start with `v`. */
  readonly original: string;

  constructor(parts: VersionParts, original?: string) {
    this.major = parts.major;
    this.minor = parts.minor;
    this.patch = parts.patch;
    this.prerelease = parts.prerelease;
    this.metadata = parts.metadata;
    this.original = original ?? this.toString();
  }

  /** All three parts, prerelease and metadata; no `v`. */
  toString(): string {
    const prerelease = this.prerelease === '' ? '' : `-${this.prerelease}`;
    const metadata = this.metadata === '' ? '' : `+${this.metadata}`;
    return `${String(this.major)}.${String(this.minor)}.${String(this.patch)}${prerelease}${metadata}`;
  }
}

export interface VersionParts {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly prerelease: string;
  readonly metadata: string;
}

/**
 * Reads a version the way Helm does: parts may lack or have leading zeros, and a leading `v` is fine.
 *
 * @throws SemverError in Masterminds' words
 * @see Masterminds/semver v3.5.0 version.go, NewVersion with CoerceNewVersion
 */
export function newVersion(text: string): Version {
  if (isTooLong(text)) {
    throw tooLong(text);
  }
  const match = looseVersion.exec(text);
  if (match === null) {
    throw new SemverError('invalid', text, 'invalid semantic version');
  }
  const [, major = '', minor = '0', patch = '0', prerelease = '', metadata = ''] = match;
  const parts = {
    major: parseSegment(text, major, 'error parsing version segment: '),
    minor: parseSegment(text, minor, 'error parsing version segment: '),
    patch: parseSegment(text, patch, 'error parsing version segment: '),
    prerelease,
    metadata,
  };
  if (prerelease !== '') {
    checkPrerelease(text, prerelease);
  }
  return new Version(parts, text);
}

/** As `newVersion`, but undefined where the text is no version. For lists where others' mistakes are skipped. */
export function tryNewVersion(text: string): Version | undefined {
  try {
    return newVersion(text);
  } catch (error) {
    if (error instanceof SemverError) {
      return undefined;
    }
    throw error;
  }
}

/**
 * Reads a version that has all three parts, no leading zeros and no `v`, as Flux demands of tags and index entries.
 *
 * @throws SemverError in Masterminds' words
 * @see Masterminds/semver v3.5.0 version.go, StrictNewVersion
 */
export function strictNewVersion(text: string): Version {
  if (text === '') {
    throw new SemverError('empty', text, 'version string empty');
  }
  if (isTooLong(text)) {
    throw tooLong(text);
  }
  const [major, minor, ...others] = text.split('.');
  if (major === undefined || minor === undefined || others.length === 0) {
    throw new SemverError('invalid', text, 'invalid semantic version');
  }
  let patch = others.join('.');
  let prerelease = '';
  let metadata = '';
  const plus = patch.indexOf('+');
  if (plus >= 0) {
    metadata = patch.slice(plus + 1);
    patch = patch.slice(0, plus);
    checkMetadata(text, metadata);
  }
  const dash = patch.indexOf('-');
  if (dash >= 0) {
    prerelease = patch.slice(dash + 1);
    patch = patch.slice(0, dash);
    checkPrerelease(text, prerelease);
  }
  for (const segment of [major, minor, patch]) {
    if (!digits.test(segment)) {
      throw new SemverError('invalid-characters', text, 'invalid characters in version');
    }
    if (segment.length > 1 && segment.startsWith('0')) {
      throw leadingZero(text);
    }
  }
  const parts = {
    major: parseSegment(text, major, ''),
    minor: parseSegment(text, minor, ''),
    patch: parseSegment(text, patch, ''),
    prerelease,
    metadata,
  };
  return new Version(parts, text);
}

/** Negative when `a` is older than `b`, positive when newer, 0 when equal. Build metadata does not count. */
export function compare(a: Version, b: Version): -1 | 0 | 1 {
  return (
    compareSegment(a.major, b.major) ||
    compareSegment(a.minor, b.minor) ||
    compareSegment(a.patch, b.patch) ||
    comparePrerelease(a.prerelease, b.prerelease)
  );
}

/** A new list, newest first. Versions that are equal stay in the order they had. */
export function sortVersions(versions: readonly Version[]): Version[] {
  return versions.toSorted((a, b) => compare(b, a));
}

/** The next patch; of a prerelease, its release. @throws SemverError code `out-of-range` past uint64 */
export function incPatch(version: Version): Version {
  const { major, minor, patch, prerelease } = version;
  return derived(version, { major, minor, patch: prerelease === '' ? next(version, 'patch') : patch });
}

/** The next minor version. @throws SemverError code `out-of-range` past uint64 */
export function incMinor(version: Version): Version {
  return derived(version, { major: version.major, minor: next(version, 'minor'), patch: 0n });
}

/** The next major version. @throws SemverError code `out-of-range` past uint64 */
export function incMajor(version: Version): Version {
  return derived(version, { major: next(version, 'major'), minor: 0n, patch: 0n });
}

/** The same version with another prerelease; `''` takes it away. @throws SemverError */
export function setPrerelease(version: Version, prerelease: string): Version {
  if (prerelease !== '') {
    checkPrerelease(prerelease, prerelease);
  }
  const { major, minor, patch, metadata } = version;
  return derived(version, { major, minor, patch, prerelease, metadata });
}

/** The same version with other build metadata; `''` takes it away. @throws SemverError */
export function setMetadata(version: Version, metadata: string): Version {
  if (metadata !== '') {
    checkMetadata(metadata, metadata);
  }
  const { major, minor, patch, prerelease } = version;
  return derived(version, { major, minor, patch, prerelease, metadata });
}

/** Orders prereleases only: none is newer than any. */
function comparePrerelease(a: string, b: string): -1 | 0 | 1 {
  if (a === b) {
    return 0;
  }
  if (a === '') {
    return 1;
  }
  if (b === '') {
    return -1;
  }
  return comparePrereleaseParts(a, b);
}

/**
 * Orders two prereleases part by part; an empty text is older than any.
 *
 * @see Masterminds/semver v3.5.0 version.go, comparePrerelease
 */
export function comparePrereleaseParts(a: string, b: string): -1 | 0 | 1 {
  const left = a.split('.');
  const right = b.split('.');
  const length = Math.max(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const order = comparePart(left[i] ?? '', right[i] ?? '');
    if (order !== 0) {
      return order;
    }
  }
  return 0;
}

function comparePart(a: string, b: string): -1 | 0 | 1 {
  if (a === b) {
    return 0;
  }
  if (a === '') {
    return -1;
  }
  if (b === '') {
    return 1;
  }
  const left = parseUint(a);
  const right = parseUint(b);
  if (left === undefined && right === undefined) {
    return a > b ? 1 : -1;
  }
  if (left === undefined || right === undefined) {
    return right === undefined ? -1 : 1;
  }
  return left > right ? 1 : -1;
}

function parseUint(text: string): bigint | undefined {
  if (text === '' || !digits.test(text)) {
    return undefined;
  }
  const value = BigInt(text);
  return value > maxUint64 ? undefined : value;
}

function compareSegment(a: bigint, b: bigint): -1 | 0 | 1 {
  return a < b ? -1 : a > b ? 1 : 0;
}

function parseSegment(text: string, segment: string, prefix: string): bigint {
  const value = parseUint(segment);
  if (value === undefined) {
    const [code, why]: [SemverErrorCode, string] =
      segment === '' ? ['invalid', 'invalid syntax'] : ['out-of-range', 'value out of range'];
    throw new SemverError(code, text, `${prefix}strconv.ParseUint: parsing "${segment}": ${why}`);
  }
  return value;
}

function checkPrerelease(text: string, prerelease: string): void {
  for (const part of prerelease.split('.')) {
    if (part === '' || !identifier.test(part)) {
      throw new SemverError('invalid-prerelease', text, 'invalid prerelease string');
    }
    if (part.length > 1 && part.startsWith('0') && digits.test(part)) {
      throw leadingZero(text);
    }
  }
}

function checkMetadata(text: string, metadata: string): void {
  for (const part of metadata.split('.')) {
    if (part === '' || !identifier.test(part)) {
      throw new SemverError('invalid-metadata', text, 'invalid metadata string');
    }
  }
}

function isTooLong(text: string): boolean {
  return text.length > maxVersionBytes || (text.length * 3 > maxVersionBytes && byteLength(text) > maxVersionBytes);
}

function tooLong(text: string): SemverError {
  return new SemverError('too-long', text, `version string is too long (max ${maxVersionBytes} bytes)`);
}

function leadingZero(text: string): SemverError {
  return new SemverError('leading-zero', text, 'version segment starts with 0');
}

/** A version made from another keeps its leading `v` in `original`. */
function derived(
  from: Version,
  parts: Pick<VersionParts, 'major' | 'minor' | 'patch'> & Partial<VersionParts>,
): Version {
  const { major, minor, patch, prerelease = '', metadata = '' } = parts;
  const version = new Version({ major, minor, patch, prerelease, metadata });
  return from.original.startsWith('v') ? new Version(version, `v${version.original}`) : version;
}

function next(version: Version, part: 'major' | 'minor' | 'patch'): bigint {
  if (version[part] === maxUint64) {
    throw new SemverError('out-of-range', version.original, `${part} version increment would overflow uint64`);
  }
  return version[part] + 1n;
}
