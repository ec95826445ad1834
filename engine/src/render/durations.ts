/** Durations as Helm 4's templates have them. @see helm v4.3.1 pkg/engine/funcs.go, asDuration and what stands on it */
import {
  duration,
  DurationError,
  formatFloat,
  GoInt,
  int64,
  parseDuration,
  parseFloat,
  quote,
  roundDuration,
  trimSpace,
  typeOf,
  type Value,
} from '../gostd/index.ts';
import { type FuncEntry, GoError } from '../gotemplate/index.ts';

const second = 1_000_000_000n;
const maxInt64 = 0x7fff_ffff_ffff_ffffn;

/** Nanoseconds of a duration, of a text such as `1h30m`, or of a number of seconds. @throws GoError */
function asDuration(value: Value): bigint {
  if (typeof value === 'string') {
    return durationOfText(value);
  }
  if (typeof value === 'number') {
    return durationOfSeconds(value);
  }
  if (value instanceof GoInt) {
    if (value.type?.name === 'time.Duration') {
      return value.value;
    }
    const limit = maxInt64 / second;
    if (value.value > limit || value.value < -limit) {
      throw new GoError(`duration seconds overflow: ${value.value.toString()}`);
    }
    return value.value * second;
  }
  throw new GoError(
    value === null || value === undefined ? 'invalid duration' : `unsupported duration type ${typeOf(value).name}`,
  );
}

function durationOfText(text: string): bigint {
  const trimmed = trimSpace(text);
  if (trimmed === '') {
    throw new GoError('empty duration');
  }
  try {
    return parseDuration(trimmed);
  } catch (error) {
    if (!(error instanceof DurationError)) {
      throw error;
    }
  }
  const { value, error } = parseFloat(trimmed);
  if (error !== undefined) {
    throw new GoError(`could not parse duration ${quote(text)}`);
  }
  return durationOfSeconds(value);
}

function durationOfSeconds(seconds: number): bigint {
  const shown = formatFloat(seconds, 'g', -1, 64);
  if (!Number.isFinite(seconds)) {
    throw new GoError(`invalid duration seconds: ${shown}`);
  }
  if (Math.abs(seconds) > Number(maxInt64) / 1e9) {
    throw new GoError(`duration seconds overflow: ${shown}`);
  }
  return BigInt(Math.trunc(seconds * 1e9));
}

function orZero(value: Value): bigint {
  try {
    return asDuration(value);
  } catch (error) {
    if (error instanceof GoError) {
      return 0n;
    }
    throw error;
  }
}

/** As `Duration.Seconds` and its kin: whole units and the rest apart, so that nothing is lost to rounding. */
function inUnits(nanoseconds: bigint, unit: bigint): number {
  return Number(nanoseconds / unit) + Number(nanoseconds % unit) / Number(unit);
}

const minute = 60n * second;
const hour = 60n * minute;

function define(name: string, result: string, doc: string, call: (value: Value, other: Value) => Value): FuncEntry {
  const params = result === 'time.Duration' && name !== 'mustToDuration' ? 2 : 1;
  return {
    name,
    params: Array.from({ length: params }, () => 'interface {}'),
    results: [result],
    doc,
    call: ([value, other]) => call(value, other),
  };
}

/** Truncated toward zero to a multiple; unchanged where the multiple is not positive. */
function truncate(nanoseconds: bigint, multiple: bigint): bigint {
  return multiple <= 0n ? nanoseconds : nanoseconds - (nanoseconds % multiple);
}

/** The multiple of a rounding; where it cannot be read, nothing is rounded. */
function multipleOf(value: Value): bigint {
  return orZero(value);
}

export const durationFuncs: readonly FuncEntry[] = [
  define(
    'mustToDuration',
    'time.Duration',
    'Reads a duration such as 1h30m or a number of seconds, or fails.',
    (value) => duration(asDuration(value)),
  ),
  define('durationSeconds', 'float64', 'Gives back a duration in seconds.', (value) => inUnits(orZero(value), second)),
  define('durationMilliseconds', 'int64', 'Gives back a duration in whole milliseconds.', (value) =>
    int64(orZero(value) / 1_000_000n),
  ),
  define('durationMicroseconds', 'int64', 'Gives back a duration in whole microseconds.', (value) =>
    int64(orZero(value) / 1000n),
  ),
  define('durationNanoseconds', 'int64', 'Gives back a duration in nanoseconds.', (value) => int64(orZero(value))),
  define('durationMinutes', 'float64', 'Gives back a duration in minutes.', (value) => inUnits(orZero(value), minute)),
  define('durationHours', 'float64', 'Gives back a duration in hours.', (value) => inUnits(orZero(value), hour)),
  define('durationDays', 'float64', 'Gives back a duration in days.', (value) => inUnits(orZero(value), hour) / 24),
  define(
    'durationWeeks',
    'float64',
    'Gives back a duration in weeks.',
    (value) => inUnits(orZero(value), hour) / 24 / 7,
  ),
  define('durationRoundTo', 'time.Duration', 'Rounds a duration to a multiple of another.', (value, multiple) =>
    duration(roundDuration(orZero(value), multipleOf(multiple))),
  ),
  define('durationTruncateTo', 'time.Duration', 'Cuts a duration to a multiple of another.', (value, multiple) =>
    duration(truncate(orZero(value), multipleOf(multiple))),
  ),
];
