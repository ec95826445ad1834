import {
  byteLength,
  concat,
  contains,
  CorruptInputError,
  decodeBase32,
  decodeBase64,
  encodeBase32,
  encodeBase64,
  fromBytes,
  GoSlice,
  hasPrefix,
  hasSuffix,
  itemsOf,
  newMap,
  mapOf as mapTypeOf,
  mapType,
  quote,
  replaceAll,
  runesOf,
  sliceBytes,
  sliceOfString,
  splitN,
  sprint,
  stringType,
  title,
  toLower,
  toUpper,
  trimCutset,
  trimPrefix,
  trimSpace,
  trimSuffix,
  type GoMap,
  withCapacity,
} from '../gostd/index.ts';
import { type FuncEntry, GoError } from '../gotemplate/index.ts';
import { abbreviate, deleteWhiteSpace, initials, swapCase, uncapitalize, wrapText } from './goutils.ts';
import {
  alias,
  bigIntOf,
  controls,
  dataAt,
  define,
  intOf,
  isNil,
  runtimeError,
  type SprigWorld,
  textOf,
} from './define.ts';
import { randomBelow, randomText } from './random.ts';
import { isStrings, strslice, strval } from './strval.ts';
import { kebabCase, pascalCase, snakeCase } from './xstrings.ts';

const trimAll = define(
  'trimAll',
  'string, string -> string',
  'The text, the second argument, without the characters of the first at its ends.',
  ([cutset, text]) => trimCutset(textOf(text), textOf(cutset)),
  dataAt(1),
);

/** Functions on text. @see Masterminds/sprig v3.3.0 strings.go */
export const stringFuncs: readonly FuncEntry[] = [
  define('hello', '-> string', 'Says hello.', () => 'Hello!'),
  define('toString', 'interface {} -> string', 'The value as text.', ([value]) => strval(value)),
  define('toStrings', 'interface {} -> []string', 'The items of the list as strings, less the nil ones.', ([value]) =>
    isStrings(value)
      ? value
      : new GoSlice(sliceOfString, withCapacity(strslice(value), itemsOf(value)?.length ?? (isNil(value) ? 0 : 1))),
  ),
  define('trim', 'string -> string', 'The text without white space at its ends.', ([text]) => trimSpace(textOf(text))),
  trimAll,
  alias('trimall', trimAll),
  define(
    'trimSuffix',
    'string, string -> string',
    'The text, the second argument, without this end, if it has it.',
    ([suffix, text]) => trimSuffix(textOf(text), textOf(suffix)),
    dataAt(1),
  ),
  define(
    'trimPrefix',
    'string, string -> string',
    'The text, the second argument, without this start, if it has it.',
    ([prefix, text]) => trimPrefix(textOf(text), textOf(prefix)),
    dataAt(1),
  ),
  define('upper', 'string -> string', 'The text in upper case.', ([text]) => toUpper(textOf(text))),
  define('lower', 'string -> string', 'The text in lower case.', ([text]) => toLower(textOf(text))),
  define('title', 'string -> string', 'The text with every word capitalized.', ([text]) => title(textOf(text))),
  define('untitle', 'string -> string', 'The text with the first letter of every word in lower case.', ([text]) =>
    uncapitalize(textOf(text)),
  ),
  define('swapcase', 'string -> string', 'The text with upper and lower case swapped.', ([text]) =>
    swapCase(textOf(text)),
  ),
  define('snakecase', 'string -> string', 'The words of the text in lower case, joined by underscores.', ([text]) =>
    snakeCase(textOf(text)),
  ),
  define('kebabcase', 'string -> string', 'The words of the text in lower case, joined by dashes.', ([text]) =>
    kebabCase(textOf(text)),
  ),
  define('camelcase', 'string -> string', 'The words of the text capitalized and joined, as in PascalCase.', ([text]) =>
    pascalCase(textOf(text)),
  ),
  define('nospace', 'string -> string', 'The text without any white space.', ([text]) =>
    deleteWhiteSpace(textOf(text)),
  ),
  define('initials', 'string -> string', 'The first letter of every word.', ([text]) => initials(textOf(text))),
  define(
    'substr',
    'int, int, string -> string',
    'The bytes of the text from the first index up to, not including, the second; a negative end means all the rest.',
    ([start, end, text]) => substring(bigIntOf(start), bigIntOf(end), textOf(text)),
    dataAt(2),
  ),
  define(
    'trunc',
    'int, string -> string',
    'The first so many bytes of the text, or the last ones where the number is negative.',
    ([count, text]) => truncate(intOf(count), textOf(text)),
    dataAt(1),
  ),
  define(
    'abbrev',
    'int, string -> string',
    'The text cut to so many bytes, the last three of which are dots.',
    ([width, text]) => (intOf(width) < 4 ? textOf(text) : abbreviate(textOf(text), 0, intOf(width))),
    dataAt(1),
  ),
  define(
    'abbrevboth',
    'int, int, string -> string',
    'The text cut to so many bytes from an offset on, with dots where something is missing.',
    ([left, right, text]) => {
      const offset = intOf(left);
      const width = intOf(right);
      return width < 4 || (offset > 0 && width < 7) ? textOf(text) : abbreviate(textOf(text), offset, width);
    },
    dataAt(2),
  ),
  define(
    'repeat',
    'int, string -> string',
    'The text, so many times.',
    ([count, text], context) => {
      const times = repetitions(intOf(count));
      const piece = textOf(text);
      context.charge(piece.length * times);
      return concat([piece.repeat(times)]);
    },
    dataAt(1),
  ),
  define(
    'contains',
    'string, string -> bool',
    'Tells whether the text, the second argument, contains the first.',
    ([part, text]) => contains(textOf(text), textOf(part)),
    controls,
  ),
  define(
    'hasPrefix',
    'string, string -> bool',
    'Tells whether the text, the second argument, starts with the first.',
    ([prefix, text]) => hasPrefix(textOf(text), textOf(prefix)),
    controls,
  ),
  define(
    'hasSuffix',
    'string, string -> bool',
    'Tells whether the text, the second argument, ends with the first.',
    ([suffix, text]) => hasSuffix(textOf(text), textOf(suffix)),
    controls,
  ),
  define(
    'quote',
    '...interface {} -> string',
    'The values between double quotes, escaped as in Go; nil ones are left out.',
    (values) =>
      values
        .filter((value) => !isNil(value))
        .map((value) => quote(strval(value)))
        .join(' '),
  ),
  define(
    'squote',
    '...interface {} -> string',
    'The values between single quotes, not escaped; nil ones are left out.',
    (values) =>
      values
        .filter((value) => !isNil(value))
        .map((value) => `'${sprint([value])}'`)
        .join(' '),
  ),
  define('cat', '...interface {} -> string', 'The values with spaces between them; nil ones are left out.', (values) =>
    values
      .filter((value) => !isNil(value))
      .map((value) => sprint([value]))
      .join(' '),
  ),
  define(
    'indent',
    'int, string -> string',
    'The text with so many spaces before every line.',
    ([spaces, text], context) =>
      indent(intOf(spaces), textOf(text), (amount) => {
        context.charge(amount);
      }),
    dataAt(1),
  ),
  define(
    'nindent',
    'int, string -> string',
    'A new line, and the text with so many spaces before every line.',
    ([spaces, text], context) =>
      `\n${indent(intOf(spaces), textOf(text), (amount) => {
        context.charge(amount);
      })}`,
    dataAt(1),
  ),
  define(
    'replace',
    'string, string, string -> string',
    'The text, the last argument, with every occurrence of the first replaced by the second.',
    ([from, to, text], context) => {
      const whole = textOf(text);
      const replacement = textOf(to);
      if (whole.length * replacement.length > cheapCharacters) {
        context.charge((splitN(whole, textOf(from), -1).length - 1) * replacement.length);
      }
      return replaceAll(whole, textOf(from), replacement);
    },
    dataAt(1, 2),
  ),
  define(
    'plural',
    'string, string, int -> string',
    'The first text where the number is 1, else the second.',
    ([one, many, count]) => (intOf(count) === 1 ? textOf(one) : textOf(many)),
    { kind: 'pick', pick: ([, , count]) => (intOf(count) === 1 ? [0] : [1]) },
  ),
  define(
    'wrap',
    'int, string -> string',
    'The text with line breaks between words, so that lines have at most so many bytes.',
    ([width, text]) => wrapText(textOf(text), intOf(width), { lineBreak: '', breakWords: false }),
    dataAt(1),
  ),
  define(
    'wrapWith',
    'int, string, string -> string',
    'As wrap, with a line break of your own, and long words are cut.',
    ([width, lineBreak, text]) =>
      wrapText(textOf(text), intOf(width), { lineBreak: textOf(lineBreak), breakWords: true }),
    dataAt(1, 2),
  ),
  define(
    'join',
    'string, interface {} -> string',
    'The items of the list as text with the separator between them.',
    ([separator, items], context) => {
      const texts = strslice(items);
      context.charge(texts.length * textOf(separator).length);
      return concat([texts.join(textOf(separator))]);
    },
  ),
  define(
    'split',
    'string, string -> map[string]string',
    'The parts of the text, the second argument, between separators, under the keys `_0`, `_1` and so on.',
    ([separator, text]) => numbered(splitN(textOf(text), textOf(separator), -1)),
    dataAt(1),
  ),
  define(
    'splitn',
    'string, int, string -> map[string]string',
    'As split, with at most so many parts; the last one has the rest.',
    ([separator, count, text]) => numbered(splitN(textOf(text), textOf(separator), intOf(count))),
    dataAt(2),
  ),
  define(
    'splitList',
    'string, string -> []string',
    'The list of parts of the text, the second argument, between separators.',
    ([separator, text]) => new GoSlice(sliceOfString, splitN(textOf(text), textOf(separator), -1)),
    dataAt(1),
  ),
  define('b64enc', 'string -> string', 'The text in base64.', ([text]) => encodeBase64(textOf(text))),
  define('b64dec', 'string -> string', 'The text that base64 stands for, or the words of the error.', ([text]) =>
    decoded(decodeBase64, textOf(text)),
  ),
  define('b32enc', 'string -> string', 'The text in base32.', ([text]) => encodeBase32(textOf(text))),
  define('b32dec', 'string -> string', 'The text that base32 stands for, or the words of the error.', ([text]) =>
    decoded(decodeBase32, textOf(text)),
  ),
  define(
    'fail',
    'string -> string, error',
    'Fails the template with this message.',
    ([message]) => {
      throw new GoError(textOf(message));
    },
    controls,
  ),
];

const upperLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const letters = upperLetters + upperLetters.toLowerCase();
const digits = '0123456789';
const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');

/** Functions that draw from the world's randomness: every render gives another result. */
export function randomStringFuncs(world: SprigWorld): readonly FuncEntry[] {
  const random = (name: string, what: string, alphabet: string): FuncEntry =>
    define(
      name,
      'int -> string',
      `So many random ${what}, other ones in every render.`,
      ([count], context) => {
        context.charge(Math.max(0, intOf(count)));
        return randomText(world, intOf(count), alphabet);
      },
      controls,
    );
  return [
    random('randAlphaNum', 'letters and digits', letters + digits),
    random('randAlpha', 'letters', letters),
    random('randNumeric', 'digits', digits),
    random('randAscii', 'printable ASCII characters', printable),
    define(
      'shuffle',
      'string -> string',
      'The characters of the text in random order, another one in every render.',
      ([text]) => {
        const runes = runesOf(textOf(text));
        for (let i = runes.length - 1; i > 0; i--) {
          const j = randomBelow(world, i + 1);
          [runes[i], runes[j]] = [runes[j] ?? '', runes[i] ?? ''];
        }
        return runes.join('');
      },
    ),
  ];
}

/** Texts up to this are made without counting first. */
const cheapCharacters = 1_000_000;

const mapOfStrings = mapTypeOf(stringType);

function numbered(parts: readonly string[]): GoMap {
  const map = newMap(parts.map((part, i) => [`_${i}`, part] as const));
  map[mapType] = mapOfStrings;
  return map;
}

function indent(spaces: number, text: string, charge: (amount: number) => void): string {
  const count = repetitions(spaces);
  const lines = text.split('\n');
  charge(lines.length * count);
  const pad = ' '.repeat(count);
  return pad + lines.join(`\n${pad}`);
}

function repetitions(count: number): number {
  if (count < 0) {
    throw new GoError('strings: negative Repeat count');
  }
  return count;
}

/** @see Masterminds/sprig v3.3.0 strings.go, trunc */
function truncate(count: number, text: string): string {
  const length = byteLength(text);
  if (count < 0) {
    return length + count > 0 ? sliceBytes(text, length + count, length) : text;
  }
  return length > count ? sliceBytes(text, 0, count) : text;
}

/** @see Masterminds/sprig v3.3.0 strings.go, substring */
function substring(start: bigint, end: bigint, text: string): string {
  const length = BigInt(byteLength(text));
  const from = start < 0n ? 0n : start;
  const to = start >= 0n && (end < 0n || end > length) ? length : end;
  if (to > length) {
    throw runtimeError(`slice bounds out of range [:${to}] with length ${length}`);
  }
  if (to < 0n) {
    throw runtimeError(`slice bounds out of range [:${to}]`);
  }
  if (from > to) {
    throw runtimeError(`slice bounds out of range [${from}:${to}]`);
  }
  return sliceBytes(text, Number(from), Number(to));
}

function decoded(decode: (text: string) => Uint8Array, text: string): string {
  try {
    return fromBytes(decode(text));
  } catch (error) {
    if (error instanceof CorruptInputError) {
      return error.message;
    }
    throw error;
  }
}
