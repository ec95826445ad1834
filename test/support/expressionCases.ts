/** Expressions made up of a table of functions: mostly of fitting arguments, nested, now and then not fitting. */
import type { FuncEntry, FuncMap } from '@fairlead/engine/gotemplate';
import fc from 'fast-check';

/** What an expression is to give. */
export type Sort = 'string' | 'int' | 'float' | 'bool' | 'list' | 'map' | 'time' | 'any';

type Text = fc.Arbitrary<string>;

export interface ExpressionOptions {
  readonly funcs: FuncMap;
  /** Expressions of each sort that call nothing. */
  readonly atoms: Readonly<Record<Exclude<Sort, 'any'>, readonly string[]>>;
  /** Those of no sort: nil, what is missing, values of other types. */
  readonly others: readonly string[];
  /** Functions whose arguments are made otherwise, by position; the last is used for those behind it. */
  readonly special: ReadonlyMap<string, readonly (Text | undefined)[]>;
  /** Functions that are not called. */
  readonly isLeftOut: (name: string) => boolean;
}

const sorts: readonly Sort[] = ['string', 'int', 'float', 'bool', 'list', 'map', 'time', 'any'];

const sortOfType: Readonly<Record<string, Sort>> = {
  string: 'string',
  int: 'int',
  uint32: 'int',
  float64: 'float',
  bool: 'bool',
  '[]interface {}': 'list',
  '[]string': 'list',
  '[]int': 'list',
  '[][]interface {}': 'list',
  'map[string]interface {}': 'map',
  'time.Time': 'time',
};

/** Expressions of a sort, with no parentheses around them. */
export function expressions(options: ExpressionOptions): Readonly<Record<Sort, Text>> {
  const callable = [...options.funcs.values()].filter(({ name }) => !options.isLeftOut(name));
  const atomsOf = (sort: Sort): Text =>
    sort === 'any'
      ? fc.constantFrom(...Object.values(options.atoms).flat(), ...options.others)
      : fc.constantFrom(...options.atoms[sort]);

  const { argument: _, ...bySort } = fc.letrec<Record<Sort | 'argument', string>>((tie) => {
    const argument = (sort: Sort): Text =>
      fc.oneof(
        { maxDepth: 3, depthIdentifier: 'expression' },
        { weight: 5, arbitrary: atomsOf(sort) },
        { weight: 3, arbitrary: tie(sort).map(enclosed) },
        { weight: 1, arbitrary: tie('any').map(enclosed) },
      );
    const callOf = (entry: FuncEntry): Text => call(entry, options.special.get(entry.name) ?? [], argument);
    const ofSort = (sort: Sort): Text => {
      const fitting = callable.filter(({ results: [type = ''] }) => sort === 'any' || sortOfType[type] === sort);
      return fc.oneof(
        { maxDepth: 4, depthIdentifier: 'expression' },
        { weight: 1, arbitrary: atomsOf(sort) },
        ...(fitting.length === 0 ? [] : [{ weight: 9, arbitrary: fc.constantFrom(...fitting).chain(callOf) }]),
      );
    };
    return {
      ...(Object.fromEntries(sorts.map((sort) => [sort, ofSort(sort)])) as Record<Sort, Text>), // every sort
      argument: argument('any'),
    };
  });
  return bySort;
}

/** A call, or its last argument piped into it. */
function call(
  { name, params }: FuncEntry,
  special: readonly (Text | undefined)[],
  argument: (sort: Sort) => Text,
): Text {
  const args = params.map((param, i): fc.Arbitrary<readonly string[]> => {
    const type = param.replace(/^\.\.\./, '');
    const one = special[i] ?? argument(sortOfType[type] ?? 'any');
    return type === param ? one.map((text) => [text]) : fc.array(special.at(-1) ?? one, { maxLength: 4 });
  });
  // Now and then one too few or too many.
  const slip = fc.oneof({ weight: 60, arbitrary: fc.constant(0) }, fc.constantFrom(-1, 1));
  return fc.tuple(fc.tuple(...args), fc.boolean(), slip).map(([groups, isPiped, change]) => {
    const all = groups.flat();
    const given = change < 0 ? all.slice(0, -1) : change > 0 ? [...all, '1'] : all;
    const last = given.at(-1);
    return isPiped && last !== undefined
      ? `${last} | ${[name, ...given.slice(0, -1)].join(' ')}`
      : [name, ...given].join(' ');
  });
}

function enclosed(expression: string): string {
  return expression.includes(' ') ? `(${expression})` : expression;
}
