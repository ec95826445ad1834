/** A moment as a calendar and a clock show it. */
export interface Civil {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** 1 is the first of January. */
  readonly yearDay: number;
  /** Empty where the zone has no name. */
  readonly abbreviation: string;
  readonly offsetSeconds: number;
}

/** Without leap seconds, as Go counts. */
export const secondsPerDay = 86_400;
const daysPer400Years = 146_097;

/** Days since 1970-01-01 of a date in the Gregorian calendar; month and day may be out of range and carry over. */
export function daysFromDate(year: number, month: number, day: number): number {
  const months = month - 1;
  const carriedYear = year + Math.floor(months / 12);
  const month0 = ((months % 12) + 12) % 12;
  // Years that start in March put the leap day at their end.
  const marchYear = month0 < 2 ? carriedYear - 1 : carriedYear;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * ((month0 + 10) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * daysPer400Years + dayOfEra - 719_468;
}

/** The date so many days after 1970-01-01. */
function dateFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / daysPer400Years);
  const dayOfEra = shifted - era * daysPer400Years;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** Whether a year of the Gregorian calendar has a 29th of February. */
export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** How many days a month has. @param month 1 to 12 */
export function daysInMonth(year: number, month: number): number {
  return daysFromDate(year, month + 1, 1) - daysFromDate(year, month, 1);
}

/** What clocks show `offsetSeconds` east of Greenwich. */
export function civilAt(
  unixSeconds: number,
  nanosecond: number,
  zone: { readonly abbreviation: string; readonly offsetSeconds: number },
): Civil {
  const shown = unixSeconds + zone.offsetSeconds;
  const days = Math.floor(shown / secondsPerDay);
  const clock = shown - days * secondsPerDay;
  const { year, month, day } = dateFromDays(days);
  return {
    year,
    month,
    day,
    hour: Math.floor(clock / 3600),
    minute: Math.floor((clock % 3600) / 60),
    second: clock % 60,
    nanosecond,
    weekday: (((days + 4) % 7) + 7) % 7,
    yearDay: days - daysFromDate(year, 1, 1) + 1,
    ...zone,
  };
}
