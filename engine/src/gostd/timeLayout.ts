import { toBytes } from './bytes.ts';
import type { Civil } from './civil.ts';

/** From January on. */
export const longMonthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;
/** From Sunday on, which Go counts as 0. */
export const longDayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** What a piece of a layout stands for. */
export type Field =
  | 'long-month'
  | 'month'
  | 'number-month'
  | 'zero-month'
  | 'long-weekday'
  | 'weekday'
  | 'day'
  | 'under-day'
  | 'zero-day'
  | 'under-year-day'
  | 'zero-year-day'
  | 'hour'
  | 'hour-12'
  | 'zero-hour-12'
  | 'minute'
  | 'zero-minute'
  | 'second'
  | 'zero-second'
  | 'long-year'
  | 'year'
  | 'PM'
  | 'pm'
  | 'zone'
  | 'offset'
  | 'fraction-0'
  | 'fraction-9';

/** One field of a layout with the text before it; `field` is undefined for the text after the last one. */
export interface Chunk {
  readonly prefix: string;
  readonly field: Field | undefined;
  /** The field as written: `2006`, `-07:00`, `.000`. */
  readonly text: string;
}

const offsets = ['070000', '07:00:00', '0700', '07:00', '07'];

/**
 * The fields of a layout, in order.
 *
 * @see Go 1.26 time/format.go, nextStdChunk
 */
export function readLayout(layout: string): Chunk[] {
  const chunks: Chunk[] = [];
  let start = 0;
  let at = 0;
  while (at < layout.length) {
    const found = fieldAt(layout, at);
    if (found === undefined) {
      at++;
      continue;
    }
    const [field, from, to] = found;
    chunks.push({ prefix: layout.slice(start, from), field, text: layout.slice(from, to) });
    start = to;
    at = to;
  }
  chunks.push({ prefix: layout.slice(start), field: undefined, text: '' });
  return chunks;
}

function fieldAt(layout: string, at: number): [field: Field, from: number, to: number] | undefined {
  const take = (field: Field, length: number): [Field, number, number] => [field, at, at + length];
  const has = (text: string): boolean => layout.startsWith(text, at);
  switch (layout[at]) {
    case 'J':
      if (has('January')) {
        return take('long-month', 7);
      }
      return has('Jan') && !isLower(layout[at + 3]) ? take('month', 3) : undefined;
    case 'M':
      if (has('Monday')) {
        return take('long-weekday', 6);
      }
      if (has('Mon') && !isLower(layout[at + 3])) {
        return take('weekday', 3);
      }
      return has('MST') ? take('zone', 3) : undefined;
    case '0': {
      const padded = zeroFields[layout[at + 1] ?? ''];
      if (padded !== undefined) {
        return take(padded, 2);
      }
      return has('002') ? take('zero-year-day', 3) : undefined;
    }
    case '1':
      return has('15') ? take('hour', 2) : take('number-month', 1);
    case '2':
      return has('2006') ? take('long-year', 4) : take('day', 1);
    case '_':
      if (has('_2')) {
        return has('_2006') ? ['long-year', at + 1, at + 5] : take('under-day', 2);
      }
      return has('__2') ? take('under-year-day', 3) : undefined;
    case '3':
      return take('hour-12', 1);
    case '4':
      return take('minute', 1);
    case '5':
      return take('second', 1);
    case 'P':
      return has('PM') ? take('PM', 2) : undefined;
    case 'p':
      return has('pm') ? take('pm', 2) : undefined;
    case '-':
    case 'Z': {
      const form = offsets.find((offset) => layout.startsWith(offset, at + 1));
      return form === undefined ? undefined : take('offset', form.length + 1);
    }
    case '.':
    case ',': {
      const digits = /^(?:0+|9+)(?![0-9])/.exec(layout.slice(at + 1))?.[0];
      return digits === undefined
        ? undefined
        : take(digits.startsWith('0') ? 'fraction-0' : 'fraction-9', digits.length + 1);
    }
    default:
      return undefined;
  }
}

const zeroFields: Readonly<Record<string, Field>> = {
  '1': 'zero-month',
  '2': 'zero-day',
  '3': 'zero-hour-12',
  '4': 'zero-minute',
  '5': 'zero-second',
  '6': 'year',
};

function isLower(char: string | undefined): boolean {
  return char !== undefined && char >= 'a' && char <= 'z';
}

/**
 * The time in this layout.
 *
 * @see Go 1.26 time/format.go, Time.AppendFormat
 */
export function formatTime(time: Civil, layout: string): string {
  let result = '';
  for (const { prefix, field, text } of readLayout(layout)) {
    result += prefix;
    if (field !== undefined) {
      result += formatField(time, field, text);
    }
  }
  return result;
}

function formatField(time: Civil, field: Field, text: string): string {
  const hour12 = time.hour % 12 === 0 ? 12 : time.hour % 12;
  switch (field) {
    case 'long-month':
      return longMonthNames[time.month - 1] ?? '';
    case 'month':
      return (longMonthNames[time.month - 1] ?? '').slice(0, 3);
    case 'number-month':
      return String(time.month);
    case 'zero-month':
      return padded(time.month, 2);
    case 'long-weekday':
      return longDayNames[time.weekday] ?? '';
    case 'weekday':
      return (longDayNames[time.weekday] ?? '').slice(0, 3);
    case 'day':
      return String(time.day);
    case 'under-day':
      return String(time.day).padStart(2, ' ');
    case 'zero-day':
      return padded(time.day, 2);
    case 'under-year-day':
      return String(time.yearDay).padStart(3, ' ');
    case 'zero-year-day':
      return padded(time.yearDay, 3);
    case 'hour':
      return padded(time.hour, 2);
    case 'hour-12':
      return String(hour12);
    case 'zero-hour-12':
      return padded(hour12, 2);
    case 'minute':
      return String(time.minute);
    case 'zero-minute':
      return padded(time.minute, 2);
    case 'second':
      return String(time.second);
    case 'zero-second':
      return padded(time.second, 2);
    case 'long-year':
      return padded(time.year, 4);
    case 'year':
      return padded(Math.abs(time.year) % 100, 2);
    case 'PM':
      return time.hour >= 12 ? 'PM' : 'AM';
    case 'pm':
      return time.hour >= 12 ? 'pm' : 'am';
    case 'zone':
      return time.abbreviation === '' ? formatOffset(time.offsetSeconds, '-0700') : time.abbreviation;
    case 'offset':
      return text.startsWith('Z') && time.offsetSeconds === 0 ? 'Z' : formatOffset(time.offsetSeconds, text);
    case 'fraction-0':
    case 'fraction-9':
      return formatFraction(time.nanosecond, text);
  }
}

function padded(value: number, width: number): string {
  const digits = String(Math.abs(value)).padStart(width, '0');
  return value < 0 ? `-${digits}` : digits;
}

function formatOffset(offsetSeconds: number, form: string): string {
  const value = Math.abs(offsetSeconds);
  const hours = padded(Math.floor(value / 3600), 2);
  const minutes = padded(Math.floor((value % 3600) / 60), 2);
  const seconds = padded(value % 60, 2);
  // Go works in whole minutes here, so an offset of less than a minute west of Greenwich has a plus.
  const sign = Math.trunc(offsetSeconds / 60) < 0 ? '-' : '+';
  const colon = form.includes(':') ? ':' : '';
  const digits = form.replace(/[^0-9]/g, '').length;
  return sign + hours + (digits > 2 ? colon + minutes : '') + (digits > 4 ? colon + seconds : '');
}

function formatFraction(nanosecond: number, text: string): string {
  const digits = padded(nanosecond, 9).slice(0, text.length - 1);
  if (text[1] === '0') {
    return text.slice(0, 1) + digits;
  }
  const trimmed = digits.replace(/0+$/, '');
  return trimmed === '' ? '' : text.slice(0, 1) + trimmed;
}

/** A text as package time quotes it in errors: every byte outside of ASCII as `\xHH`. @see Go 1.26 time/format.go, quote */
export function quoteTime(text: string): string {
  let result = '"';
  for (const byte of toBytes(text)) {
    if (byte >= 0x80 || byte < 0x20) {
      result += `\\x${byte.toString(16).padStart(2, '0')}`;
    } else {
      const char = String.fromCharCode(byte);
      result += char === '"' || char === '\\' ? `\\${char}` : char;
    }
  }
  return `${result}"`;
}
