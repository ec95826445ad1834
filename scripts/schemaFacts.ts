import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseAllDocuments } from 'yaml';

/** A JSON object whose content was not looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** The schema of one version of one kind, in the form that `schemas/README.md` describes. */
export interface VersionSchema {
  readonly group: string;
  readonly kind: string;
  readonly version: string;
  readonly schema: Fields;
}

/** One file of `schemas/`. */
export interface BundledSchema extends VersionSchema {
  /** `GROUP/KIND_VERSION`, from the file's path. */
  readonly id: string;
}

/** A fact that the CRD states otherwise than our file; a side that does not state it is `undefined`. */
interface FactDifference {
  /** The field (`[]` a list's items, `{}` a map's values), then the keyword unless the whole field is missing. */
  readonly path: string;
  readonly want: unknown;
  readonly have: unknown;
}

/** What a comparison of all files found. */
export interface Comparison {
  readonly compared: number;
  readonly differences: readonly (FactDifference & { readonly id: string })[];
  /** What could not be compared, one sentence each. */
  readonly notes: readonly string[];
}

/** What a CRD says outside its schema; it stands at the root of our files. */
const rootFacts = [
  'x-kubernetes-group-version-kind',
  'x-fairlead-plural',
  'x-fairlead-scope',
  'x-fairlead-short-names',
  'x-fairlead-printer-columns',
] as const;

/** Keywords that are no facts of a node: three are for readers, the last is a root fact. */
const noFacts: ReadonlySet<string> = new Set(['description', 'title', 'deprecated', 'x-kubernetes-group-version-kind']);

/**
 * Every schema file below `folder`, in the order of their paths.
 * @throws Error when a file is not a JSON object, or does not say which kind it is of
 */
export function readBundledSchemas(folder: string): readonly BundledSchema[] {
  const groups = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return groups
    .flatMap(({ name: group }) => readdirSync(path.join(folder, group)).map((file) => path.join(group, file)))
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const json: unknown = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
      const schema = fields(json, file);
      const identity = fields(schema['x-kubernetes-group-version-kind'], `${file}: x-kubernetes-group-version-kind`);
      return {
        id: file.slice(0, -'.json'.length).replaceAll(path.sep, '/'),
        group: text(identity['group'], `${file}: group`),
        kind: text(identity['kind'], `${file}: kind`),
        version: text(identity['version'], `${file}: version`),
        schema,
      };
    });
}

/**
 * The served versions of every CustomResourceDefinition in a YAML text; other documents are passed over.
 * @throws Error when the text is not YAML, or a CRD lacks what every CRD has
 */
export function readServedSchemas(yaml: string): readonly VersionSchema[] {
  return parseAllDocuments(yaml).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) {
      throw error;
    }
    const object: unknown = document.toJS();
    return isFields(object) && object['kind'] === 'CustomResourceDefinition' ? servedVersions(object) : [];
  });
}

/** Compares each of our schemas with the CRD of its kind, in both directions. */
export function compareWithServed(bundled: readonly BundledSchema[], served: readonly VersionSchema[]): Comparison {
  const differences: (FactDifference & { id: string })[] = [];
  const notes: string[] = [];
  let compared = 0;
  for (const { id, group, kind, version, schema } of bundled) {
    const crd = served.filter((other) => other.group === group && other.kind === kind);
    const want = crd.find((other) => other.version === version);
    if (want !== undefined) {
      compared += 1;
      differences.push(...compareFacts(want.schema, schema).map((difference) => ({ id, ...difference })));
    } else if (crd.length > 0) {
      differences.push({ id, path: 'served version', want: crd.map((other) => other.version), have: version });
    } else {
      notes.push(`${id}: there is no CRD of ${kind} to compare with`);
    }
  }
  for (const { group, kind, version } of served) {
    const ours = bundled.filter((schema) => schema.group === group && schema.kind === kind);
    if (ours.length > 0 && !ours.some((schema) => schema.version === version)) {
      notes.push(`${group}/${kind.toLowerCase()}_${version}: served by the CRD, but schemas/ has no such version`);
    }
  }
  return { compared, differences, notes };
}

/** One line of the report. */
export function formatDifference(difference: Comparison['differences'][number]): string {
  const { id, path: where, want, have } = difference;
  return `${id} ${where}: want ${formatFact(want)} have ${formatFact(have)}`;
}

/** Every structural fact in which two schemas of one version differ. Descriptions and the like do not count. */
function compareFacts(want: Fields, have: Fields): readonly FactDifference[] {
  const outside = rootFacts.flatMap((keyword) => compareValues(keyword, want[keyword], have[keyword]));
  return [...outside, ...compareNodes('', want, have)];
}

function servedVersions(crd: Fields): readonly VersionSchema[] {
  const spec = fields(crd['spec'], 'CustomResourceDefinition: spec');
  const group = text(spec['group'], 'CustomResourceDefinition: spec.group');
  const names = fields(spec['names'], `${group}: spec.names`);
  const kind = text(names['kind'], `${group}: spec.names.kind`);
  return list(spec['versions'], `${group}/${kind}: spec.versions`)
    .map((version) => fields(version, `${group}/${kind}: spec.versions[]`))
    .filter((version) => version['served'] === true)
    .map((version) => {
      const name = text(version['name'], `${group}/${kind}: spec.versions[].name`);
      const schema = fields(version['schema'], `${group}/${kind} ${name}: schema`);
      return {
        group,
        kind,
        version: name,
        schema: {
          ...fields(schema['openAPIV3Schema'], `${group}/${kind} ${name}: schema.openAPIV3Schema`),
          'x-kubernetes-group-version-kind': { group, version: name, kind },
          'x-fairlead-plural': names['plural'],
          'x-fairlead-scope': spec['scope'],
          'x-fairlead-short-names': names['shortNames'] ?? [],
          'x-fairlead-printer-columns': list(version['additionalPrinterColumns'] ?? [], `${group}/${kind}: columns`)
            .map((column) => fields(column, `${group}/${kind}: additionalPrinterColumns[]`))
            .map((column) => ({
              name: column['name'],
              type: column['type'],
              jsonPath: column['jsonPath'],
              priority: column['priority'] ?? 0,
            })),
        },
      };
    });
}

/** Compares what stands in one schema node and below it. */
function compareNodes(where: string, want: Fields, have: Fields): readonly FactDifference[] {
  return union(want, have)
    .filter((keyword) => !noFacts.has(keyword) && !keyword.startsWith('x-fairlead-'))
    .flatMap((keyword) => compareKeyword(where, keyword, { want: want[keyword], have: have[keyword] }));
}

function compareKeyword(
  where: string,
  keyword: string,
  { want, have }: { readonly want: unknown; readonly have: unknown },
): readonly FactDifference[] {
  const named = where === '' ? keyword : `${where} ${keyword}`;
  switch (keyword) {
    case 'properties':
      return compareProperties(where, isFields(want) ? want : {}, isFields(have) ? have : {});
    case 'items':
      return compareSubschemas(`${where}[]`, want, have);
    case 'additionalProperties':
      return compareSubschemas(`${where}{}`, want, have);
    case 'not':
      return compareSubschemas(named, want, have);
    case 'allOf':
    case 'anyOf':
    case 'oneOf':
      return Array.isArray(want) && Array.isArray(have) && want.length === have.length
        ? want.flatMap((alternative, index) => compareSubschemas(`${named}[${index}]`, alternative, have[index]))
        : compareValues(named, want, have);
    case 'required':
      return isDeepStrictEqual(asSet(want), asSet(have)) ? [] : [{ path: named, want, have }];
    default:
      return compareValues(named, want, have);
  }
}

/** Field names are keys here, so a field called `description` is a field. */
function compareProperties(where: string, want: Fields, have: Fields): readonly FactDifference[] {
  return union(want, have).flatMap((name) =>
    compareSubschemas(where === '' ? name : `${where}.${name}`, want[name], have[name]),
  );
}

function compareSubschemas(where: string, want: unknown, have: unknown): readonly FactDifference[] {
  return isFields(want) && isFields(have) ? compareNodes(where, want, have) : compareValues(where, want, have);
}

/** Arrays count in their order, objects do not. */
function compareValues(where: string, want: unknown, have: unknown): readonly FactDifference[] {
  return isDeepStrictEqual(want, have) ? [] : [{ path: where, want, have }];
}

function formatFact(fact: unknown): string {
  return fact === undefined ? 'nothing' : JSON.stringify(fact);
}

function union(first: Fields, second: Fields): readonly string[] {
  return [...new Set([...Object.keys(first), ...Object.keys(second)])];
}

function asSet(value: unknown): unknown {
  return Array.isArray(value) ? new Set(value) : value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fields(value: unknown, what: string): Fields {
  if (!isFields(value)) {
    throw new Error(`${what} is not an object`);
  }
  return value;
}

function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw new Error(`${what} is not a list`);
  }
  return value;
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string') {
    throw new Error(`${what} is not a string`);
  }
  return value;
}
