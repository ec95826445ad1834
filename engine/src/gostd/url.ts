import { byteLength, fromBytes, toBytes } from './bytes.ts';
import { AddressError, parseAddress } from './ip.ts';
import { quote } from './strconv.ts';

/** The parts of a URL, decoded, as Go's `url.URL` has them. */
export interface Url {
  readonly scheme: string;
  /** What stands after the scheme where that does not start with a slash, as in `mailto:joe@example.com`. */
  readonly opaque: string;
  readonly user: UserInfo | undefined;
  /** With its port. */
  readonly host: string;
  readonly path: string;
  /** Still encoded. */
  readonly rawQuery: string;
  readonly fragment: string;
  /** The path as written, where encoding `path` would not give it back. */
  readonly rawPath: string;
  readonly rawFragment: string;
  /** A `?` with nothing after it. */
  readonly forceQuery: boolean;
  /** A scheme and a path without `//` between them. */
  readonly omitHost: boolean;
}

/** Name and password, decoded; a password may be there and empty. */
export interface UserInfo {
  readonly username: string;
  readonly password: string | undefined;
}

/** A text that is no URL; `message` is Go's, which starts with `parse "…": `. */
export class UrlError extends Error {
  override readonly name = 'UrlError';
}

/** Which part of a URL is encoded: each has characters of its own that stand for themselves. */
export type UrlPart = 'path' | 'path-segment' | 'host' | 'zone' | 'user' | 'query' | 'fragment';

const emptyUrl: Url = {
  scheme: '',
  opaque: '',
  user: undefined,
  host: '',
  path: '',
  rawQuery: '',
  fragment: '',
  rawPath: '',
  rawFragment: '',
  forceQuery: false,
  omitHost: false,
};

/**
 * Reads a URL or a reference to one.
 *
 * @throws UrlError
 * @see Go 1.26 net/url/url.go, Parse
 */
export function parseUrl(text: string): Url {
  const [before, fragment] = cut(text, '#');
  let url: Url;
  try {
    url = parse(before);
  } catch (error) {
    throw explained(before, error);
  }
  if (fragment === '') {
    return url;
  }
  try {
    const decoded = unescapeUrl(fragment, 'fragment');
    return { ...url, fragment: decoded, rawFragment: escapeUrl(decoded, 'fragment') === fragment ? '' : fragment };
  } catch (error) {
    throw explained(text, error);
  }
}

function explained(text: string, error: unknown): unknown {
  return error instanceof UrlError ? new UrlError(`parse ${quote(text)}: ${error.message}`, { cause: error }) : error;
}

function parse(text: string): Url {
  if (/[\0-\x1f\x7f]/.test(text)) {
    throw new UrlError('net/url: invalid control character in URL');
  }
  if (text === '*') {
    return { ...emptyUrl, path: '*' };
  }
  const [scheme, afterScheme] = readScheme(text);
  let rest = afterScheme;
  let rawQuery = '';
  const forceQuery = rest.endsWith('?') && rest.indexOf('?') === rest.length - 1;
  if (forceQuery) {
    rest = rest.slice(0, -1);
  } else {
    [rest, rawQuery] = cut(rest, '?');
  }
  const url: Url = { ...emptyUrl, scheme, rawQuery, forceQuery };
  if (!rest.startsWith('/')) {
    if (scheme !== '') {
      return { ...url, opaque: rest };
    }
    if (cut(rest, '/')[0].includes(':')) {
      throw new UrlError('first path segment in URL cannot contain colon');
    }
  }
  let authority: Pick<Url, 'user' | 'host'> = url;
  let omitHost = false;
  if ((scheme !== '' || !rest.startsWith('///')) && rest.startsWith('//')) {
    const slash = rest.indexOf('/', 2);
    authority = parseAuthority(scheme, slash < 0 ? rest.slice(2) : rest.slice(2, slash));
    rest = slash < 0 ? '' : rest.slice(slash);
  } else if (scheme !== '' && rest.startsWith('/')) {
    omitHost = true;
  }
  const path = unescapeUrl(rest, 'path');
  const rawPath = escapeUrl(path, 'path') === rest ? '' : rest;
  return { ...url, ...authority, omitHost, path, rawPath };
}

function readScheme(text: string): [scheme: string, rest: string] {
  if (text.startsWith(':')) {
    throw new UrlError('missing protocol scheme');
  }
  const scheme = /^[a-zA-Z][a-zA-Z0-9+.-]*(?=:)/.exec(text)?.[0];
  return scheme === undefined ? ['', text] : [scheme.toLowerCase(), text.slice(scheme.length + 1)];
}

function parseAuthority(scheme: string, authority: string): Pick<Url, 'user' | 'host'> {
  const at = authority.lastIndexOf('@');
  const host = parseHost(scheme, authority.slice(at + 1));
  if (at < 0) {
    return { user: undefined, host };
  }
  const info = authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(info)) {
    throw new UrlError('net/url: invalid userinfo');
  }
  const [username, password] = cut(info, ':');
  const user = {
    username: unescapeUrl(username, 'user'),
    password: info.includes(':') ? unescapeUrl(password, 'user') : undefined,
  };
  return { user, host };
}

function parseHost(scheme: string, host: string): string {
  const bracket = host.lastIndexOf('[');
  if (bracket > 0) {
    throw new UrlError('invalid IP-literal');
  }
  if (bracket === 0) {
    return parseLiteral(host);
  }
  const colon = scheme === 'http' || scheme === 'https' ? host.indexOf(':') : host.lastIndexOf(':');
  if (colon >= 0) {
    checkPort(host.slice(colon));
  }
  return unescapeUrl(host, 'host');
}

/** A host such as `[::1%25eth0]:443`. */
function parseLiteral(host: string): string {
  const end = host.lastIndexOf(']');
  if (end < 0) {
    throw new UrlError("missing ']' in host");
  }
  const port = host.slice(end + 1);
  checkPort(port);
  const written = host.slice(1, end);
  const zone = written.indexOf('%25');
  const name =
    zone < 0
      ? unescapeUrl(written, 'host')
      : unescapeUrl(written.slice(0, zone), 'host') + unescapeUrl(written.slice(zone), 'zone');
  try {
    if (parseAddress(name).family === 4) {
      throw new UrlError('invalid IP-literal');
    }
  } catch (error) {
    throw error instanceof AddressError ? new UrlError(`invalid host: ${error.message}`, { cause: error }) : error;
  }
  return `[${name}]${port}`;
}

function checkPort(text: string): void {
  if (!/^(?::[0-9]*)?$/.test(text)) {
    throw new UrlError(`invalid port ${quote(text)} after host`);
  }
}

/** The host without port and brackets. @see Go 1.26 net/url/url.go, URL.Hostname */
export function hostnameOf(url: Url): string {
  const { host } = url;
  const colon = host.lastIndexOf(':');
  const name = colon >= 0 && /^:[0-9]*$/.test(host.slice(colon)) ? host.slice(0, colon) : host;
  return name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
}

/** `user:password`, encoded. */
export function formatUserInfo(user: UserInfo): string {
  const password = user.password === undefined ? '' : `:${escapeUrl(user.password, 'user')}`;
  return escapeUrl(user.username, 'user') + password;
}

/** The text of a URL. @see Go 1.26 net/url/url.go, URL.String */
export function formatUrl(url: Partial<Url>): string {
  const { scheme, opaque, user, host, rawQuery, fragment, forceQuery, omitHost, ...given } = { ...emptyUrl, ...url };
  let result = scheme === '' ? '' : `${scheme}:`;
  if (opaque !== '') {
    result += opaque;
  } else {
    const hasAuthority = host !== '' || user !== undefined;
    if ((scheme !== '' || hasAuthority) && !(omitHost && !hasAuthority)) {
      result += hasAuthority || given.path !== '' ? '//' : '';
      result += user === undefined ? '' : `${formatUserInfo(user)}@`;
      result += escapeUrl(host, 'host');
    }
    const path = escapedPath(given.path, given.rawPath);
    if (path !== '' && !path.startsWith('/') && host !== '') {
      result += '/';
    }
    if (result === '' && cut(path, '/')[0].includes(':')) {
      result += './';
    }
    result += path;
  }
  if (forceQuery || rawQuery !== '') {
    result += `?${rawQuery}`;
  }
  return fragment === '' ? result : `${result}#${escaped(fragment, given.rawFragment, 'fragment')}`;
}

function escapedPath(path: string, raw: string): string {
  return path === '*' && raw === '' ? '*' : escaped(path, raw, 'path');
}

/** `raw` where it is a right way to write `text`, else the usual way. */
function escaped(text: string, raw: string, part: 'path' | 'fragment'): string {
  const isValid = (char: string): boolean => "!$&'()*+,;=:@[]%".includes(char) || !mustEscape(char.charCodeAt(0), part);
  if (raw !== '' && Array.from(raw).every(isValid)) {
    try {
      if (unescapeUrl(raw, part) === text) {
        return raw;
      }
    } catch (error) {
      if (!(error instanceof UrlError)) {
        throw error;
      }
    }
  }
  return escapeUrl(text, part);
}

/**
 * Percent-encodes what may not stand in this part of a URL; a space in a query becomes `+`.
 *
 * @see Go 1.26 net/url/url.go, escape
 */
export function escapeUrl(text: string, part: UrlPart): string {
  let result = '';
  for (const byte of toBytes(text)) {
    if (byte === 0x20 && part === 'query') {
      result += '+';
    } else if (mustEscape(byte, part)) {
      result += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    } else {
      result += String.fromCharCode(byte);
    }
  }
  return result;
}

/**
 * Decodes what is percent-encoded.
 *
 * @throws UrlError
 * @see Go 1.26 net/url/url.go, unescape
 */
export function unescapeUrl(text: string, part: UrlPart): string {
  const isHost = part === 'host' || part === 'zone';
  const bytes = toBytes(text);
  const decoded = new Uint8Array(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === 0x25) {
      const escape = fromBytes(bytes.subarray(i, i + 3));
      if (!/^%[0-9a-fA-F]{2}$/.test(escape)) {
        throw new UrlError(`invalid URL escape ${quote(escape)}`);
      }
      const value = parseInt(escape.slice(1), 16);
      const isRefused = part === 'host' ? value < 0x80 : part === 'zone' && value !== 0x20 && mustEscape(value, 'host');
      if (isRefused && escape !== '%25') {
        throw new UrlError(`invalid URL escape ${quote(escape)}`);
      }
      decoded[length++] = value;
      i += 2;
    } else if (isHost && byte < 0x80 && mustEscape(byte, part)) {
      throw new UrlError(`invalid character ${quote(String.fromCharCode(byte))} in host name`);
    } else {
      decoded[length++] = byte === 0x2b && part === 'query' ? 0x20 : byte;
    }
  }
  return length === byteLength(text) && part !== 'query' ? text : fromBytes(decoded.subarray(0, length));
}

/** Whether a byte may not stand for itself. @see Go 1.26 net/url/gen_encoding_table.go, shouldEscape */
function mustEscape(byte: number, part: UrlPart): boolean {
  const char = String.fromCharCode(byte);
  if (/[A-Za-z0-9\-_.~]/.test(char)) {
    return false;
  }
  switch (part) {
    case 'host':
    case 'zone':
      return !`!$&'()*+,;=:[]<>"`.includes(char);
    case 'path':
      return !'$&+,/:;=@'.includes(char);
    case 'path-segment':
      return !'$&+:=@'.includes(char);
    case 'user':
      return !'$&+,;='.includes(char);
    case 'query':
      return true;
    case 'fragment':
      return !'$&+,/:;=?@!()*'.includes(char);
  }
}

function cut(text: string, separator: string): [before: string, after: string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
