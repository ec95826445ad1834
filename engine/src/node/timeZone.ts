import { readlinkSync } from 'node:fs';
import process from 'node:process';

/**
 * IANA name of the machine's time zone, as Go finds it: by `TZ`, else by where /etc/localtime leads. Only where that
 * tells nothing is the JavaScript engine asked, which takes it longer than rendering a small chart.
 *
 * @see Go 1.26 time/zoneinfo_unix.go, initLocal
 */
export function localTimeZone(): string {
  const named = process.env['TZ'] ?? zoneOfLink();
  if (named !== undefined && universal.test(named)) {
    return 'UTC';
  }
  return process.env['TZ'] === undefined && named !== undefined
    ? named
    : Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Empty, too, is Go's word for it. */
const universal = /^(?:(?:Etc\/)?(?:UTC|UCT|Universal|Zulu))?$/;
const folder = '/zoneinfo/';

function zoneOfLink(): string | undefined {
  try {
    const target = readlinkSync('/etc/localtime');
    const at = target.lastIndexOf(folder);
    return at < 0 ? undefined : target.slice(at + folder.length);
  } catch {
    return undefined; // no link, or no such file at all
  }
}
