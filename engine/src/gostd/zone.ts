import { zoneNames } from './zoneNames.ts';

/** What a zone says of one moment. */
export interface ZoneOffset {
  /** `CET`, or digits such as `+03` where the zone has no letters. */
  readonly abbreviation: string;
  /** East of Greenwich is positive. */
  readonly offsetSeconds: number;
  /** Whether clocks are put forward. */
  readonly isSummer?: boolean;
}

/** A time zone. */
export interface Zone {
  /** As it was asked for: `Europe/Berlin`, `UTC`, `Local`. */
  readonly name: string;
  at(unixSeconds: number): ZoneOffset;
  /** The offset that this abbreviation stands for in this zone around that moment, or undefined. */
  offsetOf(abbreviation: string, unixSeconds: number): number | undefined;
}

/** Coordinated Universal Time. */
export const utc: Zone = fixedZone('UTC', 0);

/** A zone with one offset, as `time.FixedZone` makes. */
export function fixedZone(name: string, offsetSeconds: number): Zone {
  const offset = { abbreviation: name, offsetSeconds };
  return {
    name,
    at: () => offset,
    offsetOf: (abbreviation) => (abbreviation === name ? offsetSeconds : undefined),
  };
}

/**
 * Zones by name, each made once. Offsets come from the time zone data of the JavaScript engine; abbreviations are
 * those of 2026, since the engine has none, so an abbreviation of a bygone era is today's instead.
 */
export class Zones {
  readonly #local: string;
  readonly #zones = new Map<string, Zone | undefined>();

  /** @param local IANA name of the zone that `Local` stands for */
  constructor(local: string) {
    this.#local = local;
  }

  /** The zone that `Local` stands for; UTC where its name is unknown. */
  get local(): Zone {
    return this.load('Local') ?? utc;
  }

  /** The zone of this name, or undefined where there is none. @see Go 1.26 time/zoneinfo.go, LoadLocation */
  load(name: string): Zone | undefined {
    if (name === '' || name === 'UTC') {
      return utc;
    }
    if (this.#zones.has(name)) {
      return this.#zones.get(name);
    }
    const zone = this.#make(name, name === 'Local' ? this.#local : name);
    if (zone !== undefined || this.#zones.size < maxUnknownZones) {
      this.#zones.set(name, zone);
    }
    return zone;
  }

  #make(name: string, iana: string): Zone | undefined {
    const abbreviations = abbreviationsOf(iana);
    if (iana === 'UTC' || abbreviations === undefined) {
      // Go says `UTC` of a Local that it cannot find, too.
      return name === 'Local' ? { ...utc, name } : undefined;
    }
    return intlZone(name, iana, abbreviations);
  }
}

const maxUnknownZones = 1000;
const maxCachedOffsets = 512;
/** Zones change their offset at whole quarters of an hour. */
const quarterSeconds = 900;
/** JavaScript's dates end here; Go's go on with the same rules. */
const lastSeconds = 8_640_000_000_000;

/** Whether there is a zone of this name. */
export function isZoneName(name: string): boolean {
  return name === 'UTC' || abbreviationsOf(name) !== undefined;
}

function abbreviationsOf(iana: string): readonly string[] | undefined {
  for (const [abbreviations, names] of zoneNames) {
    if (` ${names} `.includes(` ${iana} `) && iana !== '') {
      return abbreviations.split(' ');
    }
  }
  return undefined;
}

function intlZone(name: string, iana: string, abbreviations: readonly string[]): Zone {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: iana, timeZoneName: 'longOffset' });
  const cache = new Map<number, number>();

  const offsetAt = (unixSeconds: number): number => {
    const quarter = Math.floor(unixSeconds / quarterSeconds);
    let offset = cache.get(quarter);
    if (offset === undefined) {
      offset = readOffset(format, unixSeconds);
      if (cache.size >= maxCachedOffsets) {
        cache.clear();
      }
      cache.set(quarter, offset);
    }
    return offset;
  };
  const yearOffsets = (unixSeconds: number): [lower: number, higher: number] => {
    const year = dateOf(unixSeconds).getUTCFullYear();
    const winter = offsetAt(Date.UTC(year, 0, 1) / 1000);
    const summer = offsetAt(Date.UTC(year, 6, 1) / 1000);
    return [Math.min(winter, summer), Math.max(winter, summer)];
  };
  const abbreviationFor = (offsetSeconds: number, lower: number): string => {
    // Before there were zones every place had its own time, hardly ever in whole minutes.
    if (offsetSeconds % 60 !== 0) {
      return 'LMT';
    }
    const [low = '', high] = abbreviations;
    return low === '' ? digits(offsetSeconds) : offsetSeconds > lower && high !== undefined ? high : low;
  };

  return {
    name,
    at(unixSeconds) {
      const offsetSeconds = offsetAt(unixSeconds);
      const [lower] = yearOffsets(unixSeconds);
      const isSummer = offsetSeconds % 60 === 0 && offsetSeconds > lower;
      return { abbreviation: abbreviationFor(offsetSeconds, lower), offsetSeconds, isSummer };
    },
    offsetOf(abbreviation, unixSeconds) {
      const [lower, higher] = yearOffsets(unixSeconds);
      return [lower, higher].find((offset) => abbreviationFor(offset, lower) === abbreviation);
    },
  };
}

function readOffset(format: Intl.DateTimeFormat, unixSeconds: number): number {
  const name = format.formatToParts(dateOf(unixSeconds)).find((part) => part.type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0', seconds = '0'] =
    /^GMT([+\-\u2212])(\d+)(?::(\d+))?(?::(\d+))?$/.exec(name) ?? [];
  const value = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === undefined || sign === '+' ? value : -value;
}

function dateOf(unixSeconds: number): Date {
  return new Date(Math.max(-lastSeconds, Math.min(lastSeconds, unixSeconds)) * 1000);
}

/** `+03`, `-0330`: how the zone database names what has no letters. */
function digits(offsetSeconds: number): string {
  const value = Math.abs(offsetSeconds);
  const hours = String(Math.floor(value / 3600)).padStart(2, '0');
  const minutes = Math.floor((value % 3600) / 60);
  return `${offsetSeconds < 0 ? '-' : '+'}${hours}${minutes === 0 ? '' : String(minutes).padStart(2, '0')}`;
}
