import { deepEqual, kindOf, typeOf, type Value } from '../gostd/index.ts';
import type { FuncEntry } from '../gotemplate/index.ts';
import { controls, define, isNil, textOf } from './define.ts';

/** What types and kinds values are of. @see Masterminds/sprig v3.3.0 reflect.go */
export const reflectFuncs: readonly FuncEntry[] = [
  define(
    'typeOf',
    'interface {} -> string',
    'The Go type of the value: `string`, `float64`, `map[string]interface {}`.',
    ([value]) => typeName(value),
    controls,
  ),
  define(
    'typeIs',
    'string, interface {} -> bool',
    'Tells whether the value, the second argument, is of this Go type.',
    ([name, value]) => textOf(name) === typeName(value),
    controls,
  ),
  define(
    'typeIsLike',
    'string, interface {} -> bool',
    'Tells whether the value, the second argument, is of this Go type or a pointer to it.',
    ([name, value]) => textOf(name) === typeName(value) || `*${textOf(name)}` === typeName(value),
    controls,
  ),
  define(
    'kindOf',
    'interface {} -> string',
    'The kind of the value: `string`, `float64`, `int`, `bool`, `map`, `slice`, `invalid` for nil.',
    ([value]) => kindName(value),
    controls,
  ),
  define(
    'kindIs',
    'string, interface {} -> bool',
    'Tells whether the value, the second argument, is of this kind.',
    ([name, value]) => textOf(name) === kindName(value),
    controls,
  ),
  define(
    'deepEqual',
    'interface {}, interface {} -> bool',
    'Tells whether two values are of the same types and have the same contents.',
    ([a, b]) => deepEqual(a ?? null, b ?? null),
    controls,
  ),
];

function typeName(value: Value): string {
  return isNil(value) ? '<nil>' : typeOf(value).name;
}

function kindName(value: Value): string {
  return isNil(value) ? 'invalid' : kindOf(value);
}
