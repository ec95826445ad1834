import { type InlayHint, InlayHintKind } from 'vscode-languageserver-types';
import type { Range } from '@fairlead/engine/support';
import { chartSourceOf, chooseVersion } from '../charts/index.ts';
import { nodeAt, stringAt, type YamlFile } from '../document/index.ts';
import { objectsOf, type WorkspaceObject } from '../workspace/index.ts';
import type { FeatureContext } from './context.ts';

/** The version that Flux would choose now, behind each range, and behind each reference to an OCIRepository. */
export async function inlayHints(file: YamlFile, range: Range, context: FeatureContext): Promise<InlayHint[]> {
  const hints = await Promise.all(objectsOf(file).map((object) => versionHint(object, context)));
  return hints.flat().filter(({ position }) => position.line >= range.start.line && position.line <= range.end.line);
}

async function versionHint(object: WorkspaceObject, context: FeatureContext): Promise<InlayHint[]> {
  const source = chartSourceOf(object, context.workspace);
  if (source === undefined) {
    return [];
  }
  const own = source.holder.root === object.root;
  const node = nodeAt(object.root, own ? source.constraintPath : ['spec', 'chartRef', 'name']);
  if (node === undefined) {
    return [];
  }
  if (source.form === 'exact') {
    return own ? [] : [hint(object, node.end, stringAt(source.holder.root, source.constraintPath) ?? '')];
  }
  const { versions } = await context.host.versions(source.params, context.signal);
  const choice = chooseVersion(source.constraint, versions);
  return choice.kind === 'chosen' && choice.version.version !== source.constraint
    ? [hint(object, node.end, choice.version.version)]
    : [];
}

function hint({ file }: WorkspaceObject, offset: number, version: string): InlayHint {
  return {
    position: file.lines.positionAt(offset),
    label: `→ ${version}`,
    kind: InlayHintKind.Type,
    paddingLeft: true,
    tooltip: 'The version that Flux would choose now',
  };
}
