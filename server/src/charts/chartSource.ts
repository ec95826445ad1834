import { type PathStep, stringAt, toJson } from '../document/index.ts';
import type { SourceParams } from '../protocol.ts';
import type { Workspace, WorkspaceObject } from '../workspace/index.ts';

/** Where a release's chart comes from, and which field chooses its version. */
export interface ChartSource {
  readonly params: SourceParams;
  /** The source object, for messages and navigation. */
  readonly source: WorkspaceObject;
  /** What the user wrote; undefined means the newest. */
  readonly constraint: string | undefined;
  /** Where they wrote it, in `holder`. */
  readonly constraintPath: readonly PathStep[];
  readonly holder: WorkspaceObject;
  /** `exact` asks for one tag or digest rather than a range. */
  readonly form: 'constraint' | 'exact';
}

const sourceGroup = 'source.toolkit.fluxcd.io';

/** The chart source of a HelmRelease or an OCIRepository that has versions to choose from, when the workspace holds it. */
export function chartSourceOf(object: WorkspaceObject, workspace: Workspace): ChartSource | undefined {
  const { id, root } = object;
  if (id.kind === 'OCIRepository' && id.group === sourceGroup) {
    return ociSource(object);
  }
  if (id.kind === 'HelmChart' && id.group === sourceGroup) {
    return repositorySource(object, ['spec'], workspace);
  }
  if (id.kind !== 'HelmRelease') {
    return undefined;
  }
  const reference = stringAt(root, ['spec', 'chartRef', 'name']);
  if (reference !== undefined) {
    const namespace = stringAt(root, ['spec', 'chartRef', 'namespace']) ?? id.namespace;
    const kind = stringAt(root, ['spec', 'chartRef', 'kind']) ?? '';
    const source = workspace.find(sourceGroup, kind, reference, namespace)[0];
    return source === undefined ? undefined : chartSourceOf(source, workspace);
  }
  return repositorySource(object, ['spec', 'chart', 'spec'], workspace);
}

function repositorySource(
  holder: WorkspaceObject,
  path: readonly PathStep[],
  workspace: Workspace,
): ChartSource | undefined {
  const { root, id } = holder;
  const chart = stringAt(root, [...path, 'chart']);
  const name = stringAt(root, [...path, 'sourceRef', 'name']);
  if (name === undefined || stringAt(root, [...path, 'sourceRef', 'kind']) !== 'HelmRepository') {
    return undefined;
  }
  const namespace = stringAt(root, [...path, 'sourceRef', 'namespace']) ?? id.namespace;
  const source = workspace.find(sourceGroup, 'HelmRepository', name, namespace)[0];
  if (source === undefined) {
    return undefined;
  }
  return {
    params: { source: toJson(source.root), uri: source.file.uri, ...(chart === undefined ? {} : { chart }) },
    source,
    constraint: stringAt(root, [...path, 'version']),
    constraintPath: [...path, 'version'],
    holder,
    form: 'constraint',
  };
}

function ociSource(object: WorkspaceObject): ChartSource {
  const { root } = object;
  const semver = stringAt(root, ['spec', 'ref', 'semver']);
  const tag = stringAt(root, ['spec', 'ref', 'tag']);
  const form = semver === undefined && tag !== undefined ? 'exact' : 'constraint';
  return {
    params: { source: toJson(root), uri: object.file.uri },
    source: object,
    constraint: semver ?? tag,
    constraintPath: ['spec', 'ref', form === 'exact' ? 'tag' : 'semver'],
    holder: object,
    form,
  };
}
