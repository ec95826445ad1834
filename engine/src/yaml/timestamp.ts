/** Dates and times as YAML 1.1 spells them and go-yaml reads them. @see go.yaml.in/yaml/v2 v2.4.4 resolve.go, parseTimestamp */
import { daysInMonth } from '../gostd/index.ts';

const date = String.raw`(\d{4})-(\d{1,2})-(\d{1,2})`;
const clock = String.raw`(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?`;
const forms = [
  new RegExp(String.raw`^${date}[Tt]${clock}(?:Z|([-+])(\d\d):(\d\d))$`),
  new RegExp(`^${date} +${clock}$`),
  new RegExp(`^${date}$`),
];

/** The time as RFC 3339 with as many decimals as it needs, or undefined where the text is no time. */
export function parseTimestamp(text: string): string | undefined {
  if (text.charCodeAt(4) !== 0x2d) {
    return undefined;
  }
  for (const form of forms) {
    const match = form.exec(text);
    if (match !== null) {
      return normalized(match.slice(1));
    }
  }
  return undefined;
}

function normalized(fields: readonly (string | undefined)[]): string | undefined {
  const [year = '', month = '', day = '', hour = '0', minute = '0', second = '0', fraction = '', sign] = fields;
  const [zoneHour = '0', zoneMinute = '0'] = fields.slice(8);
  const isInRange =
    isBetween(month, 1, 12) &&
    isBetween(day, 1, daysInMonth(Number(year), Number(month))) &&
    isBetween(hour, 0, 23) &&
    isBetween(minute, 0, 59) &&
    isBetween(second, 0, 59) &&
    isBetween(zoneHour, 0, 24) &&
    isBetween(zoneMinute, 0, 60);
  if (!isInRange) {
    return undefined;
  }
  const nanoseconds = fraction.slice(0, 9).replace(/0+$/, '');
  const decimals = nanoseconds === '' ? '' : `.${nanoseconds}`;
  const time = [hour, minute, second].map(twoDigits).join(':');
  return `${year}-${twoDigits(month)}-${twoDigits(day)}T${time}${decimals}${zone(sign, zoneHour, zoneMinute)}`;
}

function zone(sign: string | undefined, hour: string, minute: string): string {
  const minutes = Number(hour) * 60 + Number(minute);
  if (sign === undefined || minutes === 0) {
    return 'Z';
  }
  return `${sign}${twoDigits(String(Math.trunc(minutes / 60)))}:${twoDigits(String(minutes % 60))}`;
}

function isBetween(text: string, least: number, most: number): boolean {
  const value = Number(text);
  return value >= least && value <= most;
}

function twoDigits(text: string): string {
  return text.padStart(2, '0');
}
