import { type GoInt, int, int64, parseInt, sprint, type Value } from '../gostd/index.ts';
import { type FuncEntry, GoError } from '../gotemplate/index.ts';
import { toFloat64, toInt64 } from './cast.ts';
import { add, type Decimal, decimalOf, divide, multiply, subtract, toNumber } from './decimal.ts';
import { alias, bigIntOf, define, intOf, runtimeError, type SprigWorld, textOf } from './define.ts';
import { range } from './list.ts';
import { randomBelow } from './random.ts';

const max = define(
  'max',
  'interface {}, ...interface {} -> int64',
  'The greatest of the arguments as integers.',
  (values) => int64(values.map(toInt64).reduce((a, b) => (b > a ? b : a))),
);

/** Numbers: conversions, sums and ranges. @see Masterminds/sprig v3.3.0 numeric.go */
export const numericFuncs: readonly FuncEntry[] = [
  define('atoi', 'string -> int', 'The integer that the text is; 0 where it is none.', ([text]) => atoi(textOf(text))),
  define(
    'int',
    'interface {} -> int',
    'The value as an integer; fractions are cut, and what is no number is 0.',
    ([value]) => int(toInt64(value)),
  ),
  define('int64', 'interface {} -> int64', 'The value as an int64; what is no number is 0.', ([value]) =>
    int64(toInt64(value)),
  ),
  define('float64', 'interface {} -> float64', 'The value as a float64; what is no number is 0.', ([value]) =>
    toFloat64(value),
  ),
  define(
    'toDecimal',
    'interface {} -> int64',
    'The number that the octal digits stand for, as in file modes.',
    ([value]) => {
      const { value: number, error } = parseInt(sprint([value ?? null]), 8, 64);
      return int64(error === undefined ? number : 0n);
    },
  ),
  define('add1', 'interface {} -> int64', 'The integer one greater.', ([value]) => wrap(toInt64(value) + 1n)),
  define('add', '...interface {} -> int64', 'The sum of the arguments as integers.', (values) =>
    wrap(values.reduce((sum, value) => sum + toInt64(value), 0n)),
  ),
  define('sub', 'interface {}, interface {} -> int64', 'The first integer less the second.', ([a, b]) =>
    wrap(toInt64(a) - toInt64(b)),
  ),
  define('mul', 'interface {}, ...interface {} -> int64', 'The product of the arguments as integers.', (values) =>
    wrap(values.reduce((product, value) => product * toInt64(value), 1n)),
  ),
  define(
    'div',
    'interface {}, interface {} -> int64',
    'The first integer divided by the second, without its fraction.',
    ([a, b]) => wrap(toInt64(a) / divisor(b)),
  ),
  define(
    'mod',
    'interface {}, interface {} -> int64',
    'What is left of the first integer after dividing by the second.',
    ([a, b]) => wrap(toInt64(a) % divisor(b)),
  ),
  define('add1f', 'interface {} -> float64', 'The number one greater.', ([value]) => calculate(add, value, [1])),
  define('addf', '...interface {} -> float64', 'The sum of the arguments, computed in decimals.', (values) =>
    calculate(add, 0, values),
  ),
  define(
    'subf',
    'interface {}, ...interface {} -> float64',
    'The first number less the others, computed in decimals.',
    ([a, ...rest]) => calculate(subtract, a, rest),
  ),
  define(
    'mulf',
    'interface {}, ...interface {} -> float64',
    'The product of the arguments, computed in decimals.',
    ([a, ...rest]) => calculate(multiply, a, rest),
  ),
  define(
    'divf',
    'interface {}, ...interface {} -> float64',
    'The first number divided by the others, to 16 decimals.',
    ([a, ...rest]) => calculate(divide, a, rest),
  ),
  max,
  alias('biggest', max),
  define('min', 'interface {}, ...interface {} -> int64', 'The least of the arguments as integers.', (values) =>
    int64(values.map(toInt64).reduce((a, b) => (b < a ? b : a))),
  ),
  define('maxf', 'interface {}, ...interface {} -> float64', 'The greatest of the arguments.', (values) =>
    extreme(values, { infinity: Infinity, choose: Math.max }),
  ),
  define('minf', 'interface {}, ...interface {} -> float64', 'The least of the arguments.', (values) =>
    extreme(values, { infinity: -Infinity, choose: Math.min }),
  ),
  define('ceil', 'interface {} -> float64', 'The next whole number that is not less.', ([value]) =>
    Math.ceil(toFloat64(value)),
  ),
  define('floor', 'interface {} -> float64', 'The next whole number that is not greater.', ([value]) =>
    Math.floor(toFloat64(value)),
  ),
  define(
    'round',
    'interface {}, int, ...float64 -> float64',
    'The number with so many decimals; the third argument says from which fraction on to round up, 0.5 if not given.',
    ([value, places, roundOn]) => round(toFloat64(value), intOf(places), typeof roundOn === 'number' ? roundOn : 0.5),
  ),
  define(
    'seq',
    '...int -> string',
    'Integers between spaces, as the program seq prints them: END, START END or START STEP END.',
    (params, context) =>
      seq(params.map(bigIntOf), (count) => {
        context.charge(count * 2);
      }),
  ),
];

/** Functions that draw from the world's randomness. */
export function randomNumericFuncs(world: SprigWorld): readonly FuncEntry[] {
  return [
    define(
      'randInt',
      'int, int -> int',
      'A random integer from the first argument up to, not including, the second.',
      ([min, max]) => {
        const low = intOf(min);
        const span = intOf(max) - low;
        if (span <= 0) {
          throw new GoError('invalid argument to Intn');
        }
        return int(low + randomBelow(world, span));
      },
    ),
  ];
}

function calculate(operation: (a: Decimal, b: Decimal) => Decimal, first: Value, rest: readonly Value[]): number {
  return toNumber(
    rest.reduce((sum: Decimal, value) => operation(sum, decimalOf(toFloat64(value))), decimalOf(toFloat64(first))),
  );
}

/** Where one is that infinity, it is; else NaN where one is. @see Go 1.26 math/dim.go, Max and Min */
function extreme(
  values: readonly Value[],
  { infinity, choose }: { readonly infinity: number; readonly choose: (...floats: number[]) => number },
): number {
  const floats = values.map(toFloat64);
  return floats.includes(infinity) ? infinity : choose(...floats);
}

/** Integers wrap around as int64. */
function wrap(value: bigint): GoInt {
  return int64(BigInt.asIntN(64, value));
}

function divisor(value: Value): bigint {
  const number = toInt64(value);
  if (number === 0n) {
    throw runtimeError('integer divide by zero');
  }
  return number;
}

/** @see Go 1.26 strconv/atoi.go, Atoi, whose value past the range is the end of the range */
function atoi(text: string): GoInt {
  return int(parseInt(text, 10, 64).value);
}

/** @see Masterminds/sprig v3.3.0 numeric.go, round */
function round(value: number, places: number, roundOn: number): number {
  const power = powerOfTen(places);
  const scaled = power * value;
  const fraction = scaled - Math.trunc(scaled);
  return (fraction >= roundOn ? Math.ceil(scaled) : Math.floor(scaled)) / power;
}

/** With the rounding of Go's repeated squaring. @see Go 1.26 math/pow.go, Pow */
function powerOfTen(exponent: number): number {
  let result = 1;
  let resultExponent = 0;
  // 10 is 0.625 times two to the fourth.
  let square = 0.625;
  let squareExponent = 4;
  for (let left = Math.abs(exponent); left > 0; left = Math.floor(left / 2)) {
    if (squareExponent > 4096) {
      resultExponent += squareExponent;
      break;
    }
    if (left % 2 === 1) {
      result *= square;
      resultExponent += squareExponent;
    }
    square *= square;
    squareExponent *= 2;
    if (square < 0.5) {
      square *= 2;
      squareExponent--;
    }
  }
  return exponent < 0 ? scale(1 / result, -resultExponent) : scale(result, resultExponent);
}

/** `value` times two to the `exponent`, in two steps so that the power alone does not overflow. */
function scale(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return value * 2 ** half * 2 ** (exponent - half);
}

/** @see Masterminds/sprig v3.3.0 numeric.go, seq */
function seq(params: readonly bigint[], charge: (count: number) => void): string {
  const [first = 0n, second = 0n, third = 0n] = params;
  switch (params.length) {
    case 1:
      return numbers(1n, first < 1n ? -1n : 1n, first);
    case 2:
      return numbers(first, second < first ? -1n : 1n, second);
    case 3:
      return third < first && second > 0n ? '' : numbers(first, second, third);
    default:
      return '';
  }

  function numbers(start: bigint, step: bigint, end: bigint): string {
    // The number behind the last one wraps around, and then there are none.
    const stop = BigInt.asIntN(64, end + (end < start ? -1n : 1n));
    return range({ start, stop, step }, charge).join(' ');
  }
}
