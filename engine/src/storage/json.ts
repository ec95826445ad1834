import { Buffer } from 'node:buffer';
import type { ChartFile, ChartLock, ChartMetadata, Dependency } from '../chart/index.ts';
import {
  decodeJson,
  encodeJson,
  type GoMap,
  isList,
  isMap,
  newMap,
  newNilMap,
  nilMap,
  type Value,
} from '../gostd/index.ts';
import type { Hook, HookEvent, HookPhase, Release, ReleaseInfo, ReleaseStatus, StoredChart } from '../release/index.ts';

/**
 * A release as the JSON that Helm stores, with Go's order of fields and its rules of what is left out.
 *
 * @see helm v4.3.1 pkg/release/v1/release.go, info.go, hook.go, pkg/chart/v2/chart.go
 */

const zeroTime = '0001-01-01T00:00:00Z';

/** The JSON text of a release. */
export function releaseToJson(release: Release): string {
  return object([
    ['name', optional(release.name)],
    ['info', infoToJson(release.info)],
    ['chart', chartToJson(release.chart)],
    ['config', mapToJson(release.config)],
    ['manifest', optional(release.manifest)],
    ['hooks', optionalList(release.hooks.map(hookToJson))],
    ['version', release.version === 0 ? undefined : String(release.version)],
    ['namespace', optional(release.namespace)],
    ['apply_method', optional(release.applyMethod)],
  ]);
}

export function infoToJson(info: ReleaseInfo): string {
  return object([
    ['first_deployed', optional(info.firstDeployed)],
    ['last_deployed', optional(info.lastDeployed)],
    ['deleted', optional(info.deleted)],
    ['description', optional(info.description)],
    ['status', optional(info.status)],
    ['rollback_revision', info.rollbackRevision === undefined ? undefined : String(info.rollbackRevision)],
    ['notes', optional(info.notes)],
  ]);
}

export function hookToJson(hook: Hook): string {
  return object([
    ['name', optional(hook.name)],
    ['kind', optional(hook.kind)],
    ['path', optional(hook.path)],
    ['manifest', optional(hook.manifest)],
    ['events', optionalList(hook.events.map(text))],
    [
      'last_run',
      object([
        ['started_at', optional(hook.lastRun.startedAt)],
        ['completed_at', optional(hook.lastRun.completedAt)],
        ['phase', text(hook.lastRun.phase)],
      ]),
    ],
    ['weight', hook.weight === 0 ? undefined : String(hook.weight)],
    ['delete_policies', optionalList(hook.deletePolicies.map(text))],
    ['output_log_policies', optionalList(hook.outputLogPolicies.map(text))],
  ]);
}

export function metadataToJson(metadata: ChartMetadata): string {
  return object([
    ['name', optional(metadata.name)],
    ['home', optional(metadata.home)],
    ['sources', optionalList(metadata.sources.map(text))],
    ['version', optional(metadata.version)],
    ['description', optional(metadata.description)],
    ['keywords', optionalList(metadata.keywords.map(text))],
    [
      'maintainers',
      optionalList(
        metadata.maintainers.map(({ name, email, url }) =>
          object([
            ['name', optional(name)],
            ['email', optional(email)],
            ['url', optional(url)],
          ]),
        ),
      ),
    ],
    ['icon', optional(metadata.icon)],
    ['apiVersion', optional(metadata.apiVersion)],
    ['condition', optional(metadata.condition)],
    ['tags', optional(metadata.tags)],
    ['appVersion', optional(metadata.appVersion)],
    ['deprecated', metadata.deprecated ? 'true' : undefined],
    ['annotations', mapToJson(newMap(Object.entries(metadata.annotations ?? {})))],
    ['kubeVersion', optional(metadata.kubeVersion)],
    ['dependencies', optionalList((metadata.dependencies ?? []).map(dependencyToJson))],
    ['type', optional(metadata.type)],
  ]);
}

/** A map as JSON; absent when empty. */
export function mapToJson(map: GoMap): string | undefined {
  return Object.keys(map).length === 0 ? undefined : value(map);
}

function chartToJson(chart: StoredChart): string {
  return object([
    ['metadata', metadataToJson(chart.metadata)],
    ['lock', chart.lock === undefined ? 'null' : lockToJson(chart.lock)],
    ['templates', filesToJson(chart.templates)],
    ['values', nilMap in chart.values ? 'null' : value(chart.values)],
    ['schema', chart.schema === undefined ? 'null' : bytes(chart.schema)],
    ['schemamodtime', text(chart.schemaModTime ?? zeroTime)],
    ['files', filesToJson(chart.files)],
    ['modtime', optional(chart.modTime)],
  ]);
}

function lockToJson(lock: ChartLock): string {
  return object([
    ['generated', text(lock.generated)],
    ['digest', text(lock.digest)],
    ['dependencies', lock.dependencies.length === 0 ? 'null' : list(lock.dependencies.map(dependencyToJson))],
  ]);
}

function dependencyToJson(dependency: Dependency): string {
  return object([
    ['name', text(dependency.name)],
    ['version', optional(dependency.version)],
    ['repository', text(dependency.repository)],
    ['condition', optional(dependency.condition)],
    ['tags', optionalList(dependency.tags.map(text))],
    ['enabled', dependency.enabled ? 'true' : undefined],
    ['import-values', dependency.importValues.length === 0 ? undefined : value(dependency.importValues)],
    ['alias', optional(dependency.alias)],
  ]);
}

function filesToJson(files: readonly ChartFile[]): string {
  return files.length === 0
    ? 'null'
    : list(
        files.map(({ name, data, modTime }) =>
          object([
            ['name', text(name)],
            ['data', bytes(data)],
            ['modtime', optional(modTime)],
          ]),
        ),
      );
}

/** Reads the JSON of a release. What is missing or of another type is empty, as when Go reads it. */
export function releaseFromJson(json: string, labels: Readonly<Record<string, string>>): Release {
  const root = record(decodeJson(json));
  const applyMethod = string(root['apply_method']);
  return {
    name: string(root['name']),
    namespace: string(root['namespace']),
    version: number(root['version']),
    info: infoFromJson(record(root['info'])),
    chart: chartFromJson(record(root['chart'])),
    config: record(root['config']),
    manifest: string(root['manifest']),
    hooks: items(root['hooks']).map((hook) => hookFromJson(record(hook))),
    applyMethod: applyMethod === 'ssa' || applyMethod === 'csa' ? applyMethod : '',
    labels,
  };
}

function infoFromJson(info: GoMap): ReleaseInfo {
  const deleted = string(info['deleted']);
  const rollback = number(info['rollback_revision']);
  return {
    firstDeployed: string(info['first_deployed']),
    lastDeployed: string(info['last_deployed']),
    ...(deleted === '' ? {} : { deleted }),
    description: string(info['description']),
    status: statuses.find((status) => status === info['status']) ?? 'unknown',
    notes: string(info['notes']),
    ...(rollback === 0 ? {} : { rollbackRevision: rollback }),
  };
}

const statuses: readonly ReleaseStatus[] = [
  'unknown',
  'deployed',
  'uninstalled',
  'superseded',
  'failed',
  'uninstalling',
  'pending-install',
  'pending-upgrade',
  'pending-rollback',
];

const events: readonly HookEvent[] = [
  'pre-install',
  'post-install',
  'pre-delete',
  'post-delete',
  'pre-upgrade',
  'post-upgrade',
  'pre-rollback',
  'post-rollback',
  'test',
];

const phases: readonly HookPhase[] = ['Unknown', 'Running', 'Succeeded', 'Failed', ''];

function hookFromJson(hook: GoMap): Hook {
  const run = record(hook['last_run']);
  const startedAt = string(run['started_at']);
  const completedAt = string(run['completed_at']);
  return {
    name: string(hook['name']),
    kind: string(hook['kind']),
    path: string(hook['path']),
    manifest: string(hook['manifest']),
    events: items(hook['events']).flatMap((event) => events.find((known) => known === event) ?? []),
    lastRun: {
      ...(startedAt === '' ? {} : { startedAt }),
      ...(completedAt === '' ? {} : { completedAt }),
      phase: phases.find((phase) => phase === run['phase']) ?? '',
    },
    weight: number(hook['weight']),
    deletePolicies: items(hook['delete_policies']).map(string),
    outputLogPolicies: items(hook['output_log_policies']).map(string),
  };
}

function chartFromJson(chart: GoMap): StoredChart {
  const schema = string(chart['schema']);
  const modTime = string(chart['modtime']);
  const schemaModTime = string(chart['schemamodtime']);
  return {
    metadata: metadataFromJson(record(chart['metadata'])),
    ...(isMap(chart['lock']) ? { lock: lockFromJson(record(chart['lock'])) } : {}),
    templates: filesFromJson(chart['templates']),
    values: chart['values'] === null ? newNilMap() : record(chart['values']),
    ...(schema === '' ? {} : { schema: Buffer.from(schema, 'base64') }),
    files: filesFromJson(chart['files']),
    ...(modTime === '' ? {} : { modTime }),
    ...(schemaModTime === '' || schemaModTime === zeroTime ? {} : { schemaModTime }),
  };
}

function metadataFromJson(metadata: GoMap): ChartMetadata {
  const { annotations, dependencies } = metadata;
  return {
    name: string(metadata['name']),
    home: string(metadata['home']),
    sources: items(metadata['sources']).map(string),
    version: string(metadata['version']),
    description: string(metadata['description']),
    keywords: items(metadata['keywords']).map(string),
    maintainers: items(metadata['maintainers']).map((entry) => {
      const { name, email, url } = record(entry);
      return { name: string(name), email: string(email), url: string(url) };
    }),
    icon: string(metadata['icon']),
    apiVersion: string(metadata['apiVersion']),
    condition: string(metadata['condition']),
    tags: string(metadata['tags']),
    appVersion: string(metadata['appVersion']),
    deprecated: metadata['deprecated'] === true,
    ...(isMap(annotations)
      ? { annotations: Object.fromEntries(Object.entries(annotations).map(([key, entry]) => [key, string(entry)])) }
      : {}),
    kubeVersion: string(metadata['kubeVersion']),
    ...(dependencies === undefined
      ? {}
      : { dependencies: items(dependencies).map((entry) => dependencyFromJson(record(entry))) }),
    type: string(metadata['type']),
  };
}

function lockFromJson(lock: GoMap): ChartLock {
  return {
    generated: string(lock['generated']),
    digest: string(lock['digest']),
    dependencies: items(lock['dependencies']).map((entry) => dependencyFromJson(record(entry))),
  };
}

function dependencyFromJson(dependency: GoMap): Dependency {
  return {
    name: string(dependency['name']),
    version: string(dependency['version']),
    repository: string(dependency['repository']),
    condition: string(dependency['condition']),
    tags: items(dependency['tags']).map(string),
    enabled: dependency['enabled'] === true,
    importValues: items(dependency['import-values']),
    alias: string(dependency['alias']),
  };
}

function filesFromJson(files: Value): ChartFile[] {
  return items(files).map((entry) => {
    const { name, data, modtime } = record(entry);
    const modTime = string(modtime);
    return { name: string(name), data: Buffer.from(string(data), 'base64'), ...(modTime === '' ? {} : { modTime }) };
  });
}

/** A JSON object with its fields in this order; those without a value are left out. */
export function object(fields: readonly (readonly [string, string | undefined])[]): string {
  return `{${fields.flatMap(([name, json]) => (json === undefined ? [] : [`"${name}":${json}`])).join(',')}}`;
}

/** A string as Go writes it in JSON. */
function text(content: string): string {
  return value(content);
}

/** As `text`; absent when empty. */
export function optional(content: string | undefined): string | undefined {
  return content === undefined || content === '' ? undefined : text(content);
}

export function optionalList(entries: readonly string[]): string | undefined {
  return entries.length === 0 ? undefined : list(entries);
}

function list(entries: readonly string[]): string {
  return `[${entries.join(',')}]`;
}

function bytes(data: Uint8Array): string {
  return `"${Buffer.from(data).toString('base64')}"`;
}

function value(content: Value): string {
  return encodeJson(content, { escapeHtml: true });
}

function record(content: Value): GoMap {
  return isMap(content) ? content : newMap();
}

function items(content: Value): readonly Value[] {
  return content !== undefined && isList(content) ? content : [];
}

function string(content: Value): string {
  return typeof content === 'string' ? content : '';
}

function number(content: Value): number {
  return typeof content === 'number' ? content : 0;
}
