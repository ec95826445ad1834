/** Durations as Helm 4's templates have them. @see helm v4.3.1 pkg/engine/funcs.go, asDuration and what stands on it */
import {
  duration,
  DurationError,
  formatFloat,
  durationIn,
  GoInt,
  int64,
  nanosecondsPer,
  parseDuration,
  parseFloat,
  quote,
  roundDuration,
  trimSpace,
  truncateDuration,
  typeOf,
  type Value,
} from '../gostd/index.ts';
import { type FuncEntry, GoError } from '../gotemplate/index.ts';
import { define } from '../sprig/index.ts';

const { second, minute, hour } = nanosecondsPer;
const maxInt64 = 0x7fff_ffff_ffff_ffffn;

/** By the signatures of sprig's table; what cannot be read is no time at all but to `mustToDuration`. */
export const durationFuncs: readonly FuncEntry[] = [
  define(
    'mustToDuration',
    'interface {} -> time.Duration',
    'Reads a duration such as 1h30m or a number of seconds, or fails.',
    ([value]) => duration(asDuration(value)),
  ),
  define('durationSeconds', 'interface {} -> float64', 'Gives back a duration in seconds.', ([value]) =>
    durationIn(orZero(value), second),
  ),
  define('durationMilliseconds', 'interface {} -> int64', 'Gives back a duration in whole milliseconds.', ([value]) =>
    int64(orZero(value) / 1_000_000n),
  ),
  define('durationMicroseconds', 'interface {} -> int64', 'Gives back a duration in whole microseconds.', ([value]) =>
    int64(orZero(value) / 1000n),
  ),
  define('durationNanoseconds', 'interface {} -> int64', 'Gives back a duration in nanoseconds.', ([value]) =>
    int64(orZero(value)),
  ),
  define('durationMinutes', 'interface {} -> float64', 'Gives back a duration in minutes.', ([value]) =>
    durationIn(orZero(value), minute),
  ),
  define('durationHours', 'interface {} -> float64', 'Gives back a duration in hours.', ([value]) =>
    durationIn(orZero(value), hour),
  ),
  define(
    'durationDays',
    'interface {} -> float64',
    'Gives back a duration in days.',
    ([value]) => durationIn(orZero(value), hour) / 24,
  ),
  define(
    'durationWeeks',
    'interface {} -> float64',
    'Gives back a duration in weeks.',
    ([value]) => durationIn(orZero(value), hour) / 24 / 7,
  ),
  define(
    'durationRoundTo',
    'interface {}, interface {} -> time.Duration',
    'Rounds a duration to a multiple of another.',
    ([value, multiple]) => duration(roundDuration(orZero(value), orZero(multiple))),
  ),
  define(
    'durationTruncateTo',
    'interface {}, interface {} -> time.Duration',
    'Cuts a duration to a multiple of another.',
    ([value, multiple]) => duration(truncateDuration(orZero(value), orZero(multiple))),
  ),
];

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
