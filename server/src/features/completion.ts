import {
  type CompletionItem,
  CompletionItemKind,
  CompletionItemTag,
  type CompletionList,
  InsertTextFormat,
  InsertTextMode,
  MarkupKind,
  type TextEdit,
} from 'vscode-languageserver-types';
import type { Position } from '@fairlead/engine/support';
import { chartSourceOf } from '../charts/index.ts';
import { isFluxGroup, type PathStep, readObjectId, stringAt, type YamlFile, type YamlNode } from '../document/index.ts';
import { schemaAt, type SchemaNode, withMetadata } from '../schema/index.ts';
import type { WorkspaceObject } from '../workspace/index.ts';
import type { FeatureContext, Scope } from './context.ts';
import { type CursorPlace, cursorPlace } from './cursor.ts';
import { escapeMarkdown, fieldMarkdown } from './markdown.ts';

const none: CompletionList = { isIncomplete: false, items: [] };

/** What fits at a position: fields, choices, names of objects, charts and versions. */
export async function complete(
  file: YamlFile,
  position: Position,
  scope: Scope,
  context: FeatureContext,
): Promise<CompletionList> {
  const offset = file.lines.offsetAt(position);
  const place = cursorPlace(file, offset);
  if (place === undefined) {
    return none;
  }
  const edit = (newText: string): TextEdit => ({ range: file.lines.rangeOf(place.start, place.end), newText });
  if (
    place.path.length === 1 &&
    place.what === 'value' &&
    (place.path[0] === 'apiVersion' || place.path[0] === 'kind')
  ) {
    return scope.structure ? valueList(typeItems(place, context, edit), place, file) : none;
  }
  const id = readObjectId(place.root);
  if (id === undefined || !isFluxGroup(id.group)) {
    return none;
  }
  const found = context.registry.find(id.group, id.version, id.kind);
  if (found.kind !== 'found') {
    return none;
  }
  const schema = withMetadata(found.registered.schema);
  const node = schemaAt(schema, place.path);
  if (place.what === 'key' || node?.type === 'object') {
    // Beside its own key a map cannot begin.
    const fits = scope.structure && node !== undefined && (place.what === 'key' || place.opensLine);
    return fits ? { isIncomplete: false, items: fieldItems(place, node, edit) } : none;
  }
  const object: WorkspaceObject = { id, file, document: emptyDocument(place.root), root: place.root };
  const versions = await versionItems(object, place, offset, context);
  if (versions !== undefined) {
    return versions;
  }
  const items = [...(await chartItems(object, place, context, edit)), ...nameItems(object, place, context, edit)];
  return valueList(scope.structure ? [...items, ...valueItems(node, edit)] : items, place, file);
}

/**
 * What stands there already is not offered, so that Enter behind it begins a line: asked for anew with each key, as
 * answers from the network come behind the first question, too.
 */
function valueList(
  items: readonly CompletionItem[],
  { start, end }: Pick<CursorPlace, 'start' | 'end'>,
  { text }: YamlFile,
): CompletionList {
  const word = text.slice(start, end);
  return { isIncomplete: true, items: items.filter(({ label }) => label !== word) };
}

/** Features read objects; a completion has only a root with the cursor's mark in it. */
function emptyDocument(root: YamlNode): WorkspaceObject['document'] {
  return { start: root.start, end: root.end, root, syntaxErrors: [], duplicateKeys: [], hasModeline: false };
}

type Edit = (newText: string) => TextEdit;

function typeItems(place: CursorPlace, { registry }: FeatureContext, edit: Edit): CompletionItem[] {
  const kind = stringAt(place.root, ['kind']);
  const apiVersion = stringAt(place.root, ['apiVersion']);
  const ids = registry.ids();
  const values =
    place.path[0] === 'kind'
      ? ids.filter((id) => apiVersion === undefined || `${id.group}/${id.version}` === apiVersion).map((id) => id.kind)
      : ids.filter((id) => kind === undefined || id.kind === kind).map((id) => `${id.group}/${id.version}`);
  return [...new Set(values)].map((value) => ({ label: value, kind: CompletionItemKind.Class, textEdit: edit(value) }));
}

function fieldItems(place: CursorPlace, schema: SchemaNode, edit: Edit): CompletionItem[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {})
    .filter(([name]) => !place.siblings.includes(name) && !(place.path.length === 0 && name === 'status'))
    .filter(([, child]) => takesWhatIsBelow(child, place))
    .map(([name, child]) => ({
      label: name,
      kind: CompletionItemKind.Field,
      detail: required.has(name) ? 'required' : '',
      documentation: { kind: MarkupKind.Markdown, value: fieldMarkdown(name, child, required.has(name)) },
      ...(child.deprecated === true ? { tags: [CompletionItemTag.Deprecated] } : {}),
      // Required fields first, deprecated ones last.
      sortText: `${required.has(name) ? '0' : child.deprecated === true ? '2' : '1'}${name}`,
      filterText: name,
      insertTextFormat: InsertTextFormat.Snippet,
      insertTextMode: InsertTextMode.adjustIndentation,
      textEdit: edit(fieldText(name, child, place)),
    }));
}

/** Whether a field can hold what the text has for it already: deeper lines that would become the word's. */
function takesWhatIsBelow(schema: SchemaNode, { below, hasColon }: CursorPlace): boolean {
  switch (below?.kind) {
    case undefined:
      return true;
    case 'scalar':
      return schema.type !== 'object' && schema.type !== 'array';
    case 'list':
      return schema.type === 'array' && below.items.every((item) => takesKeys(schema.items, item, hasColon));
    case 'map':
      return schema.type === 'object' && takesKeys(schema, below, hasColon);
  }
}

/** A field that is renamed may have a misspelled one in it; all that a new one would take over must be its own. */
function takesKeys(schema: SchemaNode | undefined, node: YamlNode, isRenamed: boolean): boolean {
  const { properties } = schema ?? {};
  if (node.kind !== 'map' || properties === undefined) {
    return true;
  }
  const known = node.entries.filter(({ key }) => key in properties).length;
  return known === node.entries.length || (isRenamed && known > 0);
}

function fieldText(name: string, schema: SchemaNode, { inset, hasColon, below, isFlow }: CursorPlace): string {
  if (hasColon) {
    return name;
  }
  return below === undefined ? fieldSnippet(name, schema, isFlow).replaceAll('\n', `\n${inset}`) : `${name}:`;
}

/** A key with what must follow it: children that are required, a list item, or the only choices. */
function fieldSnippet(name: string, schema: SchemaNode, isFlow: boolean): string {
  let stop = 0;
  const write = (key: string, node: SchemaNode, indent: string): string => {
    const inner = `${indent}  `;
    if (node.type === 'object') {
      const children = (node.required ?? []).flatMap((child) => {
        const childSchema = node.properties?.[child];
        return childSchema === undefined ? [] : [write(child, childSchema, inner)];
      });
      const content = children.length > 0 ? children : [`$${++stop}`];
      return isFlow
        ? `${key}: {${content.join(', ')}}`
        : `${key}:${content.map((child) => `\n${inner}${child}`).join('')}`;
    }
    if (node.type === 'array') {
      return isFlow ? `${key}: [$${++stop}]` : `${key}:\n${inner}- $${++stop}`;
    }
    const choices = node.type === 'boolean' ? ['true', 'false'] : (node.enum ?? []).map(String);
    return choices.length > 0 ? `${key}: \${${++stop}|${choices.join(',')}|}` : `${key}: $${++stop}`;
  };
  return write(name, schema, '');
}

function valueItems(schema: SchemaNode | undefined, edit: Edit): CompletionItem[] {
  const choices = schema?.type === 'boolean' ? [true, false] : (schema?.enum ?? []);
  return choices.map((choice, index) => ({
    label: String(choice),
    kind: CompletionItemKind.EnumMember,
    sortText: String(index).padStart(3, '0'),
    textEdit: edit(String(choice)),
    ...(choice === schema?.default ? { detail: 'default' } : {}),
  }));
}

/** Versions of the chart, newest first, where the cursor is in the field that chooses one; undefined elsewhere. */
async function versionItems(
  object: WorkspaceObject,
  place: CursorPlace,
  offset: number,
  context: FeatureContext,
): Promise<CompletionList | undefined> {
  const source = chartSourceOf(object, context.workspace);
  const fields = source?.holder.root === object.root ? versionFields(object, source.constraintPath) : [];
  if (source === undefined || !fields.some((field) => samePath(field, place.path))) {
    return undefined;
  }
  const { versions } = await context.host.versions(source.params, context.signal);
  const { text, lines } = object.file;
  // Within a range (`>=1.0.0 <2`) only the version at the cursor is replaced.
  const from = offset - (/[^\s,|<>=!~^]*$/.exec(text.slice(place.start, offset))?.[0].length ?? 0);
  const standsAlone = from === place.start && !/["']/.test(text.charAt(from - 1));
  const range = lines.rangeOf(from, place.end);
  const items = versions.map((listed, index): CompletionItem => ({
    label: listed.version,
    kind: CompletionItemKind.Value,
    detail: listed.appVersion === undefined ? '' : `app ${listed.appVersion}`,
    sortText: String(index).padStart(6, '0'),
    filterText: listed.version,
    textEdit: { range, newText: standsAlone ? quoteVersion(listed.version) : listed.version },
    ...(listed.deprecated === true ? { tags: [CompletionItemTag.Deprecated] } : {}),
    ...(listed.created === undefined ? {} : { documentation: `published ${listed.created.slice(0, 10)}` }),
  }));
  return valueList(items, { start: from, end: place.end }, object.file);
}

function versionFields(object: WorkspaceObject, constraintPath: readonly PathStep[]): readonly (readonly PathStep[])[] {
  return object.id.kind === 'OCIRepository'
    ? [
        ['spec', 'ref', 'semver'],
        ['spec', 'ref', 'tag'],
      ]
    : [constraintPath];
}

/** A version that YAML would read as a number is quoted. */
function quoteVersion(version: string): string {
  return /^[\d.]+$/.test(version) && version.split('.').length < 3 ? JSON.stringify(version) : version;
}

async function chartItems(
  object: WorkspaceObject,
  place: CursorPlace,
  context: FeatureContext,
  edit: Edit,
): Promise<CompletionItem[]> {
  const at = [
    ['spec', 'chart', 'spec', 'chart'],
    ['spec', 'chart'],
  ];
  const source = chartSourceOf(object, context.workspace);
  if (source === undefined || !at.some((path) => samePath(path, place.path))) {
    return [];
  }
  const { charts } = await context.host.charts(source.params, context.signal);
  return charts.map(({ name, description }) => ({
    label: name,
    kind: CompletionItemKind.Module,
    textEdit: edit(name),
    ...(description === undefined
      ? {}
      : { documentation: { kind: MarkupKind.Markdown, value: escapeMarkdown(description) } }),
  }));
}

/** Names of objects in the workspace that the reference at the cursor may name. */
function nameItems(
  object: WorkspaceObject,
  place: CursorPlace,
  { workspace }: FeatureContext,
  edit: Edit,
): CompletionItem[] {
  const { path, root } = place;
  if (path.at(-1) !== 'name') {
    return [];
  }
  const parent = path.slice(0, -1);
  const field = parent.findLast((step) => typeof step === 'string');
  const group =
    field === 'sourceRef' || field === 'chartRef'
      ? 'source.toolkit.fluxcd.io'
      : field === 'dependsOn'
        ? object.id.group
        : field === 'valuesFrom'
          ? ''
          : undefined;
  const kind = field === 'dependsOn' ? object.id.kind : stringAt(root, [...parent, 'kind']);
  if (group === undefined || kind === undefined) {
    return [];
  }
  const written = stringAt(root, [...parent, 'namespace']);
  const own = object.id.namespace;
  const isItself = ({ id }: WorkspaceObject): boolean =>
    kind === object.id.kind && id.name === object.id.name && id.namespace === own;
  return workspace.all(group, kind).flatMap((other): CompletionItem[] => {
    const { name, namespace } = other.id;
    if (name === undefined || isItself(other)) {
      return [];
    }
    const isElsewhere = namespace !== undefined && namespace !== (written ?? own) && own !== undefined;
    // Values are read from the release's own namespace, and a namespace that stands there is meant.
    if (isElsewhere && (field === 'valuesFrom' || written !== undefined)) {
      return [];
    }
    return [
      {
        label: name,
        kind: CompletionItemKind.Reference,
        detail: namespace ?? '',
        sortText: `${isElsewhere ? '1' : '0'}${name}`,
        insertTextMode: InsertTextMode.adjustIndentation,
        textEdit: edit(isElsewhere ? `${name}${besides(place, object.file)}namespace: ${namespace}` : name),
      },
    ];
  });
}

/** What parts a value at the cursor from the next key of its map. */
function besides({ start, inset }: CursorPlace, { text }: YamlFile): string {
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  return line.includes('{') ? ', ' : `\n${inset}`;
}

function samePath(a: readonly PathStep[], b: readonly PathStep[]): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}
