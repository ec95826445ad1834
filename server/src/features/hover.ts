import { type Hover, MarkupKind } from 'vscode-languageserver-types';
import type { Position } from '@fairlead/engine/support';
import { chartSourceOf, chooseVersion } from '../charts/index.ts';
import { isFluxGroup, type PathStep, placeAt, type YamlFile } from '../document/index.ts';
import { schemaAt, withMetadata } from '../schema/index.ts';
import { objectsOf, type WorkspaceObject } from '../workspace/index.ts';
import type { FeatureContext, Scope } from './context.ts';
import { escapeMarkdown, fieldMarkdown } from './markdown.ts';

/** What a field is, and on a version what it resolves to. */
export async function hover(
  file: YamlFile,
  position: Position,
  scopeOf: (hasModeline: boolean) => Scope,
  context: FeatureContext,
): Promise<Hover | undefined> {
  const offset = file.lines.offsetAt(position);
  const object = objectsOf(file).find(({ document }) => offset >= document.start && offset <= document.end);
  if (object === undefined || !isFluxGroup(object.id.group)) {
    return undefined;
  }
  const place = placeAt(object.root, offset);
  if (place === undefined) {
    return undefined;
  }
  const { entry, node, path } = place;
  const parts: string[] = [];
  if (scopeOf(object.document.hasModeline).structure) {
    parts.push(...describeField(object, path, context));
  }
  if (!place.onKey) {
    parts.push(...(await describeVersion(object, path, context)));
  }
  if (parts.length === 0) {
    return undefined;
  }
  const range =
    place.onKey && entry !== undefined
      ? file.lines.rangeOf(entry.keyStart, entry.keyEnd)
      : file.lines.rangeOf(node.start, node.end);
  return { contents: { kind: MarkupKind.Markdown, value: parts.join('\n\n') }, range };
}

function describeField({ id }: WorkspaceObject, path: readonly PathStep[], { registry }: FeatureContext): string[] {
  const found = registry.find(id.group, id.version, id.kind);
  const field = path.findLast((step) => typeof step === 'string');
  if (found.kind !== 'found' || typeof field !== 'string') {
    return [];
  }
  const schema = withMetadata(found.registered.schema);
  const fieldPath = path.slice(0, path.lastIndexOf(field) + 1);
  const node = schemaAt(schema, fieldPath);
  const parent = schemaAt(schema, fieldPath.slice(0, -1));
  // Below free-form fields the schema says nothing, and neither do we.
  return node?.description === undefined
    ? []
    : [fieldMarkdown(field, node, parent?.required?.includes(field) === true)];
}

async function describeVersion(
  object: WorkspaceObject,
  path: readonly PathStep[],
  context: FeatureContext,
): Promise<string[]> {
  const source = chartSourceOf(object, context.workspace);
  if (
    source?.holder.root !== object.root ||
    source.constraintPath.join('/') !== path.join('/') ||
    source.form === 'exact'
  ) {
    return [];
  }
  const { versions, fetchedAt, problem } = await context.host.versions(source.params, context.signal);
  if (versions.length === 0) {
    return problem === undefined ? [] : [`Versions are not known: ${escapeMarkdown(problem.message)}`];
  }
  const choice = chooseVersion(source.constraint, versions);
  const asOf =
    fetchedAt === undefined ? '' : `, as of ${new Date(fetchedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const newest = versions[0]?.version ?? '';
  return choice.kind === 'chosen'
    ? [
        `Resolves to **${escapeMarkdown(choice.version.version)}**; the newest is ${escapeMarkdown(newest)} of ${versions.length}${asOf}`,
      ]
    : [];
}
