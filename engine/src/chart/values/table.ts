import { type GoMap, isMap, type Value } from '../../gostd/index.ts';

/** What a path leads to: a table, a value, or why it does not. Messages are Helm's. */
export type Found<T> =
  | { readonly found: true; readonly value: T }
  | { readonly found: false; readonly message: string; readonly isAbsent: boolean };

/**
 * The map at a path such as `foo.bar`.
 *
 * @see helm v4.3.1 pkg/chart/common/values.go, Values.Table
 */
export function tableAt(values: GoMap, path: string): Found<GoMap> {
  let table = values;
  for (const name of path.split('.')) {
    const below = table[name];
    if (!isMap(below)) {
      return { found: false, message: `"${name}" is not a table`, isAbsent: !(name in table) };
    }
    table = below;
  }
  return { found: true, value: table };
}

/**
 * The value at a path, which must not be a map.
 *
 * @see helm v4.3.1 pkg/chart/common/values.go, Values.PathValue
 */
export function valueAt(values: GoMap, path: string): Found<Value> {
  if (path === '') {
    return { found: false, message: 'YAML path cannot be empty', isAbsent: false };
  }
  const names = path.split('.');
  const key = names.pop() ?? '';
  const table = names.length === 0 ? ({ found: true, value: values } as const) : tableAt(values, names.join('.'));
  const value = table.found ? table.value[key] : undefined;
  if (!table.found || !(key in table.value) || isMap(value)) {
    return { found: false, message: `"${key}" is not a value`, isAbsent: true };
  }
  return { found: true, value };
}
