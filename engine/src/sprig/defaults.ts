import { decodeJson, encodeJson, JsonError, type Value } from '../gostd/index.ts';
import { type FuncEntry, GoError } from '../gotemplate/index.ts';
import { controls, define, inGo, textOf } from './define.ts';
import { isEmpty } from './empty.ts';

/** Defaults, choices and JSON. @see Masterminds/sprig v3.3.0 defaults.go */
export const defaultFuncs: readonly FuncEntry[] = [
  define(
    'default',
    'interface {}, ...interface {} -> interface {}',
    'The second argument, or the first where that is empty: nil, false, 0, `""`, no items.',
    ([fallback, given]) => (isEmpty(given) ? (fallback ?? null) : given),
    { kind: 'pick', pick: ([, given]) => [isEmpty(given) ? 0 : 1] },
  ),
  define(
    'empty',
    'interface {} -> bool',
    'Tells whether the value is nil, false, 0, `""` or has no items.',
    ([value]) => isEmpty(value),
    controls,
  ),
  define(
    'coalesce',
    '...interface {} -> interface {}',
    'The first argument that is not empty.',
    (values) => values.find((value) => !isEmpty(value)) ?? null,
    { kind: 'pick', pick: (values) => values.flatMap((value, i) => (isEmpty(value) ? [] : [i])).slice(0, 1) },
  ),
  define(
    'all',
    '...interface {} -> bool',
    'Tells whether no argument is empty.',
    (values) => !values.some(isEmpty),
    controls,
  ),
  define(
    'any',
    '...interface {} -> bool',
    'Tells whether some argument is not empty.',
    (values) => values.some((value) => !isEmpty(value)),
    controls,
  ),
  define(
    'ternary',
    'interface {}, interface {}, bool -> interface {}',
    'The first argument where the third is true, else the second.',
    ([whenTrue, whenFalse, condition]) => (condition === true ? whenTrue : whenFalse) ?? null,
    { kind: 'pick', pick: ([, , condition]) => [condition === true ? 0 : 1] },
  ),
  define(
    'fromJson',
    'string -> interface {}',
    'The value that the JSON text stands for; nil where it is none.',
    ([text]) => {
      try {
        return decodeJson(textOf(text));
      } catch (error) {
        if (error instanceof JsonError) {
          return error.value;
        }
        throw error;
      }
    },
  ),
  define(
    'mustFromJson',
    'string -> interface {}, error',
    'As fromJson; a text that is no JSON is an error.',
    ([text]) => decode(text),
  ),
  define(
    'toJson',
    'interface {} -> string',
    'The value as JSON, with `<`, `>` and `&` escaped; empty where JSON has no way to say it.',
    ([value]) => orEmpty(() => encode(value, {})),
  ),
  define(
    'mustToJson',
    'interface {} -> string, error',
    'As toJson; a value that JSON cannot say is an error.',
    ([value]) => encode(value, {}),
  ),
  define('toPrettyJson', 'interface {} -> string', 'As toJson, indented by two spaces.', ([value]) =>
    orEmpty(() => encode(value, { indent: '  ' })),
  ),
  define(
    'mustToPrettyJson',
    'interface {} -> string, error',
    'As toPrettyJson; a value that JSON cannot say is an error.',
    ([value]) => encode(value, { indent: '  ' }),
  ),
  define('toRawJson', 'interface {} -> string', 'The value as JSON, with `<`, `>` and `&` as they are.', ([value]) =>
    encode(value, { escapeHtml: false }),
  ),
  define(
    'mustToRawJson',
    'interface {} -> string, error',
    'The value as JSON, with `<`, `>` and `&` as they are.',
    ([value]) => encode(value, { escapeHtml: false }),
  ),
];

function encode(value: Value, options: { readonly escapeHtml?: boolean; readonly indent?: string }): string {
  return inGo([JsonError], () => encodeJson(value, { escapeHtml: true, ...options }));
}

function decode(text: Value): Value {
  return inGo([JsonError], () => decodeJson(textOf(text)));
}

function orEmpty(work: () => string): string {
  try {
    return work();
  } catch (error) {
    if (error instanceof GoError) {
      return '';
    }
    throw error;
  }
}
