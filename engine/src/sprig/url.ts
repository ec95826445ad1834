import {
  formatUrl,
  formatUserInfo,
  GoScalar,
  hostnameOf,
  kindOf,
  newMap,
  parseUrl,
  UrlError,
  type GoMap,
} from '../gostd/index.ts';
import { type FuncEntry, GoError } from '../gotemplate/index.ts';
import { define, isNil, mapOf, nilDereference, textOf } from './define.ts';

/** URLs as maps of their parts. @see Masterminds/sprig v3.3.0 url.go */
export const urlFuncs: readonly FuncEntry[] = [
  define(
    'urlParse',
    'string -> map[string]interface {}',
    'The parts of a URL under `scheme`, `host`, `hostname`, `path`, `query`, `opaque`, `fragment` and `userinfo`.',
    ([text]) => {
      const url = parsed(textOf(text), 'unable to parse url');
      return newMap([
        ['scheme', url.scheme],
        ['host', url.host],
        ['hostname', hostnameOf(url)],
        ['path', url.path],
        ['query', url.rawQuery],
        ['opaque', url.opaque],
        ['fragment', url.fragment],
        ['userinfo', url.user === undefined ? '' : formatUserInfo(url.user)],
      ]);
    },
  ),
  define('urlJoin', 'map[string]interface {} -> string', 'The URL of these parts, as urlParse makes them.', ([map]) => {
    const parts = mapOf(map);
    const given = {
      scheme: partOf(parts, 'scheme'),
      host: partOf(parts, 'host'),
      path: partOf(parts, 'path'),
      rawQuery: partOf(parts, 'query'),
      opaque: partOf(parts, 'opaque'),
      fragment: partOf(parts, 'fragment'),
    };
    const info = partOf(parts, 'userinfo');
    const user = info === '' ? undefined : parsed(`proto://${info}@host`, 'unable to parse userinfo in dict').user;
    return formatUrl({ ...given, user });
  }),
];

function parsed(text: string, complaint: string): ReturnType<typeof parseUrl> {
  try {
    return parseUrl(text);
  } catch (error) {
    if (error instanceof UrlError) {
      throw new GoError(`${complaint}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

function partOf(parts: GoMap, key: string): string {
  const value = parts[key];
  if (value === undefined) {
    return '';
  }
  if (isNil(value)) {
    throw nilDereference();
  }
  const text = value instanceof GoScalar ? value.value : value;
  if (typeof text !== 'string') {
    throw new GoError(`unable to parse ${key} key, must be of type string, but ${kindOf(value)} found`);
  }
  return text;
}
