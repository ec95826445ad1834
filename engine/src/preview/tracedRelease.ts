import type { DesiredRelease, TracedFiles } from '../desired/index.ts';
import { type GoMap, isMap, itemsOf, type Value } from '../gostd/index.ts';
import {
  originAt,
  type TracedField,
  traceLines,
  type TracedObject,
  traceObjects,
  type TracedStretch,
  valueAt,
  type ValueKeys,
} from '../render/index.ts';
import {
  type KubeObject,
  type Origin,
  type Origins,
  pointerTo,
  type Position,
  valueAtPointer,
} from '../support/index.ts';
import { encode } from '../yaml/index.ts';
import type { MaskedField } from './maskFields.ts';

/** A call of a template on the way to what wrote something. */
export interface TracedCall {
  /** In which it stands, at `position`. */
  readonly template: string;
  readonly position: Position;
  /** What is called. */
  readonly name: string;
}

interface FileLines {
  readonly texts: readonly string[];
  readonly written: readonly TracedStretch[];
}

/** The trace of a release, asked by object and by value. It keeps what it has worked out. */
export class TracedRelease {
  readonly #files: ReadonlyMap<string, string>;
  readonly #trace: TracedFiles['trace'];
  readonly #values: GoMap;
  readonly #origins: Origins;
  /** Texts of Secrets: a value that holds one is secret, wherever it was copied to. */
  readonly #known: readonly string[];
  readonly #objects = new Map<string, readonly TracedObject[]>();
  readonly #lines = new Map<string, FileLines>();
  /** Whether no value comes from a Secret, as with most releases. */
  #isSecretFree: boolean | undefined;
  /** By index of a path. */
  readonly #secretTexts = new Map<number, readonly string[]>();

  constructor(
    { values, origins, secrets }: Pick<DesiredRelease, 'values' | 'origins' | 'secrets'>,
    { files, trace }: TracedFiles,
  ) {
    this.#files = files;
    this.#trace = trace;
    this.#values = values;
    this.#origins = origins;
    this.#known = secrets.filter((secret) => secret !== '');
  }

  /** The object as the chart wrote it; undefined where it is not in the file any more, or in a list. */
  objectOf(template: string, { apiVersion, kind, metadata }: KubeObject): TracedObject | undefined {
    let objects = this.#objects.get(template);
    if (objects === undefined) {
      const text = this.#files.get(template);
      objects = text === undefined ? [] : traceObjects(this.#trace, template, text);
      this.#objects.set(template, objects);
    }
    return objects.find(
      (object) =>
        object.apiVersion === apiVersion &&
        object.kind === kind &&
        object.name === metadata.name &&
        object.namespace === metadata.namespace,
    );
  }

  /** A line of a file as the chart wrote it: its text, and who wrote it. */
  lineOf(template: string, line: number): { readonly text: string; readonly written: TracedStretch } | undefined {
    const { texts, written } = this.#linesOf(template);
    const stretch = written[line];
    return stretch && { text: texts[line] ?? '', written: stretch };
  }

  #linesOf(template: string): FileLines {
    let lines = this.#lines.get(template);
    if (lines === undefined) {
      const text = this.#files.get(template) ?? '';
      lines = { texts: text.split('\n'), written: traceLines(this.#trace, template, text) };
      this.#lines.set(template, lines);
    }
    return lines;
  }

  /** Calls from the outermost to that of this index. */
  calls(index: number): readonly TracedCall[] {
    const call = this.#trace.calls[index];
    if (call === undefined) {
      return [];
    }
    const { template, position, name, outer } = call;
    return [...this.calls(outer), { template, position, name }];
  }

  /** Where a value stands, by the index of its path. */
  keysOf(path: number): ValueKeys {
    return this.#trace.paths[path]?.keys ?? [];
  }

  /** Where a value comes from: its own origin, else that of what holds it. */
  originOf(path: number): Origin | undefined {
    return originAt(this.#origins, this.#values, this.keysOf(path));
  }

  /** A number, text or boolean as YAML; undefined for what holds values, what is not set, and what is secret. */
  textOf(path: number): string | undefined {
    const value = valueAt(this.#values, this.keysOf(path));
    if (value === undefined || isMap(value) || itemsOf(value) !== undefined || this.#textsOf(path).length > 0) {
      return undefined;
    }
    return encode(value).trim();
  }

  /**
   * The fields that the text of a Secret went into, in whatever form. Of an object that the trace does not know one by
   * one, as it came in a list, everything but its head where the file has any.
   */
  secretFields(template: string, object: KubeObject): readonly MaskedField[] {
    this.#isSecretFree ??= this.#secretsIn(this.#values, false).next().done === true;
    if (this.#isSecretFree) {
      return [];
    }
    const traced = this.objectOf(template, object);
    if (traced === undefined) {
      const { apiVersion: _apiVersion, kind: _kind, metadata: _metadata, ...rest } = object;
      const hasSecrets = this.#linesOf(template).written.some((written) => this.#holdsSecrets(written));
      return hasSecrets ? Object.keys(rest).map((key) => ({ pointer: pointerTo([key]) })) : [];
    }
    return traced.fields
      .filter((field) => field.isScalar && this.#holdsSecrets(field))
      .map((field) => {
        const lines = this.#secretLines(template, field, valueAtPointer(object, field.pointer));
        return { pointer: field.pointer, ...(lines && { lines }) };
      });
  }

  /** Of a text of several lines those that hold secrets, where the chart wrote them as lines; undefined for all of it. */
  #secretLines(template: string, { position }: TracedField, value: unknown): readonly number[] | undefined {
    if (typeof value !== 'string' || !value.includes('\n')) {
      return undefined;
    }
    const found: number[] = [];
    for (const [index, text] of value.split('\n').entries()) {
      const line = this.lineOf(template, position.line + 1 + index);
      if (text.trim() !== '' && line?.text.trim() !== text.trim()) {
        return undefined;
      }
      if (line !== undefined && this.#holdsSecrets(line.written)) {
        found.push(index);
      }
    }
    return found;
  }

  #holdsSecrets({ data }: Pick<TracedStretch, 'data'>): boolean {
    return data.some((path) => this.#textsOf(path).length > 0);
  }

  /** Every text from a Secret at or below a path. */
  #textsOf(path: number): readonly string[] {
    let texts = this.#secretTexts.get(path);
    if (texts === undefined) {
      const keys = this.keysOf(path);
      const isSecret = this.originOf(path)?.kind === 'secret';
      texts = [...this.#secretsIn(valueAt(this.#values, keys), isSecret)];
      this.#secretTexts.set(path, texts);
    }
    return texts;
  }

  *#secretsIn(value: Value, isSecret: boolean): Generator<string> {
    const entries: readonly (readonly [string | number, Value])[] | undefined = isMap(value)
      ? Object.entries(value)
      : itemsOf(value)?.map((item, index) => [index, item]);
    if (entries === undefined || typeof value !== 'object' || value === null) {
      const text =
        typeof value === 'string' ? value : value === undefined || value === null ? '' : encode(value).trim();
      if (text !== '' && (isSecret || this.#known.some((secret) => text.includes(secret)))) {
        yield text;
      }
      return;
    }
    for (const [key, item] of entries) {
      const origin = this.#origins.get(value, key);
      yield* this.#secretsIn(item, origin === undefined ? isSecret : origin.kind === 'secret');
    }
  }
}
