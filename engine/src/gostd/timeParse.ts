import { fromBytes, toBytes } from './bytes.ts';
import { daysFromDate, daysInMonth, isLeapYear } from './civil.ts';
import { type Chunk, longDayNames, longMonthNames, quoteTime, readLayout } from './timeLayout.ts';
import { fromDate, GoTime } from './time.ts';
import { fixedZone, utc, type Zone } from './zone.ts';

/** A text that does not fit a layout; `message` is Go's. */
export class TimeParseError extends Error {
  override readonly name = 'TimeParseError';
}

/** What was read so far; -1 where a field was not given. */
interface Reading {
  rest: string;
  year: number;
  month: number;
  day: number;
  yearDay: number;
  hour: number;
  minute: number;
  second: number;
  nanosecond: number;
  half: 'AM' | 'PM' | undefined;
  isUtc: boolean;
  offsetSeconds: number | undefined;
  abbreviation: string;
}

/** `bad`: the text is not of the field's form; a text: what is out of range. */
type Trouble = 'bad' | { readonly outOfRange: string } | undefined;

/**
 * Reads a time in a layout of Go's; what says no zone is in `zone`.
 *
 * @throws TimeParseError
 * @see Go 1.26 time/format.go, ParseInLocation
 */
export function parseTime(layout: string, text: string, zone: Zone): GoTime {
  const reading: Reading = {
    rest: text,
    year: 0,
    month: -1,
    day: -1,
    yearDay: -1,
    hour: 0,
    minute: 0,
    second: 0,
    nanosecond: 0,
    half: undefined,
    isUtc: false,
    offsetSeconds: undefined,
    abbreviation: '',
  };
  const chunks = readLayout(layout);
  for (const [index, chunk] of chunks.entries()) {
    if (!skip(reading, chunk.prefix)) {
      throw cannotParse(layout, text, reading.rest, chunk.prefix);
    }
    if (chunk.field === undefined) {
      if (reading.rest !== '') {
        throw refused(text, `extra text: ${quoteTime(reading.rest)}`);
      }
      break;
    }
    const before = reading.rest;
    const trouble = readField(reading, chunk, chunks[index + 1]);
    if (trouble === 'bad') {
      throw cannotParse(layout, text, before, chunk.text);
    }
    if (trouble !== undefined) {
      throw refused(text, `${trouble.outOfRange} out of range`);
    }
  }
  const time = timeOf(reading, text, zone);
  return new GoTime(time.unixSeconds, time.nanosecond, time.zone, { local: zone });
}

function timeOf(reading: Reading, text: string, zone: Zone): GoTime {
  if (reading.half === 'PM' && reading.hour < 12) {
    reading.hour += 12;
  } else if (reading.half === 'AM' && reading.hour === 12) {
    reading.hour = 0;
  }
  const date = dateOf(reading, text);
  if (reading.isUtc) {
    return fromDate(date, reading, utc);
  }
  if (reading.offsetSeconds !== undefined) {
    const shown = fromDate(date, reading, utc);
    const moment = new GoTime(shown.unixSeconds - reading.offsetSeconds, shown.nanosecond, utc);
    const here = zone.at(moment.unixSeconds);
    const isHere =
      here.offsetSeconds === reading.offsetSeconds &&
      (reading.abbreviation === '' || here.abbreviation === reading.abbreviation);
    return moment.in(isHere ? zone : fixedZone(reading.abbreviation, reading.offsetSeconds));
  }
  if (reading.abbreviation !== '') {
    const shown = fromDate(date, reading, utc);
    const known = zone.offsetOf(reading.abbreviation, shown.unixSeconds);
    if (known !== undefined) {
      return new GoTime(shown.unixSeconds - known, shown.nanosecond, zone);
    }
    // An abbreviation that nobody knows names a zone without an offset; only GMT+3 and kin say theirs.
    const offset = /^GMT([+-][0-9]+)$/.exec(reading.abbreviation)?.[1];
    return shown.in(fixedZone(reading.abbreviation, offset === undefined ? 0 : Number(offset) * 3600));
  }
  return fromDate(date, reading, zone);
}

function dateOf(reading: Reading, text: string): { year: number; month: number; day: number } {
  const { year } = reading;
  let { month, day } = reading;
  if (reading.yearDay >= 0) {
    if (reading.yearDay < 1 || reading.yearDay > (isLeapYear(year) ? 366 : 365)) {
      throw refused(text, 'day-of-year out of range');
    }
    let monthOfDay = 12;
    while (daysFromDate(year, monthOfDay, 1) - daysFromDate(year, 1, 1) >= reading.yearDay) {
      monthOfDay--;
    }
    const dayOfMonth = reading.yearDay - (daysFromDate(year, monthOfDay, 1) - daysFromDate(year, 1, 1));
    if (month >= 0 && month !== monthOfDay) {
      throw refused(text, 'day-of-year does not match month');
    }
    if (day >= 0 && day !== dayOfMonth) {
      throw refused(text, 'day-of-year does not match day');
    }
    month = monthOfDay;
    day = dayOfMonth;
  } else {
    month = month < 0 ? 1 : month;
    day = day < 0 ? 1 : day;
  }
  if (day < 1 || day > daysInMonth(year, month)) {
    throw refused(text, 'day out of range');
  }
  return { year, month, day };
}

function readField(reading: Reading, chunk: Chunk, next: Chunk | undefined): Trouble {
  const { field, text } = chunk;
  switch (field) {
    case undefined:
      return undefined;
    case 'year': {
      const digits = takeBytes(reading, 2);
      if (!/^[+-]?[0-9]+$/.test(digits)) {
        return 'bad';
      }
      reading.year = Number(digits) + (Number(digits) >= 69 ? 1900 : 2000);
      return undefined;
    }
    case 'long-year': {
      const digits = /^[0-9]{4}/.exec(reading.rest)?.[0];
      if (digits === undefined) {
        return 'bad';
      }
      reading.rest = reading.rest.slice(4);
      reading.year = Number(digits);
      return undefined;
    }
    case 'long-month':
    case 'month': {
      const index = takeName(reading, longMonthNames, field === 'month' ? 3 : undefined);
      reading.month = index + 1;
      return index < 0 ? 'bad' : undefined;
    }
    case 'long-weekday':
    case 'weekday':
      return takeName(reading, longDayNames, field === 'weekday' ? 3 : undefined) < 0 ? 'bad' : undefined;
    case 'number-month':
    case 'zero-month':
      return number(reading, field === 'zero-month', (month) => {
        reading.month = month;
        return month < 1 || month > 12 ? { outOfRange: 'month' } : undefined;
      });
    case 'day':
    case 'under-day':
    case 'zero-day':
      if (field === 'under-day' && reading.rest.startsWith(' ')) {
        reading.rest = reading.rest.slice(1);
      }
      return number(reading, field === 'zero-day', (day) => {
        reading.day = day;
        return undefined;
      });
    case 'under-year-day':
    case 'zero-year-day':
      return yearDay(reading, field === 'zero-year-day');
    case 'hour':
      return number(reading, false, (hour) => {
        reading.hour = hour;
        return hour >= 24 ? { outOfRange: 'hour' } : undefined;
      });
    case 'hour-12':
    case 'zero-hour-12':
      return number(reading, field === 'zero-hour-12', (hour) => {
        reading.hour = hour;
        return hour > 12 ? { outOfRange: 'hour' } : undefined;
      });
    case 'minute':
    case 'zero-minute':
      return number(reading, field === 'zero-minute', (minute) => {
        reading.minute = minute;
        return minute >= 60 ? { outOfRange: 'minute' } : undefined;
      });
    case 'second':
    case 'zero-second':
      return number(reading, field === 'zero-second', (second) => {
        reading.second = second;
        return second >= 60 ? { outOfRange: 'second' } : unaskedFraction(reading, next);
      });
    case 'PM':
    case 'pm': {
      const half = takeBytes(reading, 2);
      if (half !== field && half !== (field === 'PM' ? 'AM' : 'am')) {
        return 'bad';
      }
      reading.half = half === field ? 'PM' : 'AM';
      return undefined;
    }
    case 'zone':
      return zoneName(reading);
    case 'offset':
      return offset(reading, text);
    case 'fraction-0': {
      const digits = new RegExp(`^[.,][0-9]{${text.length - 1}}`).exec(reading.rest)?.[0];
      return digits === undefined ? 'bad' : fraction(reading, digits);
    }
    case 'fraction-9': {
      const digits = /^[.,][0-9]+/.exec(reading.rest)?.[0];
      return digits === undefined ? undefined : fraction(reading, digits);
    }
  }
}

/** A fraction right after the seconds is read even where the layout has none. */
function unaskedFraction(reading: Reading, next: Chunk | undefined): Trouble {
  const isAsked = next?.field === 'fraction-0' || next?.field === 'fraction-9';
  const digits = isAsked ? undefined : /^[.,][0-9]+/.exec(reading.rest)?.[0];
  return digits === undefined ? undefined : fraction(reading, digits);
}

function fraction(reading: Reading, digits: string): Trouble {
  reading.rest = reading.rest.slice(digits.length);
  reading.nanosecond = Number(digits.slice(1, 10).padEnd(9, '0'));
  return undefined;
}

function number(reading: Reading, isPadded: boolean, set: (value: number) => Trouble): Trouble {
  const digits = /^[0-9]{1,2}/.exec(reading.rest)?.[0];
  if (digits === undefined || (isPadded && digits.length < 2)) {
    return 'bad';
  }
  reading.rest = reading.rest.slice(digits.length);
  return set(Number(digits));
}

function yearDay(reading: Reading, isPadded: boolean): Trouble {
  if (!isPadded) {
    reading.rest = reading.rest.replace(/^ {1,2}/, '');
  }
  const digits = /^[0-9]{1,3}/.exec(reading.rest)?.[0];
  if (digits === undefined || (isPadded && digits.length < 3)) {
    return 'bad';
  }
  reading.rest = reading.rest.slice(digits.length);
  reading.yearDay = Number(digits);
  return undefined;
}

function zoneName(reading: Reading): Trouble {
  const { rest } = reading;
  if (rest.startsWith('UTC')) {
    reading.isUtc = true;
    reading.rest = rest.slice(3);
    return undefined;
  }
  const name = readZoneName(rest);
  if (name === undefined) {
    return 'bad';
  }
  reading.abbreviation = name;
  reading.rest = rest.slice(name.length);
  return undefined;
}

/** @see Go 1.26 time/format.go, parseTimeZone */
function readZoneName(text: string): string | undefined {
  const special = /^(?:ChST|MeST)/.exec(text)?.[0];
  if (special !== undefined) {
    return special;
  }
  const signed = /^(?:GMT)?([+-])([0-9]+)/.exec(text);
  if (signed !== null && Number(signed[2]) <= 23 && text.length >= 3) {
    return signed[0];
  }
  if (text.startsWith('GMT')) {
    return 'GMT';
  }
  const letters = /^[A-Z]{0,6}/.exec(text)?.[0] ?? '';
  switch (letters.length) {
    case 3:
      return letters;
    case 4:
      return letters.endsWith('T') || letters === 'WITA' ? letters : undefined;
    case 5:
      return letters.endsWith('T') ? letters : undefined;
    default:
      return undefined;
  }
}

function offset(reading: Reading, form: string): Trouble {
  if (form.startsWith('Z') && reading.rest.startsWith('Z')) {
    reading.rest = reading.rest.slice(1);
    reading.isUtc = true;
    return undefined;
  }
  const colon = form.includes(':') ? ':' : '';
  const parts = form.replace(/[^0-9]/g, '').length / 2;
  const text = takeBytes(reading, 3 + (parts - 1) * (2 + colon.length));
  const [, sign, ...numbers] = new RegExp(`^([^])(..)${`${colon}(..)`.repeat(parts - 1)}$`).exec(text) ?? [];
  if (sign === undefined) {
    return 'bad';
  }
  // Numbers are read until one is none, and one that is out of range is worse than that.
  const bad = numbers.findIndex((number) => !/^[0-9]{2}$/.test(number));
  const [hours = 0, minutes = 0, seconds = 0] = (bad < 0 ? numbers : numbers.slice(0, bad)).map(Number);
  if (seconds > 60) {
    return { outOfRange: 'time zone offset second' };
  }
  if (minutes > 60) {
    return { outOfRange: 'time zone offset minute' };
  }
  if (hours > 24) {
    return { outOfRange: 'time zone offset hour' };
  }
  if (bad >= 0 || (sign !== '+' && sign !== '-')) {
    return 'bad';
  }
  const value = (hours * 60 + minutes) * 60 + seconds;
  reading.offsetSeconds = sign === '-' ? -value : value;
  return undefined;
}

/** Reads `prefix`, where a run of spaces matches any run of spaces. */
function skip(reading: Reading, prefix: string): boolean {
  let wanted = prefix;
  while (wanted !== '') {
    if (wanted.startsWith(' ')) {
      if (reading.rest !== '' && !reading.rest.startsWith(' ')) {
        return false;
      }
      wanted = wanted.replace(/^ +/, '');
      reading.rest = reading.rest.replace(/^ +/, '');
    } else {
      if (firstByte(wanted) !== firstByte(reading.rest)) {
        return false;
      }
      wanted = withoutFirstByte(wanted);
      reading.rest = withoutFirstByte(reading.rest);
    }
  }
  return true;
}

function firstByte(text: string): number | undefined {
  return toBytes(text.slice(0, 2))[0];
}

function withoutFirstByte(text: string): string {
  return text.charCodeAt(0) < 0x80 ? text.slice(1) : fromBytes(toBytes(text).subarray(1));
}

function takeName(reading: Reading, names: readonly string[], length: number | undefined): number {
  const rest = reading.rest.toLowerCase();
  const index = names.findIndex((name) => rest.startsWith(name.slice(0, length).toLowerCase()));
  const name = names[index];
  if (name !== undefined) {
    reading.rest = reading.rest.slice(name.slice(0, length).length);
  }
  return index;
}

/** Takes so many bytes, or nothing where there are fewer. */
function takeBytes(reading: Reading, count: number): string {
  const taken = reading.rest.slice(0, count);
  if (taken.length < count || !/^[\0-\x7f]*$/.test(taken)) {
    return '';
  }
  reading.rest = reading.rest.slice(count);
  return taken;
}

function cannotParse(layout: string, text: string, rest: string, field: string): TimeParseError {
  return new TimeParseError(
    `parsing time ${quoteTime(text)} as ${quoteTime(layout)}: cannot parse ${quoteTime(rest)} as ${quoteTime(field)}`,
  );
}

function refused(text: string, why: string): TimeParseError {
  return new TimeParseError(`parsing time ${quoteTime(text)}: ${why}`);
}
