import { check, compare, newConstraint, SemverError, tryNewVersion, type Version } from '../semver/index.ts';
import { SourceError } from './errors.ts';

/** A version that a source offers. */
export interface OfferedVersion {
  /** As the source writes it. */
  readonly version: string;
  /** RFC 3339; orders what is equal otherwise. */
  readonly created?: string;
}

/**
 * The version that source-controller takes: one that is written exactly so, else the newest that satisfies the range,
 * of equal ones the one created last. Versions with fewer than three parts do not count.
 *
 * @throws SourceError codes `invalid-version` (a range that does not parse, in Masterminds' words), `no-version`
 * @see fluxcd/source-controller v1.9 internal/helm/repository/chart_repository.go, getChartVersion
 */
export function chooseVersion<T extends OfferedVersion>(
  offered: readonly T[],
  wanted: string,
  { chart }: { readonly chart: string },
): T {
  const exact = wanted === '' ? undefined : offered.find(({ version }) => version === wanted);
  const found = exact ?? newestFirst(matching(offered, wanted === '' ? '*' : wanted))[0]?.offer;
  if (found === undefined) {
    throw new SourceError('no-version', `no '${chart}' chart with version matching '${wanted}' found`);
  }
  return found;
}

/**
 * The tag that an OCIRepository's `semver` takes. Tags are read as versions after `_` became `+` where `translate`.
 *
 * @throws SourceError codes `invalid-version`, `no-version`
 * @see fluxcd/source-controller v1.9 internal/controller/ocirepository_controller.go, getTagBySemver
 */
export function chooseTag(
  tags: readonly string[],
  semver: string,
  { translate }: { readonly translate: boolean },
): string {
  const offered = tags.map((tag) => ({ version: translate ? tag.replaceAll('_', '+') : tag, tag }));
  const found = newestFirst(matching(offered, semver))[0]?.offer;
  if (found === undefined) {
    throw new SourceError('no-version', `no match found for semver: ${semver}`);
  }
  return found.tag;
}

/** Newest first; what is no version is left out. */
export function sortOffered<T extends OfferedVersion>(offered: readonly T[]): readonly T[] {
  return newestFirst(parseOffered(offered, tryNewVersion)).map(({ offer }) => offer);
}

/**
 * The lines that a range lets through, newest first, as given; equal ones in the order they came. Lines are read as
 * leniently as Masterminds' NewVersion reads them.
 *
 * @throws SourceError code `invalid-version` in Masterminds' words
 */
export function filterVersions(lines: readonly string[], constraint: string): readonly string[] {
  const range = readVersions(() => newConstraint(constraint));
  return parseOffered(
    lines.map((version) => ({ version })),
    tryNewVersion,
  )
    .filter(({ version }) => check(range, version))
    .sort((a, b) => compare(b.version, a.version))
    .map(({ offer }) => offer.version);
}

interface Parsed<T> {
  readonly offer: T;
  readonly version: Version;
}

function matching<T extends OfferedVersion>(offered: readonly T[], constraint: string): Parsed<T>[] {
  const range = readVersions(() => newConstraint(constraint));
  return parseOffered(offered, parseVersion).filter(({ version }) => check(range, version));
}

function parseOffered<T extends OfferedVersion>(
  offered: readonly T[],
  parse: (text: string) => Version | undefined,
): Parsed<T>[] {
  return offered.flatMap((offer) => {
    const version = parse(offer.version);
    return version === undefined ? [] : [{ offer, version }];
  });
}

function newestFirst<T extends OfferedVersion>(versions: Parsed<T>[]): Parsed<T>[] {
  return versions.sort((a, b) => compare(b.version, a.version) || compareCreated(b.offer, a.offer));
}

function compareCreated(a: OfferedVersion, b: OfferedVersion): number {
  const left = createdMs(a);
  const right = createdMs(b);
  return left === right ? 0 : left < right ? -1 : 1;
}

function createdMs({ created }: OfferedVersion): number {
  const ms = created === undefined ? Number.NaN : Date.parse(created);
  return Number.isNaN(ms) ? Number.NEGATIVE_INFINITY : ms;
}

/** A version with three parts at least. @see fluxcd/pkg/version v0.16 version.go, ParseVersion */
export function parseVersion(text: string): Version | undefined {
  return text.split('.').length < 3 ? undefined : tryNewVersion(text);
}

/**
 * What `read` makes of versions and ranges that somebody wrote.
 *
 * @param before what Flux or Helm puts in front of Masterminds' words
 * @throws SourceError code `invalid-version` where one cannot be read
 */
export function readVersions<T>(read: () => T, before = ''): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SemverError) {
      throw new SourceError('invalid-version', `${before}${error.message}`, { cause: error });
    }
    throw error;
  }
}
