import { tryNewVersion } from '../semver/index.ts';
import { isRecord } from '../support/index.ts';

/** One version of a chart in a repository's index. */
export interface IndexEntry {
  readonly name: string;
  readonly version: string;
  readonly appVersion?: string;
  readonly description?: string;
  readonly kubeVersion?: string;
  /** RFC 3339. */
  readonly created?: string;
  readonly deprecated?: boolean;
  /** Where the archive is; relative ones to the repository. */
  readonly urls: readonly string[];
  /** SHA-256 in hex, with or without `sha256:`. */
  readonly digest?: string;
}

type Fields = Readonly<Record<string, unknown>>;
type Complaint = (value: unknown, field: string) => string | undefined;

/**
 * Fields of a chart's metadata, and what is wrong with their values. A text is a text here: `appVersion: 1.10` without
 * quotes is a number. @see helm v4.3.1 pkg/chart/v2/metadata.go
 */
const metadataFields: ReadonlyMap<string, Complaint> = new Map([
  ['name', text],
  ['home', text],
  ['sources', listOf(text)],
  ['version', text],
  ['description', text],
  ['keywords', listOf(text)],
  ['maintainers', listOf(only('v2.Maintainer', ['name', 'email', 'url']))],
  ['icon', text],
  ['apiversion', text],
  ['condition', text],
  ['tags', text],
  ['appversion', text],
  ['deprecated', bool],
  ['annotations', texts],
  ['kubeversion', text],
  [
    'dependencies',
    listOf(
      only('v2.Dependency', [
        'name',
        'version',
        'repository',
        'condition',
        'tags',
        'enabled',
        'import-values',
        'alias',
      ]),
    ),
  ],
  ['type', text],
]);

/** Fields that an index adds; numbers become texts in these. @see helm v4.3.1 pkg/repo/v1/index.go, ChartVersion */
const ownFields: ReadonlyMap<string, Complaint> = new Map([
  ['urls', listOf(scalar)],
  ['created', time],
  ['removed', bool],
  ['digest', scalar],
  ['checksum', scalar],
  ['engine', scalar],
  ['tillerversion', scalar],
  ['url', scalar],
]);

/** Names of all fields, in lower case: Go takes them in any. */
export const entryFields: readonly string[] = [...metadataFields.keys(), ...ownFields.keys()];

/**
 * What makes a whole index unreadable for Helm and Flux, in Go's words: a field that an entry does not have, or a value
 * of another type.
 */
export function complaintOf(entry: Fields, { strict }: { readonly strict: boolean }): string | undefined {
  for (const [key, value] of Object.entries(entry)) {
    const name = key.toLowerCase();
    const own = ownFields.get(name);
    const complain = own ?? metadataFields.get(name);
    if (complain === undefined) {
      if (strict) {
        return `json: unknown field ${JSON.stringify(key)}`;
      }
    } else if (value !== null) {
      const found = complain(value, `ChartVersion.entries.${own === undefined ? 'Metadata.' : ''}${key}`);
      if (found !== undefined && (strict || !found.includes('unknown field'))) {
        return found;
      }
    }
  }
  return undefined;
}

/** The entry, or why Flux drops it, in the words of Helm's check of chart metadata. */
export function readEntry(given: unknown, chart: string): IndexEntry | string {
  if (!isRecord(given)) {
    return 'validation: chart metadata is missing';
  }
  const value = new Map(Object.entries(given).map(([key, field]) => [key.toLowerCase(), field]));
  const name = textOf(value, 'name');
  const version = textOf(value, 'version');
  if (name === '') {
    return 'validation: chart.metadata.name is required';
  }
  if (version === '') {
    return 'validation: chart.metadata.version is required';
  }
  if (tryNewVersion(version) === undefined) {
    return `validation: chart.metadata.version ${JSON.stringify(version)} is invalid`;
  }
  if (!['', 'application', 'library'].includes(textOf(value, 'type'))) {
    return 'validation: chart.metadata.type must be application or library';
  }
  const urls = value.get('urls');
  const optional = (key: string): string | undefined => textOf(value, key) || undefined;
  const [appVersion, description, kubeVersion, created, digest] = [
    optional('appversion'),
    optional('description'),
    optional('kubeversion'),
    optional('created'),
    optional('digest'),
  ];
  return {
    name: chart,
    version,
    urls: Array.isArray(urls) ? urls.filter((url): url is string => typeof url === 'string') : [],
    ...(appVersion !== undefined && { appVersion }),
    ...(description !== undefined && { description }),
    ...(kubeVersion !== undefined && { kubeVersion }),
    ...(created !== undefined && { created }),
    ...(digest !== undefined && { digest }),
    ...(value.get('deprecated') === true && { deprecated: true }),
  };
}

/** The type of a value as encoding/json calls it. */
export function jsonKind(value: unknown): string {
  if (Array.isArray(value)) {
    return 'array';
  }
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'string':
    case 'number':
    case 'object':
      return typeof value;
    default:
      return 'value';
  }
}

function textOf(fields: ReadonlyMap<string, unknown>, key: string): string {
  const value = fields.get(key);
  return typeof value === 'string' ? value : '';
}

function text(value: unknown, field: string): string | undefined {
  return typeof value === 'string' ? undefined : mismatch(value, field, 'string');
}

function scalar(value: unknown, field: string): string | undefined {
  return typeof value === 'object' ? mismatch(value, field, 'string') : undefined;
}

function bool(value: unknown, field: string): string | undefined {
  return typeof value === 'boolean' ? undefined : mismatch(value, field, 'bool');
}

function time(value: unknown): string | undefined {
  if (typeof value !== 'string') {
    return 'Time.UnmarshalJSON: input is not a JSON string';
  }
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)$/.test(value)
    ? undefined
    : `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00"`;
}

function texts(value: unknown, field: string): string | undefined {
  if (!isRecord(value)) {
    return mismatch(value, field, 'map[string]string');
  }
  return first(Object.values(value), (one) => text(one, field));
}

function listOf(complain: Complaint): Complaint {
  return (value, field) =>
    Array.isArray(value) ? first(value, (one) => complain(one, field)) : mismatch(value, field, '[]string');
}

function only(type: string, keys: readonly string[]): Complaint {
  const known = new Set(keys);
  return (value, field) => {
    if (!isRecord(value)) {
      return mismatch(value, field, type);
    }
    const unknown = Object.keys(value).find((key) => !known.has(key.toLowerCase()));
    return unknown === undefined ? undefined : `json: unknown field ${JSON.stringify(unknown)}`;
  };
}

function first(values: readonly unknown[], complain: (value: unknown) => string | undefined): string | undefined {
  for (const value of values) {
    const found = value === null ? undefined : complain(value);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function mismatch(value: unknown, field: string, type: string): string {
  return `json: cannot unmarshal ${jsonKind(value)} into Go struct field ${field} of type ${type}`;
}
