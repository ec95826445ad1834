import type { GoMap } from '@fairlead/engine/gostd';
import {
  originAt,
  type Rendered,
  type RenderRequest,
  type RenderTrace,
  traceLines,
  traceObjects,
  type TracedStretch,
  valuePathText,
  valueUses,
} from '@fairlead/engine/render';
import { isShowable, type Origin, type Origins, type Position } from '@fairlead/engine/support';

/** The format of what `--trace json` prints; it grows when something that is there changes. */
const version = 1;

/**
 * Who wrote each line and each field of what a chart renders, and what became of each value; docs/trace.md has the
 * shape. Lines and columns count from 1. It holds no values, only their paths.
 */
export function printTrace({ trace, files, values }: Rendered, { origins }: RenderRequest): string {
  if (trace === undefined) {
    throw new Error('a render that was not traced');
  }
  const printed = new TracePrinter(trace, values, origins);
  const shown = [...files].filter(([name, text]) => !name.endsWith('NOTES.txt') && text.trim() !== '');
  const result = {
    version,
    files: shown.map(([name, text]) => ({
      name,
      lines: traceLines(trace, name, text).map((line) => printed.stretch(line)),
      objects: traceObjects(trace, name, text).map(({ fields, ...object }) => ({
        ...object,
        fields: fields.map(({ pointer, position, isScalar, ...written }) => ({
          pointer,
          ...placeOf(position),
          isScalar,
          ...printed.stretch(written),
        })),
      })),
    })),
    values: valueUses(trace, values).map(({ keys, use }) => ({
      path: valuePathText(keys),
      use,
      ...printed.origin(keys),
    })),
  };
  return `${JSON.stringify(result, undefined, 2)}\n`;
}

class TracePrinter {
  readonly #trace: RenderTrace;
  readonly #values: GoMap;
  readonly #origins: Origins | undefined;

  constructor(trace: RenderTrace, values: GoMap, origins: Origins | undefined) {
    this.#trace = trace;
    this.#values = values;
    this.#origins = origins;
  }

  stretch({ writer, data, key, control }: TracedStretch): object {
    return {
      ...(writer && { writer: this.#writer(writer) }),
      data: this.#paths(data),
      keys: this.#paths(key),
      control: this.#paths(control),
    };
  }

  #writer({ template, position, call }: NonNullable<TracedStretch['writer']>): object {
    return { template, ...placeOf(position), calls: this.#calls(call) };
  }

  /** Outermost first. */
  #calls(index: number): object[] {
    const call = this.#trace.calls[index];
    if (call === undefined) {
      return [];
    }
    const { template, position, name, outer } = call;
    return [...this.#calls(outer), { template, ...placeOf(position), name }];
  }

  #paths(indexes: readonly number[]): string[] {
    return indexes.map((index) => valuePathText(this.#trace.paths[index]?.keys ?? []));
  }

  origin(keys: readonly (string | number)[]): { readonly origin?: object } {
    const origin = this.#origins && originAt(this.#origins, this.#values, keys);
    return origin === undefined ? {} : { origin: originText(origin) };
  }
}

function originText(origin: Origin): object {
  if (!isShowable(origin)) {
    return { kind: origin.kind };
  }
  return 'position' in origin ? { ...origin, position: undefined, ...placeOf(origin.position) } : origin;
}

function placeOf({ line, character }: Position): { readonly line: number; readonly column: number } {
  return { line: line + 1, column: character + 1 };
}
