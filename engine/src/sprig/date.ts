import {
  DurationError,
  formatDuration,
  fromUnixNanos,
  GoInt,
  GoPointer,
  GoTime,
  nanosecondsPer,
  parseDuration,
  parseInt,
  parseTime,
  roundDuration,
  TimeParseError,
  utc,
  type Value,
  zeroTime,
  Zones,
} from '../gostd/index.ts';
import type { FuncEntry } from '../gotemplate/index.ts';
import { alias, dataAt, define, inGo, type SprigWorld, textOf } from './define.ts';

/** Functions on dates. `Local` is the world's time zone, and zones are kept as long as the table. */
export function dateFuncs(world: SprigWorld): readonly FuncEntry[] {
  const zones = new Zones(world.timeZone);
  const now = (): GoTime => {
    const { unixSeconds, nanosecond } = fromUnixNanos(nanosecondsIn(world.now()), utc);
    const monotonic = nanosecondsIn(world.uptime?.() ?? usualUptimeMs);
    return new GoTime(unixSeconds, nanosecond, zones.local, { monotonic });
  };
  const since = (time: GoTime): bigint => BigInt.asIntN(64, now().unixNanos() - time.unixNanos());
  const fromUnix = (seconds: bigint): GoTime => fromUnixNanos(seconds * nanosecondsPer.second, zones.local);

  const inZone = (layout: string, date: Value, zone: string): string =>
    momentOf(date)
      .in(zones.load(zone) ?? utc)
      .format(layout);
  const momentOf = (date: Value): GoTime => {
    const value = date instanceof GoPointer && date.elem instanceof GoTime ? date.elem : date;
    if (value instanceof GoTime) {
      return value;
    }
    const isUnix = value instanceof GoInt && value.type === undefined && /^int(?:32|64)?$/.test(value.kind);
    return isUnix ? fromUnix(value.value) : now();
  };

  const modify = (amount: Value, date: Value): GoTime => timeOf(date).add(parseDuration(textOf(amount)));
  const dateModify = define(
    'dateModify',
    'string, time.Time -> time.Time',
    'The date later by the duration, or earlier by a negative one such as `-1.5h`; a wrong duration changes nothing.',
    ([amount, date]) => {
      try {
        return modify(amount, date);
      } catch (error) {
        if (error instanceof DurationError) {
          return timeOf(date);
        }
        throw error;
      }
    },
    dataAt(1),
  );
  const mustDateModify = define(
    'mustDateModify',
    'string, time.Time -> time.Time, error',
    'As dateModify; a wrong duration is an error.',
    ([amount, date]) => inGo([DurationError], () => modify(amount, date)),
    dataAt(1),
  );
  const dateInZone = define(
    'dateInZone',
    'string, interface {}, string -> string',
    'The date in a layout written with Go’s reference time `2006-01-02 15:04:05`, shown in the zone of that name.',
    ([layout, date, zone]) => inZone(textOf(layout), date, textOf(zone)),
  );

  return [
    define('now', '-> time.Time', 'The time of the render.', () => now()),
    define(
      'date',
      'string, interface {} -> string',
      'The date, or seconds since 1970, in a layout written with Go’s reference time `2006-01-02 15:04:05`.',
      ([layout, date]) => inZone(textOf(layout), date, 'Local'),
    ),
    dateInZone,
    alias('date_in_zone', dateInZone),
    define('htmlDate', 'interface {} -> string', 'The date as `2006-01-02`.', ([date]) =>
      inZone('2006-01-02', date, 'Local'),
    ),
    define(
      'htmlDateInZone',
      'interface {}, string -> string',
      'The date as `2006-01-02`, in the zone of that name.',
      ([date, zone]) => inZone('2006-01-02', date, textOf(zone)),
    ),
    dateModify,
    alias('date_modify', dateModify),
    mustDateModify,
    alias('must_date_modify', mustDateModify),
    define(
      'toDate',
      'string, string -> time.Time',
      'The date that the text, the second argument, says in the layout; the zero time where it says none.',
      ([layout, text]) => {
        try {
          return parseTime(textOf(layout), textOf(text), zones.local);
        } catch (error) {
          if (error instanceof TimeParseError) {
            return zeroTime();
          }
          throw error;
        }
      },
      dataAt(1),
    ),
    define(
      'mustToDate',
      'string, string -> time.Time, error',
      'As toDate; a text that does not fit the layout is an error.',
      ([layout, text]) => inGo([TimeParseError], () => parseTime(textOf(layout), textOf(text), zones.local)),
      dataAt(1),
    ),
    define('unixEpoch', 'time.Time -> string', 'Seconds since 1970.', ([date]) => String(timeOf(date).unixSeconds)),
    define('ago', 'interface {} -> string', 'The time since the date, to the second.', ([date]) => {
      // Go takes an int32 for a date everywhere but here.
      const moment = date instanceof GoInt && date.kind === 'int32' ? now() : momentOf(date);
      return formatDuration(roundDuration(since(date instanceof GoPointer ? now() : moment), nanosecondsPer.second));
    }),
    define('duration', 'interface {} -> string', 'So many seconds as a duration such as `1h2m3s`.', ([seconds]) =>
      formatDuration(BigInt.asIntN(64, secondsOf(seconds) * nanosecondsPer.second)),
    ),
    define(
      'durationRound',
      'interface {} -> string',
      'The greatest whole unit of the duration: `2y`, `3mo`, `4d`, `5h`, `6m`, `7s`.',
      ([value]) => roundToUnit(value instanceof GoTime ? since(value) : nanosecondsOf(value)),
    ),
  ];
}

/** Helm asks for the time about then. */
const usualUptimeMs = 50;

function nanosecondsIn(ms: number): bigint {
  const whole = Math.floor(ms);
  return BigInt(whole) * 1_000_000n + BigInt(Math.floor((ms - whole) * 1_000_000));
}

/** A parameter of type time.Time. */
function timeOf(value: Value): GoTime {
  const time = value instanceof GoPointer ? value.elem : value;
  if (!(time instanceof GoTime)) {
    throw new TypeError('execution let something else pass for a time');
  }
  return time;
}

function secondsOf(value: Value): bigint {
  if (typeof value === 'string') {
    return parseInt(value, 10, 64).value;
  }
  return isInt64(value) ? value.value : 0n;
}

function nanosecondsOf(value: Value): bigint {
  if (typeof value === 'string') {
    try {
      return parseDuration(value);
    } catch (error) {
      if (error instanceof DurationError) {
        return 0n;
      }
      throw error;
    }
  }
  return isInt64(value) ? value.value : 0n;
}

/** A type switch of Go's on int64 does not take time.Duration. */
function isInt64(value: Value): value is GoInt {
  return value instanceof GoInt && value.kind === 'int64' && value.type === undefined;
}

const unitsOfRounding: readonly (readonly [unit: string, nanoseconds: bigint])[] = [
  ['y', nanosecondsPer.hour * 24n * 365n],
  ['mo', nanosecondsPer.hour * 24n * 30n],
  ['d', nanosecondsPer.hour * 24n],
  ['h', nanosecondsPer.hour],
  ['m', nanosecondsPer.minute],
  ['s', nanosecondsPer.second],
];

/** @see Masterminds/sprig v3.3.0 date.go, durationRound, which drops the sign and wants more than one whole unit */
function roundToUnit(nanoseconds: bigint): string {
  const value = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const found = unitsOfRounding.find(([, unit]) => value > unit);
  return found === undefined ? '0s' : `${String(value / found[1])}${found[0]}`;
}
