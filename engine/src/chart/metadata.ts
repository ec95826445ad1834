import { basePath, isPrint, isSpace, quote, type Value } from '../gostd/index.ts';
import { tryNewVersion } from '../semver/index.ts';
import { messageOf } from '../support/index.ts';
import { ChartError } from './errors.ts';
import {
  anyReader,
  boolReader,
  decodeStruct,
  listReader,
  mapReader,
  pointerReader,
  type ReadStruct,
  stringReader,
  structReader,
  timeReader,
} from './struct.ts';
import type { ChartLock, ChartMetadata, Dependency, Maintainer } from './types.ts';

interface RawDependency extends Omit<Dependency, 'tags' | 'importValues'> {
  readonly tags: readonly string[] | undefined;
  readonly importValues: readonly Value[] | undefined;
}

/** Chart.yaml as it is read, before it is checked. */
export interface RawMetadata extends Omit<
  ChartMetadata,
  'sources' | 'keywords' | 'maintainers' | 'annotations' | 'dependencies'
> {
  readonly sources: readonly string[] | undefined;
  readonly keywords: readonly string[] | undefined;
  readonly maintainers: readonly (Maintainer | undefined)[] | undefined;
  readonly annotations: Readonly<Record<string, string>> | undefined;
  readonly dependencies: readonly (RawDependency | undefined)[] | undefined;
}

interface RawLock {
  readonly generated: string;
  readonly digest: string;
  readonly dependencies: readonly (RawDependency | undefined)[] | undefined;
}

const maintainerReader = structReader<Maintainer>('v2.Maintainer', {
  name: ['name', stringReader],
  email: ['email', stringReader],
  url: ['url', stringReader],
});

const dependencyReader = structReader<RawDependency>('v2.Dependency', {
  name: ['name', stringReader],
  version: ['version', stringReader],
  repository: ['repository', stringReader],
  condition: ['condition', stringReader],
  tags: ['tags', listReader(stringReader)],
  enabled: ['enabled', boolReader],
  importValues: ['import-values', listReader(anyReader)],
  alias: ['alias', stringReader],
});

const metadataReader = structReader<RawMetadata>('v2.Metadata', {
  name: ['name', stringReader],
  home: ['home', stringReader],
  sources: ['sources', listReader(stringReader)],
  version: ['version', stringReader],
  description: ['description', stringReader],
  keywords: ['keywords', listReader(stringReader)],
  maintainers: ['maintainers', listReader(pointerReader(maintainerReader))],
  icon: ['icon', stringReader],
  apiVersion: ['apiVersion', stringReader],
  condition: ['condition', stringReader],
  tags: ['tags', stringReader],
  appVersion: ['appVersion', stringReader],
  deprecated: ['deprecated', boolReader],
  annotations: ['annotations', mapReader(stringReader)],
  kubeVersion: ['kubeVersion', stringReader],
  dependencies: ['dependencies', listReader(pointerReader(dependencyReader))],
  type: ['type', stringReader],
});

const lockReader = structReader<RawLock>('v2.Lock', {
  generated: ['generated', timeReader],
  digest: ['digest', stringReader],
  dependencies: ['dependencies', listReader(pointerReader(dependencyReader))],
});

/** Nothing said at all. */
export const emptyMetadata: RawMetadata = metadataReader.zero;

/**
 * Reads Chart.yaml, or requirements.yaml of an old chart, over what was read before.
 *
 * @throws ChartError `metadata`
 */
export function readMetadata(text: string, over: RawMetadata, fileName: string): RawMetadata {
  return parse(fileName, () => decodeStruct(text, metadataReader, over));
}

/**
 * Reads Chart.lock or requirements.lock.
 *
 * @throws ChartError `metadata`
 */
export function readLock(text: string, fileName: string): ChartLock {
  const { generated, digest, dependencies } = parse(fileName, () => decodeStruct(text, lockReader));
  const listed = (dependencies ?? []).flatMap((dependency) => (dependency === undefined ? [] : [finish(dependency)]));
  return { generated, digest, dependencies: listed };
}

function parse<T>(fileName: string, read: () => ReadStruct<T>): T {
  let result: ReadStruct<T>;
  try {
    result = read();
  } catch (error) {
    throw new ChartError('metadata', `cannot load ${fileName}: ${messageOf(error)}`, { cause: error });
  }
  if (result.error !== undefined) {
    throw new ChartError('metadata', `cannot load ${fileName}: ${result.error}`);
  }
  return result.value;
}

/**
 * Chart.yaml checked and with control characters taken out.
 *
 * @throws ChartError `metadata`
 * @see helm v4.3.1 pkg/chart/v2/metadata.go, Validate
 */
export function validateMetadata(raw: RawMetadata): ChartMetadata {
  const { annotations, dependencies, ...rest } = raw;
  const checked = {
    ...rest,
    name: sanitizeString(raw.name),
    description: sanitizeString(raw.description),
    home: sanitizeString(raw.home),
    icon: sanitizeString(raw.icon),
    condition: sanitizeString(raw.condition),
    tags: sanitizeString(raw.tags),
    appVersion: sanitizeString(raw.appVersion),
    kubeVersion: sanitizeString(raw.kubeVersion),
    sources: (raw.sources ?? []).map(sanitizeString),
    keywords: (raw.keywords ?? []).map(sanitizeString),
  };
  validateNames(checked.apiVersion, checked.name, checked.version, checked.type);
  const maintainers = (raw.maintainers ?? []).map(validateMaintainer);
  const result = { ...checked, maintainers, ...(annotations === undefined ? {} : { annotations }) };
  return dependencies === undefined ? result : { ...result, dependencies: validateDependencies(dependencies) };
}

function validateNames(apiVersion: string, name: string, version: string, type: string): void {
  if (apiVersion === '') {
    throw invalid('chart.metadata.apiVersion is required');
  }
  if (name === '') {
    throw invalid('chart.metadata.name is required');
  }
  if (name === '.' || name === '..') {
    throw invalid(`chart.metadata.name ${quote(name)} is not allowed`);
  }
  if (name !== basePath(name)) {
    throw invalid(`chart.metadata.name ${quote(name)} is invalid`);
  }
  if (version === '') {
    throw invalid('chart.metadata.version is required');
  }
  if (tryNewVersion(version) === undefined) {
    throw invalid(`chart.metadata.version ${quote(version)} is invalid`);
  }
  if (type !== '' && type !== 'application' && type !== 'library') {
    throw invalid('chart.metadata.type must be application or library');
  }
}

function validateMaintainer(maintainer: Maintainer | undefined): Maintainer {
  if (maintainer === undefined) {
    throw invalid('maintainers must not contain empty or null nodes');
  }
  const { name, email, url } = maintainer;
  return { name: sanitizeString(name), email: sanitizeString(email), url: sanitizeString(url) };
}

function validateDependencies(dependencies: readonly (RawDependency | undefined)[]): Dependency[] {
  const names = new Set<string>();
  return dependencies.map((dependency) => {
    if (dependency === undefined) {
      throw invalid('dependencies must not contain empty or null nodes');
    }
    const checked = finish(dependency);
    if (checked.alias !== '' && !/^[a-zA-Z0-9_-]+$/.test(checked.alias)) {
      throw invalid(`dependency ${quote(checked.name)} has disallowed characters in the alias`);
    }
    const key = checked.alias === '' ? checked.name : checked.alias;
    if (names.has(key)) {
      throw invalid(`more than one dependency with name or alias ${quote(key)}`);
    }
    names.add(key);
    return checked;
  });
}

function finish(dependency: RawDependency): Dependency {
  return {
    ...dependency,
    name: sanitizeString(dependency.name),
    version: sanitizeString(dependency.version),
    repository: sanitizeString(dependency.repository),
    condition: sanitizeString(dependency.condition),
    tags: (dependency.tags ?? []).map(sanitizeString),
    importValues: dependency.importValues ?? [],
  };
}

function invalid(message: string): ChartError {
  return new ChartError('metadata', `validation: ${message}`);
}

/** White space as blanks, and nothing that cannot be printed. @see helm v4.3.1 pkg/chart/v2/metadata.go */
function sanitizeString(text: string): string {
  let result = '';
  for (const rune of text) {
    if (isSpace(rune)) {
      result += ' ';
    } else if (isPrint(rune.codePointAt(0) ?? 0)) {
      result += rune;
    }
  }
  return result;
}
