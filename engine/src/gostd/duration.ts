import { quoteTime } from './timeLayout.ts';
import { GoInt, type GoMethod, type GoType, int64, type Value } from './value.ts';

const nanosecond = 1n;
const microsecond = 1000n * nanosecond;
const millisecond = 1000n * microsecond;
const second = 1000n * millisecond;
const minute = 60n * second;
const hour = 60n * minute;

const units: ReadonlyMap<string, bigint> = new Map([
  ['ns', nanosecond],
  ['us', microsecond],
  ['µs', microsecond], // U+00B5, micro sign
  ['μs', microsecond], // U+03BC, Greek mu
  ['ms', millisecond],
  ['s', second],
  ['m', minute],
  ['h', hour],
]);

/** Nanoseconds, as `time.Duration` counts. */
export const nanosecondsPer: Readonly<Record<'second' | 'minute' | 'hour', bigint>> = { second, minute, hour };

/** A text that is no duration; `message` is Go's. */
export class DurationError extends Error {
  override readonly name = 'DurationError';
}

/**
 * Nanoseconds of a text such as `1h30m` or `-1.5s`.
 *
 * @throws DurationError
 * @see Go 1.26 time/format.go, ParseDuration
 */
export function parseDuration(text: string): bigint {
  const invalid = (): DurationError => new DurationError(`time: invalid duration ${quoteTime(text)}`);
  const isNegative = text.startsWith('-');
  let rest = isNegative || text.startsWith('+') ? text.slice(1) : text;
  if (rest === '0') {
    return 0n;
  }
  if (rest === '') {
    throw invalid();
  }
  let total = 0n;
  while (rest !== '') {
    const match = /^([0-9]*)(?:\.([0-9]*))?/.exec(rest);
    const [number = '', whole = '', fraction = ''] = match ?? [];
    const value = whole === '' ? 0n : BigInt(whole);
    if ((whole === '' && fraction === '') || value > 2n ** 63n) {
      throw invalid();
    }
    rest = rest.slice(number.length);
    const name = /^[^.0-9]*/.exec(rest)?.[0] ?? '';
    if (name === '') {
      throw new DurationError(`time: missing unit in duration ${quoteTime(text)}`);
    }
    const unit = units.get(name);
    if (unit === undefined) {
      throw new DurationError(`time: unknown unit ${quoteTime(name)} in duration ${quoteTime(text)}`);
    }
    rest = rest.slice(name.length);
    total += value * unit + fractionOf(fraction, unit);
    if (value > 2n ** 63n / unit || total > 2n ** 63n) {
      throw invalid();
    }
  }
  if (isNegative) {
    return BigInt.asIntN(64, -total);
  }
  if (total > 2n ** 63n - 1n) {
    throw invalid();
  }
  return total;
}

/** Go goes through float64 here, and so its rounding is part of the result. */
function fractionOf(digits: string, unit: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    const next = value * 10n + BigInt(digit);
    if (value > (2n ** 63n - 1n) / 10n || next > 2n ** 63n) {
      break;
    }
    value = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
}

/**
 * `1h30m0s`, `1.5s`, `20ms`, `0s`.
 *
 * @see Go 1.26 time/time.go, Duration.String
 */
export function formatDuration(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? '-' : '';
  const value = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (value === 0n) {
    return '0s';
  }
  if (value < microsecond) {
    return `${sign}${String(value)}ns`;
  }
  if (value < millisecond) {
    return `${sign}${decimal(value, 3)}µs`;
  }
  if (value < second) {
    return `${sign}${decimal(value, 6)}ms`;
  }
  const seconds = `${decimal(value % minute, 9)}s`;
  if (value < minute) {
    return sign + seconds;
  }
  const minutes = `${String((value % hour) / minute)}m${seconds}`;
  return value < hour ? sign + minutes : `${sign}${String(value / hour)}h${minutes}`;
}

/** `value` / 10^`places`, without zeros at the end. */
function decimal(value: bigint, places: number): string {
  const digits = String(value).padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  const whole = digits.slice(0, -places);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** To the nearest multiple, halves away from zero. @see Go 1.26 time/time.go, Duration.Round */
export function roundDuration(nanoseconds: bigint, multiple: bigint): bigint {
  if (multiple <= 0n) {
    return nanoseconds;
  }
  const isNegative = nanoseconds < 0n;
  const value = isNegative ? -nanoseconds : nanoseconds;
  const remainder = value % multiple;
  const rounded = remainder * 2n < multiple ? value - remainder : value + multiple - remainder;
  return clamp(isNegative ? -rounded : rounded);
}

/** Toward zero to a multiple; as it is where the multiple is not positive. @see Go 1.26 time/time.go, Duration.Truncate */
export function truncateDuration(nanoseconds: bigint, multiple: bigint): bigint {
  return multiple <= 0n ? nanoseconds : nanoseconds - (nanoseconds % multiple);
}

/** So many units: whole ones and the rest apart, as in Go, so that nothing is lost to rounding. */
export function durationIn(nanoseconds: bigint, unit: bigint): number {
  return Number(nanoseconds / unit) + Number(nanoseconds % unit) / Number(unit);
}

/** Into int64, at its ends where it does not fit. */
export function clamp(nanoseconds: bigint): bigint {
  const most = 2n ** 63n - 1n;
  return nanoseconds > most ? most : nanoseconds < -most - 1n ? -most - 1n : nanoseconds;
}

const durationMethods: ReadonlyMap<string, GoMethod> = new Map([
  ['String', method([], (value) => formatDuration(value))],
  ['Hours', method([], (value) => durationIn(value, hour))],
  ['Minutes', method([], (value) => durationIn(value, minute))],
  ['Seconds', method([], (value) => durationIn(value, second))],
  ['Milliseconds', method([], (value) => int64(value / millisecond))],
  ['Microseconds', method([], (value) => int64(value / microsecond))],
  ['Nanoseconds', method([], (value) => int64(value))],
  ['Abs', method([], (value) => duration(clamp(value < 0n ? -value : value)))],
  ['Round', method(['time.Duration'], (value, multiple) => duration(roundDuration(value, multiple)))],
  ['Truncate', method(['time.Duration'], (value, multiple) => duration(truncateDuration(value, multiple)))],
]);

/** `time.Duration` */
export const durationType: GoType = { kind: 'int64', name: 'time.Duration', methods: durationMethods };

/** A `time.Duration` of so many nanoseconds. */
export function duration(nanoseconds: bigint): GoInt {
  return new GoInt('int64', BigInt.asIntN(64, nanoseconds), durationType);
}

function method(params: readonly string[], call: (value: bigint, argument: bigint) => Value): GoMethod {
  return { params, call: (receiver, [argument]) => call(integer(receiver), integer(argument)) };
}

function integer(value: Value): bigint {
  return value instanceof GoInt ? value.value : 0n;
}
