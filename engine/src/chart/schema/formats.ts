/** What `format` asks of texts. @see santhosh-tekuri/jsonschema v6.0.3 format.go */
import {
  AddressError,
  compileRegexp,
  hostnameOf,
  parseAddress,
  parseInt,
  parseTime,
  parseUrl,
  quote,
  quoteRune,
  RegexpError,
  TimeParseError,
  UrlError,
  type Url,
  utc,
} from '../../gostd/index.ts';

type Check = (text: string) => string | undefined;

/** Why a text is not of a format; nothing where it is, or where the format is unknown. */
export function formatProblem(format: string, text: string): string | undefined {
  return checks.get(format)?.(text);
}

/** The text of an error of the kind that a parser throws for bad input. */
function problemOf(kinds: readonly (new (...args: never[]) => Error)[], parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (error instanceof Error && kinds.some((kind) => error instanceof kind)) {
      return error.message;
    }
    throw error;
  }
}

const invalidCharacter = (character: string): string =>
  `invalid character ${quoteRune(character.codePointAt(0) ?? 0, false)}`;

function jsonPointer(text: string): string | undefined {
  if (text === '') {
    return undefined;
  }
  if (!text.startsWith('/')) {
    return 'not starting with /';
  }
  return /~(?![01])/.test(text) ? '~ must be followed by 0 or 1' : undefined;
}

function relativeJsonPointer(text: string): string | undefined {
  const [digits = ''] = /^[0-9]*/.exec(text) ?? [];
  if (digits === '') {
    return 'must start with non-negative integer';
  }
  if (digits.length > 1 && digits.startsWith('0')) {
    return 'starts with zero';
  }
  const rest = text.slice(digits.length);
  return rest === '#' ? undefined : jsonPointer(rest);
}

function uuid(text: string): string | undefined {
  const lengths = [8, 4, 4, 4, 12];
  const groups = text.split('-');
  if (groups.length !== lengths.length) {
    return `must have ${String(lengths.length)} elements`;
  }
  for (const [index, group] of groups.entries()) {
    if (group.length !== lengths[index]) {
      return `element ${String(index + 1)} must be ${String(lengths[index])} characters long`;
    }
    const [bad] = /[^0-9a-fA-F]/u.exec(group) ?? [];
    if (bad !== undefined) {
      return `non-hex character ${quoteRune(bad.codePointAt(0) ?? 0, false)}`;
    }
  }
  return undefined;
}

function isoDuration(text: string): string | undefined {
  if (!text.startsWith('P')) {
    return 'must start with P';
  }
  const rest = text.slice(1);
  if (rest === '') {
    return 'nothing after P';
  }
  if (rest.endsWith('W')) {
    const weeks = rest.slice(0, -1);
    return weeks === '' ? 'no number in week' : /^[0-9]+$/.test(weeks) ? undefined : 'invalid week';
  }
  const allUnits = ['YMD', 'HMS'];
  for (const [index, part] of rest.split('T').entries()) {
    const units = allUnits[index];
    if (index > 0 && part === '') {
      return 'no time elements';
    }
    if (units === undefined) {
      return 'more than one T';
    }
    const problem = durationUnits(part, units);
    if (problem !== undefined) {
      return problem;
    }
  }
  return undefined;
}

function durationUnits(part: string, allUnits: string): string | undefined {
  let units = allUnits;
  for (let rest = part; rest !== '';) {
    const [digits = ''] = /^[0-9]*/.exec(rest) ?? [];
    const unit = rest.charAt(digits.length);
    if (digits === '') {
      return 'missing number';
    }
    if (unit === '') {
      return 'missing unit';
    }
    const at = units.indexOf(unit);
    if (at < 0) {
      const shown = quoteRune(unit.codePointAt(0) ?? 0, false);
      return allUnits.includes(unit) ? `unit ${shown} out of order` : `invalid unit ${shown}`;
    }
    units = units.slice(at + 1);
    rest = rest.slice(digits.length + 1);
  }
  return undefined;
}

function ipv4(text: string): string | undefined {
  const groups = text.split('.');
  if (groups.length !== 4) {
    return 'expected four decimals';
  }
  for (const group of groups) {
    if (group.length > 1 && group.startsWith('0')) {
      return 'leading zeros';
    }
    const { value, error } = parseInt(group, 10, 64);
    if (error !== undefined) {
      return `strconv.Atoi: parsing ${quote(group)}: ${error}`;
    }
    if (value < 0n || value > 255n) {
      return 'decimal must be between 0 and 255';
    }
  }
  return undefined;
}

function ipv6(text: string): string | undefined {
  if (!text.includes(':')) {
    return 'missing colon';
  }
  return (
    problemOf([AddressError], () => parseAddress(text)) ??
    (text.includes('%') ? 'zone id is not a part of ipv6 address' : undefined)
  );
}

function hostname(text: string): string | undefined {
  const name = text.replace(/\.$/, '');
  if (name.length > 253) {
    return 'more than 253 characters long';
  }
  for (const label of name.split('.')) {
    if (label === '' || label.length > 63) {
      return 'label must be 1 to 63 characters long';
    }
    if (label.startsWith('-')) {
      return 'label starts with hyphen';
    }
    if (label.endsWith('-')) {
      return 'label ends with hyphen';
    }
    const [bad] = /[^a-zA-Z0-9-]/u.exec(label) ?? [];
    if (bad !== undefined) {
      return invalidCharacter(bad);
    }
  }
  return undefined;
}

function email(text: string): string | undefined {
  if (text.length > 254) {
    return 'more than 255 characters long';
  }
  const at = text.lastIndexOf('@');
  if (at < 0) {
    return 'missing @';
  }
  return localPart(text.slice(0, at)) ?? emailDomain(text.slice(at + 1));
}

function localPart(local: string): string | undefined {
  if (local.length > 64) {
    return 'local part more than 64 characters long';
  }
  if (local.length > 1 && local.startsWith('"') && local.endsWith('"')) {
    return /[\\"]/.test(local.slice(1, -1))
      ? 'backslash and quote are not allowed within quoted local part'
      : undefined;
  }
  if (local.startsWith('.')) {
    return 'starts with dot';
  }
  if (local.endsWith('.')) {
    return 'ends with dot';
  }
  if (local.includes('..')) {
    return 'consecutive dots';
  }
  const [bad] = /[^a-zA-Z0-9.!#$%&'*+\-/=?^_`{|}~]/u.exec(local) ?? [];
  return bad === undefined ? undefined : invalidCharacter(bad);
}

function emailDomain(domain: string): string | undefined {
  if (!domain.startsWith('[') || !domain.endsWith(']')) {
    return within('invalid domain', hostname(domain));
  }
  const address = domain.slice(1, -1);
  return address.startsWith('IPv6:')
    ? within('invalid ipv6 address', ipv6(address.slice('IPv6:'.length)))
    : within('invalid ipv4 address', ipv4(address));
}

function within(what: string, problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : `${what}: ${problem}`;
}

function date(text: string): string | undefined {
  return problemOf([TimeParseError], () => parseTime('2006-01-02', text, utc));
}

function time(text: string): string | undefined {
  if (text.length < 9) {
    return 'less than 9 characters long';
  }
  if (text[2] !== ':' || text[5] !== ':') {
    return 'missing colon in correct place';
  }
  const [hour = -1, minute = -1, second = -1] = text.slice(0, 8).split(':').map(atoi);
  if ([hour, minute, second].some(Number.isNaN)) {
    return 'invalid hour/min/sec';
  }
  if (Math.min(hour, minute, second) < 0) {
    return 'non-positive hour/min/sec';
  }
  if (hour > 23 || minute > 59 || second > 60) {
    return 'hour/min/sec out of range';
  }
  const fraction = /^\.([0-9]*)/.exec(text.slice(8));
  if (fraction?.[1] === '') {
    return 'no digits in second fraction';
  }
  const offset = text.slice(8 + (fraction?.[0].length ?? 0));
  const shift = offsetMinutes(offset);
  if (typeof shift === 'string') {
    return shift;
  }
  const total = hour * 60 + minute + shift;
  const atUtc = total < 0 ? total + 24 * 60 : total;
  return second >= 60 && atUtc !== 23 * 60 + 59 ? 'invalid leap second' : undefined;
}

/** Minutes to add for UTC, or what is wrong. */
function offsetMinutes(offset: string): number | string {
  if (offset === 'z' || offset === 'Z') {
    return 0;
  }
  if (offset.length !== 6) {
    return 'offset must be 6 characters long';
  }
  if (!/^[-+]/.test(offset)) {
    return 'offset must begin with plus/minus';
  }
  if (offset[3] !== ':') {
    return 'missing colon in offset in correct place';
  }
  const [hour = -1, minute = -1] = offset.slice(1).split(':').map(atoi);
  if (Number.isNaN(hour) || Number.isNaN(minute)) {
    return 'invalid hour/min in offset';
  }
  if (hour < 0 || minute < 0) {
    return 'non-positive hour/min in offset';
  }
  if (hour > 23 || minute > 59) {
    return 'hour/min in offset out of range';
  }
  return (offset.startsWith('+') ? -1 : 1) * (hour * 60 + minute);
}

function atoi(text: string): number {
  const { value, error } = parseInt(text, 10, 64);
  return error === undefined ? Number(value) : Number.NaN;
}

function dateTime(text: string): string | undefined {
  if (text.length < 20) {
    return 'less than 20 characters long';
  }
  if (!/^.{10}[tT]/s.test(text)) {
    return '11th character must be t or T';
  }
  return (
    within('invalid date element', date(text.slice(0, 10))) ?? within('invalid time element', time(text.slice(11)))
  );
}

function period(text: string): string | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) {
    return 'missing slash';
  }
  const [start, end] = [text.slice(0, slash), text.slice(slash + 1)];
  if (start.startsWith('P')) {
    return within('invalid start duration', isoDuration(start)) ?? within('invalid end date-time', dateTime(end));
  }
  return (
    within('invalid start date-time', dateTime(start)) ??
    (end.startsWith('P') ? within('invalid end duration', isoDuration(end)) : dateTime(end))
  );
}

function url(text: string, check: (parsed: Url) => string | undefined): string | undefined {
  let problem: string | undefined;
  const failed = problemOf([UrlError], () => {
    const parsed = parseUrl(text);
    const host = hostnameOf(parsed);
    const isBare = host.includes(':') && !/\[.*\]/.test(parsed.host);
    problem = isBare
      ? 'ipv6 address not enclosed in brackets'
      : host.includes(':')
        ? (within('invalid ipv6 address', ipv6(host)) ?? check(parsed))
        : check(parsed);
  });
  return failed ?? problem;
}

const uri: Check = (text) => url(text, ({ scheme }) => (scheme === '' ? 'relative url' : undefined));
const uriReference: Check = (text) => (text.includes('\\') ? 'contains \\' : url(text, () => undefined));

function semver(text: string): string | undefined {
  const [, beforeBuild = '', build] = /^([^+]*)(?:\+(.*))?$/s.exec(text) ?? [];
  const [, core = '', preRelease] = /^([^-]*)(?:-(.*))?$/s.exec(beforeBuild) ?? [];
  return semverBuild(build) ?? semverPreRelease(preRelease) ?? semverCore(core);
}

function semverBuild(build: string | undefined): string | undefined {
  if (build === '') {
    return 'build is empty';
  }
  for (const identifier of build?.split('.') ?? []) {
    const [bad] = /[^0-9A-Za-z-]/u.exec(identifier) ?? [];
    if (identifier === '') {
      return 'build identifier is empty';
    }
    if (bad !== undefined) {
      return `${invalidCharacter(bad)} in build identifier`;
    }
  }
  return undefined;
}

function semverPreRelease(preRelease: string | undefined): string | undefined {
  for (const identifier of preRelease?.split('.') ?? []) {
    const [bad] = /[^0-9A-Za-z-]/u.exec(identifier) ?? [];
    if (identifier === '') {
      return 'pre-release identifier is empty';
    }
    if (bad !== undefined) {
      return `${invalidCharacter(bad)} in pre-release identifier`;
    }
    if (/^0[0-9]+$/.test(identifier)) {
      return 'pre-release numeric identifier starts with zero';
    }
  }
  return undefined;
}

function semverCore(core: string): string | undefined {
  const numbers = core.split('.');
  if (numbers.length !== 3) {
    return 'versionCore must have 3 numbers separated by dot';
  }
  for (const [index, name] of ['major', 'minor', 'patch'].entries()) {
    const number = numbers[index] ?? '';
    if (number === '') {
      return `${name} is empty`;
    }
    if (number.length > 1 && number.startsWith('0')) {
      return `${name} starts with zero`;
    }
    if (!/^[0-9]+$/.test(number)) {
      return `${name} contains non-digit`;
    }
  }
  return undefined;
}

function uriTemplate(text: string): string | undefined {
  return url(text, ({ rawPath }) => {
    for (const token of rawPath.split('/')) {
      const braces = token.replaceAll(/%7b/gi, '{').replaceAll(/%7d/gi, '}').replaceAll(/[^{}]/g, '');
      if (/\{\{|\}\}|^\}/.test(braces)) {
        return 'nested curly braces';
      }
      if (braces.length % 2 === 1) {
        return 'no matching closing brace';
      }
    }
    return undefined;
  });
}

const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['json-pointer', jsonPointer],
  ['relative-json-pointer', relativeJsonPointer],
  ['uuid', uuid],
  ['duration', isoDuration],
  ['period', period],
  ['ipv4', ipv4],
  ['ipv6', ipv6],
  ['hostname', hostname],
  ['email', email],
  ['date', date],
  ['time', time],
  ['date-time', dateTime],
  ['uri', uri],
  ['iri', uri],
  ['uri-reference', uriReference],
  ['iri-reference', uriReference],
  ['uri-template', uriTemplate],
  ['semver', semver],
  ['regex', (text) => problemOf([RegexpError], () => compileRegexp(text))],
]);
