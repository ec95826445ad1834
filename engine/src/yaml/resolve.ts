/** What a scalar without quotes means, by YAML 1.1 as go-yaml reads it. @see go.yaml.in/yaml/v2 v2.4.4 resolve.go */
import { parseInt, parseUint } from '../gostd/index.ts';
import type { GoYaml } from './cursor.ts';
import { YamlError } from './error.ts';
import { parseTimestamp } from './timestamp.ts';

/** An int is a number where a number holds it exactly, else a bigint; no int is outside -2^63 to 2^64-1. */
export type Resolved =
  | { readonly tag: '!!null'; readonly value: null }
  | { readonly tag: '!!bool'; readonly value: boolean }
  | { readonly tag: '!!int'; readonly value: number | bigint }
  | { readonly tag: '!!float'; readonly value: number }
  /** `value` is RFC 3339; only v3 makes a time of it, v2 keeps the text. */
  | { readonly tag: '!!timestamp'; readonly value: string }
  | { readonly tag: '!!str'; readonly value: string };

/** Before the name of a tag of YAML's own: `!!str` is short for this and `str`. */
export const longTagPrefix = 'tag:yaml.org,2002:';

const wordsOfBoth: readonly (readonly [Resolved, string])[] = [
  [{ tag: '!!null', value: null }, ' ~ null Null NULL'],
  [{ tag: '!!bool', value: true }, 'true True TRUE'],
  [{ tag: '!!bool', value: false }, 'false False FALSE'],
  [{ tag: '!!float', value: Number.NaN }, '.nan .NaN .NAN'],
  [{ tag: '!!float', value: Number.POSITIVE_INFINITY }, '.inf .Inf .INF +.inf +.Inf +.INF'],
  [{ tag: '!!float', value: Number.NEGATIVE_INFINITY }, '-.inf -.Inf -.INF'],
];
const wordsOfV2: readonly (readonly [Resolved, string])[] = [
  [{ tag: '!!bool', value: true }, 'y Y yes Yes YES on On ON'],
  [{ tag: '!!bool', value: false }, 'n N no No NO off Off OFF'],
];
const wordsV3 = new Map(wordsOfBoth.flatMap(([resolved, words]) => words.split(' ').map((word) => [word, resolved])));
const wordsV2 = new Map([
  ...wordsV3,
  ...wordsOfV2.flatMap(([resolved, words]) => words.split(' ').map((word) => [word, resolved] as const)),
]);

/** The first characters of everything that is not simply a string. */
const firstCharacters = Array.from({ length: 0x80 }, (_, code) =>
  '+-0123456789.yYnNtTfFoO~'.includes(String.fromCharCode(code)),
);
const smallDecimal = /^[-+]?(?:0|[1-9][0-9]{0,14})$/;
const yamlFloat = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
/** Other than with a digit first, underscores must stand between digits. */
const leadingDotFloat = /^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/;

/** Whether a plain scalar that starts with this code unit can be anything but a string. */
export function mayBeOther(firstCode: number): boolean {
  return firstCode < 0x80 && firstCharacters[firstCode] === true;
}

/** The meaning of a plain scalar without a tag: `yes` is true, `0755` is 493, `~` is null, `1_000` is 1000. */
export function resolvePlainScalar(text: string, follows: GoYaml = 'v2'): Resolved {
  return resolve(text, follows, true);
}

function resolve(text: string, follows: GoYaml, mayBeTime: boolean): Resolved {
  if (text !== '' && !mayBeOther(text.charCodeAt(0))) {
    return { tag: '!!str', value: text };
  }
  const word = (follows === 'v2' ? wordsV2 : wordsV3).get(text);
  if (word !== undefined) {
    return word;
  }
  const first = text.charCodeAt(0);
  if (first === 0x2e) {
    return (leadingDotFloat.test(text) ? finite(text.replaceAll('_', '')) : undefined) ?? { tag: '!!str', value: text };
  }
  if (first > 0x39) {
    return { tag: '!!str', value: text };
  }
  if (smallDecimal.test(text)) {
    return { tag: '!!int', value: Number(text) || 0 };
  }
  const time = mayBeTime ? parseTimestamp(text) : undefined;
  if (time !== undefined) {
    return { tag: '!!timestamp', value: time };
  }
  const plain = text.replaceAll('_', '');
  return (
    integer(plain, follows) ?? (yamlFloat.test(plain) ? finite(plain) : undefined) ?? { tag: '!!str', value: text }
  );
}

/** A scalar with a tag in its long form; tags that go-yaml does not know leave the text as it is. */
export function resolveTagged(tag: string, text: string, follows: GoYaml): Resolved {
  const short = shortTag(tag);
  switch (short) {
    case '!!bool':
    case '!!int':
    case '!!float':
    case '!!null':
    case '!!timestamp':
      break;
    default:
      return { tag: '!!str', value: text };
  }
  const resolved = resolve(text, follows, short === '!!timestamp');
  if (resolved.tag === short) {
    return resolved;
  }
  if (short === '!!float' && resolved.tag === '!!int' && isInt64(resolved.value)) {
    return { tag: '!!float', value: Number(resolved.value) };
  }
  throw new YamlError('tag', `yaml: cannot decode ${resolved.tag} \`${text}\` as a ${short}`);
}

/** `!!str` for `tag:yaml.org,2002:str`. */
export function shortTag(tag: string): string {
  return tag.startsWith(longTagPrefix) ? `!!${tag.slice(longTagPrefix.length)}` : tag;
}

/** An integer with a prefix for its base, in a text without underscores. */
function integer(text: string, follows: GoYaml): Resolved | undefined {
  return (
    asInteger(parseInt(text, 0, 64)) ??
    asInteger(parseUint(text, 0, 64)) ??
    // go-yaml strips these and reads the rest as a number of its own, sign and all.
    (text.startsWith('0b') ? asInteger(parseInt(text.slice(2), 2, 64)) : undefined) ??
    (text.startsWith('0o') && follows === 'v3' ? asInteger(parseInt(text.slice(2), 8, 64)) : undefined)
  );
}

function asInteger({ value, error }: ReturnType<typeof parseInt>): Resolved | undefined {
  return error === undefined ? { tag: '!!int', value: narrow(value) } : undefined;
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function isInt64(value: number | bigint): boolean {
  return typeof value === 'number' || BigInt.asIntN(64, value) === value;
}

/** A float, unless it is too large for one. */
function finite(text: string): Resolved | undefined {
  const value = Number(text);
  return Number.isFinite(value) ? { tag: '!!float', value } : undefined;
}
