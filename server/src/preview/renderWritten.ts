import { defaultCapabilities } from '@fairlead/engine/chart';
import {
  type DesiredRelease,
  desiredRelease,
  type FetchLookup,
  problemOf,
  refusedPlace,
} from '@fairlead/engine/desired';
import {
  type ComposedValues,
  composeValues,
  FluxError,
  type HelmRelease,
  type Manifest,
  type ManifestProblem,
  type ObjectSet,
  parseHelmRelease,
  valuesLookup,
} from '@fairlead/engine/flux';
import { isSecret, toValue } from '@fairlead/engine/kube';
import type { LookupKey } from '@fairlead/engine/render';
import { isAbort, type Range } from '@fairlead/engine/support';
import { nodeAt, placeAt, type YamlFile, type YamlNode } from '../document/index.ts';
import type { FailedRender } from '../protocol.ts';
import type { ServiceHost } from '../service/host.ts';
import type { Workspace, WorkspaceObject } from '../workspace/index.ts';
import { chartsFrom, FetchError } from './fetchChart.ts';
import { lineRange } from './lineRange.ts';
import type { RenderMachine } from './machine.ts';
import { type Manifests, surroundingsOf } from './surroundings.ts';

/** What a render works with. */
export interface RenderContext {
  readonly workspace: Workspace;
  readonly manifests: Manifests;
  readonly host: ServiceHost;
  readonly machine: RenderMachine;
}

export interface WrittenRender {
  readonly kind: 'rendered';
  readonly desired: DesiredRelease;
  readonly warnings: readonly string[];
  /** Objects of the cluster that the host did not show whole. */
  readonly hidden: readonly string[];
}

/** Charts that were fetched this long ago are still good for looking. */
const maxAgeMs = 5 * 60_000;

/** Makes a release of the workspace desired, as a first install, and traces it. What is wrong with it is a result. */
export async function renderWritten(
  written: WorkspaceObject,
  { workspace, manifests, host, machine }: RenderContext,
  signal: AbortSignal,
): Promise<WrittenRender | FailedRender> {
  const { file, root, id } = written;
  if (workspace.isPatch(file.uri)) {
    return patchFailure(written, workspace);
  }
  const { manifests: own, problem } = manifests.of(file);
  if (problem !== undefined) {
    return unreadable(file, problem);
  }
  const name = nodeAt(root, ['metadata', 'name']) ?? root;
  const place = file.lines.rangeOf(name.start, name.end);
  const manifest = own.find(
    ({ object: { kind, metadata } }) =>
      kind === 'HelmRelease' && metadata.name === id.name && metadata.namespace === id.namespace,
  );
  if (manifest === undefined) {
    return failed({ code: 'schema-required', message: 'a HelmRelease needs a name' }, file.uri, place);
  }
  const objects = surroundingsOf(file, workspace, manifests);
  const said: Said = { warnings: [], hidden: [] };
  let release: HelmRelease | undefined;
  try {
    release = parseHelmRelease(manifest.object, { defaultNamespace: 'default' });
    const desired = await desiredRelease(
      {
        release,
        manifest,
        objects,
        near: file.uri,
        capabilities: defaultCapabilities({ apiVersions: [] }),
        revision: 1,
        isUpgrade: false,
        // Nobody knows the controller's flags; Flux allows it unless told otherwise.
        crossNamespace: 'allow',
        fetchLookup: clusterLookup(host, said),
        trace: true,
      },
      { environment: machine.environment, render: machine.render, resolve: chartsFrom(host, machine) },
      { signal, maxAgeMs },
    );
    const warnings = [...desired.warnings, ...said.warnings, ...substitutionWarning(nodeAt(root, ['spec']))];
    return { kind: 'rendered', desired, warnings, hidden: said.hidden };
  } catch (error) {
    const composed = release && composedOf(release, objects, manifest);
    const told = error instanceof FetchError ? error.problem : problemOf(error, composed?.secrets ?? []);
    if (told === undefined || isAbort(error)) {
      throw error;
    }
    const refused = composed && refusedPlace(error, composed);
    if (refused === undefined) {
      return failed(told, file.uri, place);
    }
    const range = lineRange(workspace.file(refused.file), refused.position);
    const isSubstituted = refused.file === file.uri && isSubstitutedAt(root, file.lines.offsetAt(refused.position));
    const message = isSubstituted ? `${told.message.trimEnd()}\n${substitutionHint}` : told.message;
    return failed({ ...told, message }, refused.file, range);
  }
}

const substitutionHint =
  'The value there is what a Kustomization puts in (postBuild), which a preview does not do yet.';

function isSubstitutedAt(root: YamlNode, offset: number): boolean {
  const node = placeAt(root, offset)?.entry?.value;
  return node?.kind === 'scalar' && node.unknown === 'substituted';
}

/** What stands in a preview as it is written, and never reaches Helm so. */
function substitutionWarning(spec: YamlNode | undefined): readonly string[] {
  const names = [...new Set(substitutedIn(spec))];
  return names.length === 0 ? [] : [`shown as written, where a Kustomization puts something in: ${names.join(', ')}`];
}

function substitutedIn(node: YamlNode | undefined): readonly string[] {
  switch (node?.kind) {
    case undefined:
      return [];
    case 'scalar':
      return node.unknown === 'substituted' ? (node.text.match(/\$\{[^}]*\}/g) ?? []) : [];
    case 'list':
      return node.items.flatMap(substitutedIn);
    case 'map':
      return node.entries.flatMap(({ value }) => substitutedIn(value));
  }
}

/** A patch is a part of a release: the whole, if it is in the workspace, can be looked at where it stands. */
function patchFailure({ file, root, id }: WorkspaceObject, workspace: Workspace): FailedRender {
  const whole = workspace
    .all(id.group, id.kind)
    .find((other) => other.id.name === id.name && !workspace.isPatch(other.file.uri));
  const { file: at, root: from } = whole ?? { file, root };
  const name = nodeAt(from, ['metadata', 'name']) ?? from;
  const hint = whole === undefined ? '' : ': preview the release that it changes';
  return failed(
    { code: 'no-release', message: `this file is a patch that a kustomization.yaml takes${hint}` },
    at.uri,
    at.lines.rangeOf(name.start, name.end),
  );
}

/** In the words that the editor underlines the place with, where it does. */
function unreadable(file: YamlFile, { position, message }: ManifestProblem): FailedRender {
  const [first] = file.documents.flatMap(({ syntaxErrors }) => syntaxErrors);
  const why = first?.message ?? message.replace(/^error converting YAML to JSON: (?:yaml: )?/, '');
  const range = first === undefined ? { start: position, end: position } : file.lines.rangeOf(first.start, first.end);
  return failed({ code: 'yaml-syntax', message: `this file cannot be read as YAML: ${why}` }, file.uri, range);
}

function failed(problem: FailedRender['problem'], uri: string, range: Range): FailedRender {
  return { kind: 'failed', problem, place: { uri, range } };
}

/** What is to know of lookups. */
interface Said {
  readonly warnings: string[];
  readonly hidden: string[];
}

/** Asks the host's cluster, if there is one. What cannot be answered counts as not there, and the preview says so. */
function clusterLookup(host: ServiceHost, { warnings, hidden }: Said): FetchLookup {
  return async (key, { signal }) => {
    const answer = await host.lookup(key, signal);
    switch (answer.kind) {
      case 'answered':
        if (isSecret(key) && isFound(answer.value)) {
          hidden.push(`${key.kind} ${objectName(key)}: its data stays in the cluster`);
        }
        return toValue(answer.value);
      case 'no-cluster':
        return undefined;
      case 'failed':
        warnings.push(`looking up ${key.kind} ${objectName(key)} failed: ${answer.message}`);
        return undefined;
    }
  };
}

function isFound(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

/** `*` for a list. */
function objectName({ namespace, name }: LookupKey): string {
  const last = name === '' ? '*' : name;
  return namespace === '' ? last : `${namespace}/${last}`;
}

/** The values of a release, for what is to be said of an error. Those that cannot be composed are the error. */
function composedOf(release: HelmRelease, objects: ObjectSet, manifest: Manifest): ComposedValues | undefined {
  try {
    return composeValues(release, { lookup: valuesLookup(objects), manifest });
  } catch (error) {
    if (error instanceof FluxError) {
      return undefined;
    }
    throw error;
  }
}
