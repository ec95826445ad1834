import { readlinkSync } from 'node:fs';
import process from 'node:process';
import { isZoneName } from '../gostd/index.ts';

/**
 * IANA name of the machine's time zone, as Go finds it: by `TZ`, else by where /etc/localtime leads. Only where that
 * tells nothing is the JavaScript engine asked, which takes it longer than rendering a small chart.
 *
 * @see Go 1.26 time/zoneinfo_unix.go, initLocal
 */
export function localTimeZone(): string {
  const variable = process.env['TZ'];
  if (variable !== undefined) {
    const name = zoneAt(variable.replace(/^:/, ''));
    return isZoneName(name) && !universal.test(name) ? name : 'UTC';
  }
  const linked = zoneOfLink();
  return linked === undefined
    ? Intl.DateTimeFormat().resolvedOptions().timeZone
    : universal.test(linked)
      ? 'UTC'
      : linked;
}

/** Empty, too, is Go's word for it. */
const universal = /^(?:(?:Etc\/)?(?:UTC|UCT|Universal|Zulu))?$/;
const folder = '/zoneinfo/';

function zoneOfLink(): string | undefined {
  try {
    const target = readlinkSync('/etc/localtime');
    return target.includes(folder) ? zoneAt(target) : undefined;
  } catch {
    return undefined; // no link, or no such file at all
  }
}

/** A name as it is, and that of a file of the zone database. */
function zoneAt(place: string): string {
  const at = place.lastIndexOf(folder);
  return at < 0 ? place : place.slice(at + folder.length);
}
