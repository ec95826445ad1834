/**
 * The data that templates get, as Go values with Helm's types: `common.Values`, `*common.Capabilities`, and maps where
 * Helm 4 has maps.
 */
import type { Capabilities, Chart, ChartMetadata, Dependency } from '../chart/index.ts';
import { tableAt, valueAt } from '../chart/index.ts';
import {
  GoPointer,
  GoSlice,
  GoStruct,
  type GoMap,
  type GoMethod,
  type GoType,
  interfaceType,
  isMap,
  mapOf,
  mapType,
  newMap,
  newNilMap,
  pointerTo,
  sliceOfString,
  stringType,
  type Value,
} from '../gostd/index.ts';
import { GoError } from '../gotemplate/index.ts';
import type { Origins } from '../support/index.ts';
import { encode } from '../yaml/index.ts';

const valuesMethods: ReadonlyMap<string, GoMethod> = new Map<string, GoMethod>([
  ['YAML', { params: [], call: (receiver) => encode(receiver) }],
  [
    'Table',
    { params: ['string'], call: (receiver, [path]) => asValues(found(tableAt(mapFrom(receiver), textFrom(path)))) },
  ],
  ['AsMap', { params: [], call: (receiver) => plainMap(mapFrom(receiver)) }],
  ['PathValue', { params: ['string'], call: (receiver, [path]) => found(valueAt(mapFrom(receiver), textFrom(path))) }],
  [
    'Encode',
    {
      params: ['io.Writer'],
      call: () => {
        // No template has a writer but nil.
        throw new GoError('runtime error: invalid memory address or nil pointer dereference');
      },
    },
  ],
]);

/** @see helm v4.3.1 pkg/chart/common/values.go, Values */
const valuesType: GoType = { ...mapOf(interfaceType), name: 'common.Values', methods: valuesMethods };

/** A map as `common.Values`; it must be nobody else's. */
export function newValues(entries: GoMap): GoMap {
  entries[mapType] = valuesType;
  return entries;
}

/**
 * The same map seen as `common.Values`: Go converts without a copy, so what is set in one is seen in the other, while
 * the map keeps its own type.
 */
export function asValues(map: GoMap, origins?: Origins): GoMap {
  const view = new Proxy(map, {
    get: (target, key): unknown => (key === mapType ? valuesType : Reflect.get(target, key)),
  });
  for (const key of origins === undefined ? [] : Object.keys(map)) {
    origins?.copy(map, key, view, key);
  }
  return view;
}

/** What `AsMap` gives back: a plain map; of an empty one a new one. */
function plainMap(map: GoMap): GoMap {
  return withoutType(Object.keys(map).length === 0 ? newMap() : map);
}

/** The same map seen as `map[string]interface {}`. */
export function withoutType(map: GoMap): GoMap {
  return new Proxy(map, {
    get: (target, key): unknown => (key === mapType ? undefined : Reflect.get(target, key)),
  });
}

function found<T>(result: { found: true; value: T } | { found: false; message: string }): T {
  if (result.found) {
    return result.value;
  }
  throw new GoError(result.message);
}

function mapFrom(value: Value): GoMap {
  return isMap(value) ? value : newMap();
}

function textFrom(value: Value): string {
  return typeof value === 'string' ? value : '';
}

const field = (name: string, type: GoType): { name: string; type: GoType } => ({ name, type });

const versionSetType: GoType = {
  kind: 'slice',
  name: 'common.VersionSet',
  elem: stringType,
  methods: new Map<string, GoMethod>([
    [
      'Has',
      {
        params: ['string'],
        call: (receiver, [version]) => receiver instanceof GoSlice && receiver.items.includes(version),
      },
    ],
  ]),
};

const versionOf = (receiver: Value, name: string): Value =>
  receiver instanceof GoStruct ? receiver.fields[name] : undefined;

/** @see helm v4.3.1 pkg/chart/common/capabilities.go, KubeVersion */
const kubeVersionType: GoType = {
  kind: 'struct',
  name: 'common.KubeVersion',
  fields: ['Version', 'normalizedVersion', 'Major', 'Minor'].map((name) => field(name, stringType)),
  pointerMethods: new Map<string, GoMethod>([
    ['String', { params: [], call: (receiver) => versionOf(receiver, 'normalizedVersion') }],
    ['GitVersion', { params: [], call: (receiver) => versionOf(receiver, 'Version') }],
  ]),
};

const helmVersionType: GoType = {
  kind: 'struct',
  name: 'version.BuildInfo',
  fields: [
    { ...field('Version', stringType), json: 'version,omitempty' },
    { ...field('GitCommit', stringType), json: 'git_commit,omitempty' },
    { ...field('GitTreeState', stringType), json: 'git_tree_state,omitempty' },
    { ...field('GoVersion', stringType), json: 'go_version,omitempty' },
    { ...field('KubeClientVersion', stringType), json: 'kube_client_version' },
  ],
};

const capabilitiesType: GoType = {
  kind: 'struct',
  name: 'common.Capabilities',
  fields: [
    field('KubeVersion', kubeVersionType),
    field('APIVersions', versionSetType),
    field('HelmVersion', helmVersionType),
  ],
};

const capabilitiesPointer: GoType = {
  ...pointerTo(capabilitiesType),
  methods: new Map<string, GoMethod>([['Copy', { params: [], call: (receiver) => receiver }]]),
};

/** `.Capabilities`. */
export function capabilitiesValue({ kubeVersion, apiVersions, helmVersion }: Capabilities): Value {
  const struct = new GoStruct(capabilitiesType, {
    KubeVersion: new GoStruct(kubeVersionType, {
      Version: kubeVersion.version,
      normalizedVersion: kubeVersion.normalized,
      Major: kubeVersion.major,
      Minor: kubeVersion.minor,
    }),
    APIVersions: new GoSlice(versionSetType, apiVersions),
    HelmVersion: new GoStruct(helmVersionType, {
      Version: helmVersion.version,
      GitCommit: helmVersion.gitCommit,
      GitTreeState: helmVersion.gitTreeState,
      GoVersion: helmVersion.goVersion,
      KubeClientVersion: helmVersion.kubeClientVersion,
    }),
  });
  return new GoPointer(capabilitiesPointer, struct);
}

/** `.Chart`: Chart.yaml as a map with Go's field names. @see helm v4.3.1 pkg/chart/common.go, MetadataAsMap */
export function chartValue(chart: Chart): GoMap {
  const metadata: ChartMetadata = chart.metadata;
  return newMap([
    ['Name', metadata.name],
    ['Home', metadata.home],
    ['Sources', metadata.sources],
    ['Version', metadata.version],
    ['Description', metadata.description],
    ['Keywords', metadata.keywords],
    [
      'Maintainers',
      metadata.maintainers.map(({ name, email, url }) =>
        newMap([
          ['Name', name],
          ['Email', email],
          ['URL', url],
        ]),
      ),
    ],
    ['Icon', metadata.icon],
    ['APIVersion', metadata.apiVersion],
    ['Condition', metadata.condition],
    ['Tags', metadata.tags],
    ['AppVersion', metadata.appVersion],
    ['Deprecated', metadata.deprecated],
    ['Annotations', annotationsValue(metadata.annotations)],
    ['KubeVersion', metadata.kubeVersion],
    ['Dependencies', (metadata.dependencies ?? []).map(dependencyValue)],
    ['Type', metadata.type],
    ['IsRoot', chart.parent === undefined],
  ]);
}

function annotationsValue(annotations: Readonly<Record<string, string>> | undefined): GoMap {
  const type = mapOf(stringType);
  if (annotations === undefined) {
    return newNilMap(type);
  }
  const map = newMap(Object.entries(annotations));
  map[mapType] = type;
  return map;
}

function dependencyValue(dependency: Dependency): GoMap {
  return newMap([
    ['Name', dependency.name],
    ['Version', dependency.version],
    ['Repository', dependency.repository],
    ['Condition', dependency.condition],
    ['Tags', dependency.tags],
    ['Enabled', dependency.enabled],
    ['ImportValues', dependency.importValues],
    ['Alias', dependency.alias],
  ]);
}

/** A `[]string`. */
export function stringSlice(items: readonly string[]): GoSlice {
  return new GoSlice(sliceOfString, items);
}
