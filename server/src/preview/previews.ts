import type { DesiredRelease } from '@fairlead/engine/desired';
import { type Preview, previewOf, traceLine } from '@fairlead/engine/preview';
import type { Position } from '@fairlead/engine/support';
import type { YamlFile } from '../document/index.ts';
import type {
  FailedRender,
  RenderedRelease,
  ReleaseName,
  RenderParams,
  RenderResult,
  TracedLine,
  TraceParams,
  TraceResult,
} from '../protocol.ts';
import type { ServiceHost } from '../service/host.ts';
import { objectsOf, type Workspace, type WorkspaceObject } from '../workspace/index.ts';
import type { RenderMachine } from './machine.ts';
import { renderWritten } from './renderWritten.ts';
import { Manifests } from './surroundings.ts';
import { tracedLine } from './tracedLine.ts';

/** Renders of releases, the last one of each kept to be asked about. */
export interface Previews {
  /** @param file as the workspace has it; undefined where there is none */
  render(file: YamlFile | undefined, params: RenderParams, signal: AbortSignal): Promise<RenderResult>;
  trace(params: TraceParams): TraceResult;
}

/** What a preview needs to answer, and to be made once more. */
interface KeptPreview {
  readonly version: number;
  readonly preview: Preview;
  readonly release: WorkspaceObject;
  /** The files as they were rendered, by URI. */
  readonly files: ReadonlyMap<string, YamlFile>;
}

/** Traces weigh as much as what they are of. */
const maxKept = 8;

export function previews(workspace: Workspace, host: ServiceHost, machine: RenderMachine): Previews {
  const kept = new Map<string, KeptPreview>();
  const manifests = new Manifests();
  /** Time and randomness of the first render of each release, so that a preview changes with what is typed alone. */
  const firsts = new Map<string, RenderMachine['environment']>();
  let lastVersion = 0;

  const keep = (key: string, preview: KeptPreview): void => {
    kept.delete(key);
    kept.set(key, preview);
    for (const oldest of [...kept.keys()].slice(0, -maxKept)) {
      kept.delete(oldest);
      firsts.delete(oldest);
    }
  };

  return {
    render: async (file, params, signal) => {
      const release = file && findRelease(file, params);
      if (file === undefined || release === undefined) {
        return noRelease(file, params);
      }
      const name = nameOf(release);
      const key = keyOf(params.uri, name);
      const environment = firsts.get(key) ?? frozen(machine.environment);
      const result = await renderWritten(
        release,
        { workspace, manifests, host, machine: { ...machine, environment } },
        signal,
      );
      if (result.kind === 'failed') {
        return { ...result, release: name };
      }
      const { desired, warnings, hidden } = result;
      firsts.set(key, environment);
      const preview = previewOf(desired, { hooks: true });
      const version = ++lastVersion;
      const files = new Map(workspace.files().map((each) => [each.uri, each]));
      keep(key, { version, preview, release, files });
      return { ...facts(desired, hidden), kind: 'rendered', release: name, version, text: preview.text, warnings };
    },
    trace: ({ uri, release, version, startLine, endLine }) => {
      const found = kept.get(keyOf(uri, release));
      if (found?.version !== version) {
        return { kind: 'stale' };
      }
      const lines: TracedLine[] = [];
      const last = Math.min(endLine, found.preview.text.split('\n').length - 1);
      for (let line = Math.max(startLine, 0); line <= last; line++) {
        const traced = traceLine(found.preview, line);
        if (traced !== undefined) {
          lines.push(tracedLine(line, traced, found));
        }
      }
      return { kind: 'traced', lines };
    },
  };
}

function frozen({ clock, random }: RenderMachine['environment']): RenderMachine['environment'] {
  const nowMs = clock.now();
  const seed = random.bytes(32);
  const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, index) => seed[index % 32] ?? 0);
  return { clock: { ...clock, now: () => nowMs }, random: { bytes } };
}

/** The HelmRelease of this name, or at this position, or the only one. */
function findRelease(file: YamlFile, { position, release }: RenderParams): WorkspaceObject | undefined {
  const found = objectsOf(file).filter(({ id }) => id.group === 'helm.toolkit.fluxcd.io' && id.kind === 'HelmRelease');
  if (release !== undefined) {
    return found.find((object) => keyOf('', nameOf(object)) === keyOf('', release));
  }
  return (
    found.find((object) => position !== undefined && isAt(object, position)) ??
    (found.length === 1 ? found[0] : undefined)
  );
}

function isAt({ file, document }: WorkspaceObject, position: Position): boolean {
  const offset = file.lines.offsetAt(position);
  return offset >= document.start && offset <= document.end;
}

function noRelease(file: YamlFile | undefined, { release }: RenderParams): FailedRender {
  const name = release && `${release.namespace}/${release.name}`;
  const message =
    file === undefined
      ? 'this file is not in the workspace, or it is too large'
      : name === undefined
        ? 'there is no HelmRelease here: put the cursor into one'
        : `HelmRelease ${name} is not in this file any more`;
  return { kind: 'failed', problem: { code: 'no-release', message } };
}

function nameOf({ id }: WorkspaceObject): ReleaseName {
  return { namespace: id.namespace ?? 'default', name: id.name ?? '' };
}

function keyOf(uri: string, { namespace, name }: ReleaseName): string {
  return `${uri} ${namespace}/${name}`;
}

function facts(
  { resolved, unansweredLookups, unknown }: DesiredRelease,
  hidden: readonly string[],
): Pick<RenderedRelease, 'chart' | 'refusals' | 'assumedEmpty' | 'unknown'> {
  const { name, version, from, refusals } = resolved;
  return {
    chart: { name, version, from },
    // What else a release without a cluster is refused for is what is unknown and assumed here.
    refusals,
    assumedEmpty: unansweredLookups,
    unknown: [...unknown.map(({ reference, reason }) => `${reference.kind} ${reference.name}: ${reason}`), ...hidden],
  };
}
