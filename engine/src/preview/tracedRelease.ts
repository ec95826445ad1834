import type { DesiredRelease, TracedFiles } from '../desired/index.ts';
import { type GoMap, isMap, itemsOf, type Value } from '../gostd/index.ts';
import { type TracedField, traceLines, type TracedObject, traceObjects, type TracedStretch } from '../render/index.ts';
import type { KubeObject, Origin, Origins, Position } from '../support/index.ts';
import { encode } from '../yaml/index.ts';
import { valueAtPointer } from './pointers.ts';

/** Where a value stands in those of the release's chart. */
export type Keys = readonly (string | number)[];

/** A call of a template on the way to what wrote something. */
export interface TracedCall {
  /** In which it stands, at `position`. */
  readonly template: string;
  readonly position: Position;
  /** What is called. */
  readonly name: string;
}

/** The trace of a release, asked by object and by value. It keeps what it has worked out. */
export class TracedRelease {
  readonly #files: ReadonlyMap<string, string>;
  readonly #trace: TracedFiles['trace'];
  readonly #values: GoMap;
  readonly #origins: Origins;
  readonly #objects = new Map<string, readonly TracedObject[]>();
  readonly #lines = new Map<string, readonly TracedStretch[]>();
  /** By index of a path. */
  readonly #secretTexts = new Map<number, readonly string[]>();

  constructor({ values, origins }: Pick<DesiredRelease, 'values' | 'origins'>, { files, trace }: TracedFiles) {
    this.#files = files;
    this.#trace = trace;
    this.#values = values;
    this.#origins = origins;
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
    const text = this.#files.get(template);
    if (text === undefined) {
      return undefined;
    }
    let lines = this.#lines.get(template);
    if (lines === undefined) {
      lines = traceLines(this.#trace, template, text);
      this.#lines.set(template, lines);
    }
    const written = lines[line];
    return written && { text: text.split('\n')[line] ?? '', written };
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
  keysOf(path: number): Keys {
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

  /** JSON pointers of the fields that a Secret's text went into, in another form than its own. */
  madeOfSecrets(template: string, object: KubeObject): readonly string[] {
    const isMade = ({ pointer, isScalar, data }: TracedField): boolean => {
      const secrets = isScalar ? data.flatMap((path) => this.#textsOf(path)) : [];
      if (secrets.length === 0) {
        return false;
      }
      const value = valueAtPointer(object, pointer);
      return typeof value !== 'string' || !secrets.every((secret) => isLongEnough(secret) && value.includes(secret));
    };
    return (this.objectOf(template, object)?.fields ?? []).filter(isMade).map(({ pointer }) => pointer);
  }

  /** Every text from a Secret at or below a path. */
  #textsOf(path: number): readonly string[] {
    let texts = this.#secretTexts.get(path);
    if (texts === undefined) {
      const keys = this.keysOf(path);
      const isSecret = this.originOf(path)?.kind === 'secret';
      texts = [...secretsIn(valueAt(this.#values, keys), this.#origins, isSecret)];
      this.#secretTexts.set(path, texts);
    }
    return texts;
  }
}

/** Shorter ones are not taken out of texts, since they stand in too many places by chance. */
function isLongEnough(secret: string): boolean {
  return secret.length >= 4;
}

function* secretsIn(value: Value, origins: Origins, isSecret: boolean): Generator<string> {
  const entries: readonly (readonly [string | number, Value])[] | undefined = isMap(value)
    ? Object.entries(value)
    : itemsOf(value)?.map((item, index) => [index, item]);
  if (entries === undefined || typeof value !== 'object' || value === null) {
    if (isSecret && value !== undefined && value !== null) {
      yield typeof value === 'string' ? value : encode(value).trim();
    }
    return;
  }
  for (const [key, item] of entries) {
    const origin = origins.get(value, key);
    yield* secretsIn(item, origins, origin === undefined ? isSecret : origin.kind === 'secret');
  }
}

function originAt(origins: Origins, values: Value, [key, ...rest]: Keys): Origin | undefined {
  if (key === undefined || typeof values !== 'object' || values === null) {
    return undefined;
  }
  const below = rest.length > 0 ? originAt(origins, childOf(values, key), rest) : undefined;
  return below ?? origins.get(values, key);
}

function valueAt(values: Value, keys: Keys): Value {
  return keys.reduce<Value>(childOf, values);
}

function childOf(value: Value, key: string | number): Value {
  return isMap(value) ? value[key] : typeof key === 'number' ? itemsOf(value)?.[key] : undefined;
}
