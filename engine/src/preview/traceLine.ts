import { helmGroup } from '../flux/index.ts';
import { refOf } from '../kube/index.ts';
import { type TracedObject, type TracedStretch, valuePathText } from '../render/index.ts';
import { isShowable, type ObjectRef, type Origin, pointerKeys, pointerTo, type Position } from '../support/index.ts';
import { composeAll, type YamlNode } from '../yaml/index.ts';
import type { Preview, PreviewDocument } from './preview.ts';
import type { TracedCall, TracedRelease } from './tracedRelease.ts';

/** What made one line of a preview. Plain data, and no text of a Secret. */
export interface LineTrace {
  readonly object: ObjectRef;
  /** JSON pointer of the field on the line; empty for what belongs to the object as a whole. */
  readonly pointer: string;
  readonly writer: LineWriter;
  /** Values whose text is in the line. */
  readonly data: readonly ValueTrace[];
  /** Values whose names are in it. */
  readonly keys: readonly ValueTrace[];
  /** Values that decided about it. */
  readonly control: readonly ValueTrace[];
}

export type LineWriter =
  /** `position` is absent where only the template is known, 0-based where it is there. */
  | {
      readonly kind: 'template';
      readonly template: string;
      readonly position?: Position;
      /** Outermost first. */
      readonly calls: readonly TracedCall[];
    }
  /** helm-controller, which adds labels that say whose an object is, and `spec.commonMetadata`. */
  | { readonly kind: 'flux'; readonly field: 'labels' | 'annotations'; readonly key: string; readonly isOwn: boolean };

/** A value of a release and where it comes from. */
export interface ValueTrace {
  /** As `--set` takes it: `a.b[0]`, dots in keys escaped. */
  readonly path: string;
  /** As YAML; absent for what holds values, what is not set, and what must not be shown. */
  readonly text?: string;
  /** Absent for what is not set. */
  readonly origin?: Origin;
}

/**
 * What made a line of a preview.
 *
 * @param line 0-based
 * @returns undefined for a line that belongs to no object, and where the release was not traced
 */
export function traceLine({ documents, traced }: Preview, line: number): LineTrace | undefined {
  const document = documents.findLast(({ startLine }) => startLine <= line);
  if (document?.object === undefined || traced === undefined) {
    return undefined;
  }
  const { template, object } = document;
  const fromTemplate: LineWriter = { kind: 'template', template, calls: [] };
  const nothing = { object: refOf(object), pointer: '', writer: fromTemplate, data: [], keys: [], control: [] };
  const field = fieldAt(document, line - document.startLine);
  const written = traced.objectOf(template, object);
  if (field === undefined || written === undefined) {
    return nothing;
  }
  const { pointer } = field;
  const stretch = stretchOf(field, { template, written, traced });
  if (stretch === undefined) {
    return { ...nothing, pointer, writer: addedByFlux(pointer) ?? fromTemplate };
  }
  const { writer, data, key, control } = stretch;
  return {
    object: nothing.object,
    pointer,
    writer: writer
      ? { ...fromTemplate, template: writer.template, position: writer.position, calls: traced.calls(writer.call) }
      : fromTemplate,
    data: data.map((path) => valueTrace(path, traced)),
    keys: key.map((path) => valueTrace(path, traced)),
    control: control.map((path) => valueTrace(path, traced)),
  };
}

interface FieldOnLine {
  readonly pointer: string;
  /** Of a line within a text of several lines: how many lines below the field's key, and what it says. */
  readonly inside?: { readonly line: number; readonly text: string };
}

/** The field that a line of a document shows: the last one that begins on it, else the text that goes on over it. */
function fieldAt({ text }: PreviewDocument, line: number): FieldOnLine | undefined {
  const [root] = composeAll(text).documents;
  let found: FieldOnLine | undefined;
  const visit = (node: YamlNode, pointer: string, keyLine: number): void => {
    if (node.kind === 'mapping') {
      for (const [i, key] of node.keys.entries()) {
        const value = node.values[i];
        if (key.kind === 'scalar' && value !== undefined) {
          visit(value, pointer + pointerTo([key.value]), key.start.line);
        }
      }
    } else if (node.kind === 'sequence') {
      node.items.forEach((item, i) => {
        visit(item, `${pointer}/${String(i)}`, item.start.line);
      });
    }
    if (keyLine === line && !found?.pointer.startsWith(`${pointer}/`)) {
      found = { pointer };
    } else if (keyLine < line && line <= lastLine(node) && node.kind === 'scalar') {
      found = { pointer, inside: { line: line - keyLine, text: text.split('\n')[line] ?? '' } };
    }
  };
  if (root !== undefined) {
    visit(root, '', -1);
  }
  return found;
}

/** A block of text ends at the start of the line behind it. */
function lastLine({ end }: YamlNode): number {
  return end.character === 0 ? end.line - 1 : end.line;
}

interface Sought {
  readonly template: string;
  readonly written: TracedObject;
  readonly traced: TracedRelease;
}

/** Who wrote it; of a text of several lines only this one, where it stands in the chart's output in the same way. */
function stretchOf({ pointer, inside }: FieldOnLine, { template, written, traced }: Sought): TracedStretch | undefined {
  const field = written.fields.find((candidate) => candidate.pointer === pointer);
  if (field !== undefined && inside !== undefined) {
    const line = traced.lineOf(template, field.position.line + inside.line);
    return line?.text.trim() === inside.text.trim() ? line.written : field;
  }
  return field;
}

/** @see helm-controller v1.6 internal/postrender/origin_labels.go and common_renderer.go */
function addedByFlux(pointer: string): LineWriter | undefined {
  const [parent, field, key, ...rest] = pointerKeys(pointer);
  const isField = parent === 'metadata' && (field === 'labels' || field === 'annotations');
  if (!isField || key === undefined || rest.length > 0) {
    return undefined;
  }
  return { kind: 'flux', field, key, isOwn: key === `${helmGroup}/name` || key === `${helmGroup}/namespace` };
}

function valueTrace(path: number, traced: TracedRelease): ValueTrace {
  const origin = traced.originOf(path);
  const text = isShowable(origin) ? traced.textOf(path) : undefined;
  return { path: valuePathText(traced.keysOf(path)), ...(text !== undefined && { text }), ...(origin && { origin }) };
}
