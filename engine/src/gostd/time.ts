import { toBytes } from './bytes.ts';
import { civilAt, type Civil, daysFromDate, secondsPerDay } from './civil.ts';
import { clamp, duration } from './duration.ts';
import { quote } from './strconv.ts';
import { formatTime, longDayNames, longMonthNames } from './timeLayout.ts';
import { binaryTime, troubleInRfc3339 } from './timeWire.ts';
import { byteSlice, pointerTo, stringType } from './types.ts';
import {
  bytesIn,
  GoInt,
  type GoMethod,
  GoPointer,
  GoSlice,
  GoStruct,
  type GoType,
  int,
  int64,
  MethodError,
  type Value,
} from './value.ts';
import { utc, type Zone } from './zone.ts';

/** Layout of RFC 3339 with as many digits of a second as there are; what JSON has. */
export const rfc3339Nano = '2006-01-02T15:04:05.999999999Z07:00';

/** Of Go's zero time, the first of January of year 1. */
const zeroUnixSeconds = -62_135_596_800;

const locationType: GoType = {
  kind: 'struct',
  name: 'time.Location',
  fields: [{ name: 'name', type: stringType }],
  methods: new Map([['String', { params: [], call: (receiver) => locationName(receiver) }]]),
};
const pointerToLocation: GoType = {
  ...pointerTo(locationType),
  ...(locationType.methods && { methods: locationType.methods }),
};

/** `*time.Location` of a zone; UTC's is nil within a time, and not nil where a time is asked for it. */
class GoLocation extends GoStruct {
  readonly zone: Zone;

  constructor(zone: Zone) {
    super(locationType, { name: zone.name });
    this.zone = zone;
  }
}

/** What `Local` is where nobody said so. */
const localUtc: Zone = { ...utc, name: 'Local' };

/** What a time carries besides its moment. */
export interface TimeExtras {
  /** The zone that `.Local` shows the time in. */
  readonly local?: Zone | undefined;
  /** Nanoseconds that the program ran for, of a time that a clock told: printed behind it, and lost in most sums. */
  readonly monotonic?: bigint | undefined;
}

/** Of the first of January of 1885: with a monotonic clock, seconds count from then. */
const wallUnixSeconds = -2_682_288_000;

/** `time.Time`: a moment, and the zone to show it in. */
export class GoTime extends GoStruct {
  readonly unixSeconds: number;
  /** 0 to 999,999,999 */
  readonly nanosecond: number;
  readonly zone: Zone;
  readonly local: Zone;
  readonly monotonic: bigint | undefined;

  constructor(unixSeconds: number, nanosecond: number, zone: Zone, { local, monotonic }: TimeExtras = {}) {
    const flagged = monotonic === undefined ? 0n : (1n << 63n) | (BigInt(unixSeconds - wallUnixSeconds) << 30n);
    super(timeType, {
      wall: new GoInt('uint64', BigInt.asUintN(64, flagged | BigInt(nanosecond))),
      ext: new GoInt('int64', monotonic ?? BigInt(unixSeconds - zeroUnixSeconds)),
      loc: new GoPointer(pointerToLocation, zone === utc ? undefined : new GoLocation(zone)),
    });
    this.unixSeconds = unixSeconds;
    this.nanosecond = nanosecond;
    this.zone = zone;
    this.local = local ?? (zone.name === 'Local' ? zone : localUtc);
    this.monotonic = monotonic;
  }

  /** What calendar and clock show in the time's zone. */
  civil(): Civil {
    return civilAt(this.unixSeconds, this.nanosecond, this.zone.at(this.unixSeconds));
  }

  /** The text of this moment in a layout of Go's, such as `2006-01-02`. */
  format(layout: string): string {
    return formatTime(this.civil(), layout);
  }

  in(zone: Zone): GoTime {
    return new GoTime(this.unixSeconds, this.nanosecond, zone, { local: this.local });
  }

  /** Later by so many nanoseconds. */
  add(nanoseconds: bigint): GoTime {
    const { unixSeconds, nanosecond } = fromUnixNanos(this.unixNanos() + nanoseconds, this.zone);
    const monotonic = this.monotonic === undefined ? undefined : this.monotonic + nanoseconds;
    return new GoTime(unixSeconds, nanosecond, this.zone, { local: this.local, monotonic });
  }

  unixNanos(): bigint {
    return BigInt(this.unixSeconds) * 1_000_000_000n + BigInt(this.nanosecond);
  }
}

/** Go's zero `time.Time`, as a failed parse returns it. */
export function zeroTime(): GoTime {
  return new GoTime(zeroUnixSeconds, 0, utc);
}

/** The moment so many nanoseconds after 1970. */
export function fromUnixNanos(nanoseconds: bigint, zone: Zone): GoTime {
  let seconds = nanoseconds / 1_000_000_000n;
  let rest = nanoseconds % 1_000_000_000n;
  if (rest < 0n) {
    seconds -= 1n;
    rest += 1_000_000_000n;
  }
  return new GoTime(Number(seconds), Number(rest), zone);
}

/** The moment that `clock` names in `zone`; fields may be out of range and carry over. @see Go 1.26 time/time.go, Date */
export function fromDate(
  date: { readonly year: number; readonly month: number; readonly day: number },
  clock: { readonly hour: number; readonly minute: number; readonly second: number; readonly nanosecond: number },
  zone: Zone,
): GoTime {
  const days = daysFromDate(date.year, date.month, date.day);
  const shown = days * secondsPerDay + clock.hour * 3600 + clock.minute * 60 + clock.second;
  const guess = zone.at(shown).offsetSeconds;
  const offset = guess === 0 ? 0 : zone.at(shown - guess).offsetSeconds;
  return new GoTime(shown - offset, clock.nanosecond, zone);
}

const monthType: GoType = {
  kind: 'int',
  name: 'time.Month',
  methods: new Map([['String', nameMethod(longMonthNames, 1, 'Month')]]),
};
const weekdayType: GoType = {
  kind: 'int',
  name: 'time.Weekday',
  methods: new Map([['String', nameMethod(longDayNames, 0, 'Weekday')]]),
};

const timeMethods: ReadonlyMap<string, GoMethod> = new Map([
  ['String', method([], (time) => time.format('2006-01-02 15:04:05.999999999 -0700 MST') + monotonicText(time))],
  ['GoString', method([], goString)],
  ['MarshalText', method([], (time) => byteSlice(toBytes(strictText(time, 'Time.MarshalText'))))],
  ['MarshalJSON', method([], (time) => byteSlice(toBytes(`"${strictText(time, 'Time.MarshalJSON')}"`)))],
  ['MarshalBinary', method([], (time) => byteSlice(inBinary(time)))],
  ['GobEncode', method([], (time) => byteSlice(inBinary(time)))],
  ['AppendText', method(['[]uint8'], (time, [before]) => append(before, toBytes(strictText(time, 'Time.AppendText'))))],
  ['AppendBinary', method(['[]uint8'], (time, [before]) => append(before, inBinary(time)))],
  [
    'AppendFormat',
    method(['[]uint8', 'string'], (time, [before, layout]) => append(before, toBytes(time.format(text(layout))))),
  ],
  ['Format', method(['string'], (time, [layout]) => time.format(text(layout)))],
  ['Year', method([], (time) => int(time.civil().year))],
  ['Month', method([], (time) => new GoInt('int', BigInt(time.civil().month), monthType))],
  ['Day', method([], (time) => int(time.civil().day))],
  ['Weekday', method([], (time) => new GoInt('int', BigInt(time.civil().weekday), weekdayType))],
  ['YearDay', method([], (time) => int(time.civil().yearDay))],
  ['Hour', method([], (time) => int(time.civil().hour))],
  ['Minute', method([], (time) => int(time.civil().minute))],
  ['Second', method([], (time) => int(time.civil().second))],
  ['Nanosecond', method([], (time) => int(time.nanosecond))],
  ['Unix', method([], (time) => int64(time.unixSeconds))],
  ['UnixMilli', method([], (time) => int64(floorDivide(time.unixNanos(), 1_000_000n)))],
  ['UnixMicro', method([], (time) => int64(floorDivide(time.unixNanos(), 1000n)))],
  ['UnixNano', method([], (time) => int64(BigInt.asIntN(64, time.unixNanos())))],
  ['UTC', method([], (time) => time.in(utc))],
  ['Local', method([], (time) => time.in(time.local))],
  ['In', method(['*time.Location'], (time, [location]) => time.in(zoneIn(location)))],
  ['Location', method([], (time) => new GoPointer(pointerToLocation, new GoLocation(time.zone)))],
  ['IsDST', method([], (time) => time.zone.at(time.unixSeconds).isSummer === true)],
  // What templates cannot call.
  ['Date', severalResults('int', 'time.Month', 'int')],
  ['Clock', severalResults('int', 'int', 'int')],
  ['ISOWeek', severalResults('int', 'int')],
  ['Zone', severalResults('string', 'int')],
  ['ZoneBounds', severalResults('time.Time', 'time.Time')],
  ['IsZero', method([], (time) => time.unixSeconds === zeroUnixSeconds && time.nanosecond === 0)],
  ['Add', method(['time.Duration'], (time, [nanoseconds]) => time.add(integer(nanoseconds)))],
  ['AddDate', method(['int', 'int', 'int'], (time, [years, months, days]) => addDate(time, years, months, days))],
  ['Sub', method(['time.Time'], (time, [other]) => duration(clamp(time.unixNanos() - nanosOf(other))))],
  ['After', method(['time.Time'], (time, [other]) => time.unixNanos() > nanosOf(other))],
  ['Before', method(['time.Time'], (time, [other]) => time.unixNanos() < nanosOf(other))],
  ['Equal', method(['time.Time'], (time, [other]) => time.unixNanos() === nanosOf(other))],
  ['Compare', method(['time.Time'], (time, [other]) => int(compareBigints(time.unixNanos(), nanosOf(other))))],
  ['Truncate', method(['time.Duration'], (time, [multiple]) => roundTime(time, integer(multiple), 'down'))],
  ['Round', method(['time.Duration'], (time, [multiple]) => roundTime(time, integer(multiple), 'nearest'))],
]);

/** `time.Time` */
export const timeType: GoType = {
  kind: 'struct',
  name: 'time.Time',
  fields: [
    { name: 'wall', type: { kind: 'uint64', name: 'uint64' } },
    { name: 'ext', type: { kind: 'int64', name: 'int64' } },
    { name: 'loc', type: pointerToLocation },
  ],
  methods: timeMethods,
};

function method(params: readonly string[], call: (time: GoTime, args: readonly Value[]) => Value): GoMethod {
  return { params, call: (receiver, args) => call(receiver instanceof GoTime ? receiver : zeroTime(), args) };
}

/** @see Go 1.26 time/format.go, Time.String */
function monotonicText({ monotonic }: GoTime): string {
  if (monotonic === undefined) {
    return '';
  }
  const digits = String(monotonic < 0n ? -monotonic : monotonic).padStart(10, '0');
  return ` m=${monotonic < 0n ? '-' : '+'}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

function severalResults(...results: readonly string[]): GoMethod {
  return { ...method([], () => null), results };
}

/**
 * The time in RFC 3339 as JSON has it.
 *
 * @throws MethodError for a time that RFC 3339 cannot have
 * @see Go 1.26 time/format_rfc3339.go, Time.appendStrictRFC3339
 */
export function strictText(time: GoTime, caller: string): string {
  const shown = time.format(rfc3339Nano);
  const trouble = troubleInRfc3339(shown);
  if (trouble !== undefined) {
    throw new MethodError(`${caller}: ${trouble}`);
  }
  return shown;
}

function inBinary(time: GoTime): Uint8Array {
  const offsetSeconds = time.zone === utc ? undefined : time.zone.at(time.unixSeconds).offsetSeconds;
  return binaryTime(BigInt(time.unixSeconds - zeroUnixSeconds), time.nanosecond, { offsetSeconds });
}

function append(before: Value, content: Uint8Array): GoSlice {
  return byteSlice(Uint8Array.of(...(before instanceof GoSlice ? bytesIn(before) : []), ...content));
}

function zoneIn(location: Value): Zone {
  const target = location instanceof GoPointer ? location.elem : undefined;
  if (!(target instanceof GoLocation)) {
    throw new MethodError('time: missing Location in call to Time.In');
  }
  return target.zone;
}

/** As Go source. @see Go 1.26 time/format.go, Time.GoString */
function goString(time: GoTime): string {
  const { year, month, day, hour, minute, second, nanosecond } = time.civil();
  const { name } = time.zone;
  const zone = time.zone === utc ? 'time.UTC' : name === 'Local' ? 'time.Local' : `time.Location(${quote(name)})`;
  const fields = [year, `time.${longMonthNames[month - 1] ?? ''}`, day, hour, minute, second, nanosecond, zone];
  return `time.Date(${fields.join(', ')})`;
}

function nameMethod(names: readonly string[], first: number, type: string): GoMethod {
  return {
    params: [],
    call: (receiver) => {
      const value = Number(integer(receiver));
      return names[value - first] ?? `%!${type}(${value})`;
    },
  };
}

function addDate(time: GoTime, years: Value, months: Value, days: Value): GoTime {
  const civil = time.civil();
  const date = {
    year: civil.year + Number(integer(years)),
    month: civil.month + Number(integer(months)),
    day: civil.day + Number(integer(days)),
  };
  const { unixSeconds, nanosecond } = fromDate(date, civil, time.zone);
  return new GoTime(unixSeconds, nanosecond, time.zone, { local: time.local });
}

/** To a multiple of `multiple` since the zero time. @see Go 1.26 time/time.go, Time.Truncate and Time.Round */
function roundTime(time: GoTime, multiple: bigint, to: 'down' | 'nearest'): GoTime {
  if (multiple <= 0n) {
    return time.in(time.zone);
  }
  const since = time.unixNanos() - BigInt(zeroUnixSeconds) * 1_000_000_000n;
  const remainder = ((since % multiple) + multiple) % multiple;
  return time.in(time.zone).add(to === 'down' || remainder * 2n < multiple ? -remainder : multiple - remainder);
}

function compareBigints(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  return value / divisor - (value % divisor < 0n ? 1n : 0n);
}

function locationName(value: Value): string {
  const location = value instanceof GoPointer ? value.elem : value;
  return location instanceof GoStruct && typeof location.fields['name'] === 'string' ? location.fields['name'] : 'UTC';
}

function nanosOf(value: Value): bigint {
  return value instanceof GoTime ? value.unixNanos() : 0n;
}

function integer(value: Value): bigint {
  return value instanceof GoInt ? value.value : 0n;
}

function text(value: Value): string {
  return typeof value === 'string' ? value : '';
}
