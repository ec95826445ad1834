import { type PathStep, stringAt, toJson } from '../document/index.ts';
import type { SourceParams } from '../protocol.ts';
import type { Workspace, WorkspaceObject } from '../workspace/index.ts';

/** The field that chooses a chart's version. */
export interface VersionField {
  /** What the user wrote; undefined means the newest. */
  readonly constraint: string | undefined;
  /** Where they wrote it, in `holder`. */
  readonly constraintPath: readonly PathStep[];
  readonly holder: WorkspaceObject;
  /** `exact` asks for one tag or digest rather than a range. */
  readonly form: 'constraint' | 'exact';
}

/** Where a release's chart comes from, and which field chooses its version. */
export interface ChartSource extends VersionField {
  readonly params: SourceParams;
  /** The source object, for messages and navigation. */
  readonly source: WorkspaceObject;
}

const sourceGroup = 'source.toolkit.fluxcd.io';
const helmGroup = 'helm.toolkit.fluxcd.io';
/** Sources that hold one version of a chart; Flux ignores `version` there. */
const chartKinds: ReadonlySet<string> = new Set(['GitRepository', 'Bucket']);

/** The field of this very object that chooses a version, whether its source is known or not. */
export function versionFieldOf(holder: WorkspaceObject): VersionField | undefined {
  const { id, root } = holder;
  if (id.group === sourceGroup && id.kind === 'OCIRepository') {
    const semver = stringAt(root, ['spec', 'ref', 'semver']);
    const tag = stringAt(root, ['spec', 'ref', 'tag']);
    const digest = stringAt(root, ['spec', 'ref', 'digest']);
    // source-controller looks at digest, semver and tag in this order.
    const [field, constraint] =
      digest !== undefined
        ? ['digest', digest]
        : semver === undefined && tag !== undefined
          ? ['tag', tag]
          : ['semver', semver];
    const form = field === 'semver' ? 'constraint' : 'exact';
    return { constraint, constraintPath: ['spec', 'ref', field], holder, form };
  }
  const path = chartPathOf(holder);
  if (path === undefined || chartKinds.has(stringAt(root, [...path, 'sourceRef', 'kind']) ?? '')) {
    return undefined;
  }
  const constraintPath = [...path, 'version'];
  return { constraint: stringAt(root, constraintPath), constraintPath, holder, form: 'constraint' };
}

/** The chart source of a HelmRelease or an OCIRepository that has versions to choose from, when the workspace holds it. */
export function chartSourceOf(object: WorkspaceObject, workspace: Workspace): ChartSource | undefined {
  const { id, root } = object;
  if (id.kind === 'OCIRepository' && id.group === sourceGroup) {
    const field = versionFieldOf(object);
    return field === undefined
      ? undefined
      : { ...field, params: { source: toJson(root), uri: object.file.uri }, source: object };
  }
  const reference = id.group === helmGroup ? stringAt(root, ['spec', 'chartRef', 'name']) : undefined;
  if (reference !== undefined) {
    const namespace = stringAt(root, ['spec', 'chartRef', 'namespace']) ?? id.namespace;
    const kind = stringAt(root, ['spec', 'chartRef', 'kind']) ?? '';
    const source = workspace.find(sourceGroup, kind, reference, namespace)[0];
    return source === undefined ? undefined : chartSourceOf(source, workspace);
  }
  return repositorySource(object, workspace);
}

function repositorySource(holder: WorkspaceObject, workspace: Workspace): ChartSource | undefined {
  const path = chartPathOf(holder);
  const field = versionFieldOf(holder);
  if (path === undefined || field === undefined) {
    return undefined;
  }
  const { root, id } = holder;
  const chart = stringAt(root, [...path, 'chart']);
  const name = stringAt(root, [...path, 'sourceRef', 'name']);
  if (name === undefined || stringAt(root, [...path, 'sourceRef', 'kind']) !== 'HelmRepository') {
    return undefined;
  }
  const namespace = stringAt(root, [...path, 'sourceRef', 'namespace']) ?? id.namespace;
  const source = workspace.find(sourceGroup, 'HelmRepository', name, namespace)[0];
  return source === undefined
    ? undefined
    : {
        ...field,
        params: { source: toJson(source.root), uri: source.file.uri, ...(chart === undefined ? {} : { chart }) },
        source,
      };
}

/** Where `chart`, `version` and `sourceRef` stand. */
function chartPathOf({ id }: WorkspaceObject): readonly PathStep[] | undefined {
  if (id.group === helmGroup && id.kind === 'HelmRelease') {
    return ['spec', 'chart', 'spec'];
  }
  return id.group === sourceGroup && id.kind === 'HelmChart' ? ['spec'] : undefined;
}
