/** Text functions of Masterminds/goutils v1.1.1, which count bytes and take every byte for a character. */
import {
  byteLength,
  fromBytes,
  isLower,
  isSpace,
  isTitle,
  isUpper,
  runesOf,
  sliceBytes,
  toBytes,
  toLowerRune,
  toTitleRune,
  toUpperRune,
} from '../gostd/index.ts';

/**
 * The text in at most `width` bytes, dots for what is missing; `width` is at least 4, and 7 with an offset.
 *
 * @see Masterminds/goutils v1.1.1 stringutils.go, AbbreviateFull
 */
export function abbreviate(text: string, offset: number, width: number): string {
  const length = byteLength(text);
  if (length <= width) {
    return text;
  }
  let from = Math.min(offset, length);
  // Go's subtraction comes round where the offset is as low as integers go.
  if (length - from < width - 3 || length - from >= 2 ** 63) {
    from = length - (width - 3);
  }
  if (from <= 4) {
    return `${sliceBytes(text, 0, width - 3)}...`;
  }
  if (width < 7) {
    return '';
  }
  if (from + width - 3 < length) {
    return `...${abbreviate(sliceBytes(text, from, length), 0, width - 3)}`;
  }
  return `...${sliceBytes(text, length - (width - 3), length)}`;
}

/** Every byte that is no white space, as a character of its own. @see Masterminds/goutils v1.1.1 stringutils.go, DeleteWhiteSpace */
export function deleteWhiteSpace(text: string): string {
  const kept = latin1(text).filter((char) => !isSpace(char));
  return kept.length === byteLength(text) ? text : kept.join('');
}

/** The first byte of every word, as a character of its own. @see Masterminds/goutils v1.1.1 wordutils.go, Initials */
export function initials(text: string): string {
  let result = '';
  let isStart = true;
  for (const char of latin1(text)) {
    if (isSpace(char)) {
      isStart = true;
    } else if (isStart) {
      result += char;
      isStart = false;
    }
  }
  return result;
}

/** The first character of every word in lower case. @see Masterminds/goutils v1.1.1 wordutils.go, Uncapitalize */
export function uncapitalize(text: string): string {
  let result = '';
  let isStart = true;
  for (const rune of runesOf(text)) {
    if (isSpace(rune)) {
      isStart = true;
      result += rune;
    } else {
      result += isStart ? toLowerRune(rune) : rune;
      isStart = false;
    }
  }
  return result;
}

/** Upper and lower case swapped; a lower-case letter at the start of a word gets title case. @see Masterminds/goutils v1.1.1 wordutils.go, SwapCase */
export function swapCase(text: string): string {
  let result = '';
  let afterSpace = true;
  for (const rune of runesOf(text)) {
    if (isUpper(rune) || isTitle(rune)) {
      result += toLowerRune(rune);
      afterSpace = false;
    } else if (isLower(rune)) {
      result += afterSpace ? toTitleRune(rune) : toUpperRune(rune);
      afterSpace = false;
    } else {
      result += rune;
      afterSpace = isSpace(rune);
    }
  }
  return result;
}

/**
 * Breaks a text into lines of at most `width` bytes, at spaces.
 *
 * @see Masterminds/goutils v1.1.1 wordutils.go, WrapCustom
 */
export function wrapText(
  text: string,
  width: number,
  options: { readonly lineBreak: string; readonly breakWords: boolean },
): string {
  const length = Math.max(width, 1);
  const lineBreak = latin1(options.lineBreak === '' ? '\n' : options.lineBreak).join('');
  // One character a byte, so that indexes are offsets.
  const bytes = latin1(text).join('');
  let result = '';
  let at = 0;
  while (bytes.length - at > length) {
    if (bytes[at] === ' ') {
      at++;
      continue;
    }
    const space = bytes.lastIndexOf(' ', at + length);
    if (space >= at) {
      result += bytes.slice(at, space) + lineBreak;
      at = space + 1;
    } else if (options.breakWords) {
      result += bytes.slice(at, at + length) + lineBreak;
      at += length;
    } else {
      const next = bytes.indexOf(' ', at + length);
      if (next < 0) {
        break;
      }
      result += bytes.slice(at, next) + lineBreak;
      at = next + 1;
    }
  }
  return fromBytes(Uint8Array.from(result + bytes.slice(at), (char) => char.charCodeAt(0)));
}

/** Every byte as the character of that number. */
function latin1(text: string): string[] {
  return Array.from(toBytes(text), (byte) => String.fromCharCode(byte));
}
