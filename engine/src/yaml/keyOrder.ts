import { isDigit as isUnicodeDigit, isLetter as isUnicodeLetter } from '../gostd/index.ts';
import type { GoYaml } from './cursor.ts';

/**
 * The order in which go-yaml writes a map's keys: `a2` before `a10`, letters after everything else.
 * v3 puts letters that follow digits the other way round.
 *
 * @see go.yaml.in/yaml/v2 v2.4.4 sorter.go, and the same of v3 v3.0.5
 */
export function compareKeys(a: string, b: string, follows: GoYaml): number {
  const at = commonLength(a, b);
  if (at === a.length || at === b.length) {
    return a.length - b.length;
  }
  const left = a.codePointAt(at) ?? 0;
  const right = b.codePointAt(at) ?? 0;
  const isLeftLetter = isLetter(left);
  const isRightLetter = isLetter(right);
  if (isLeftLetter && isRightLetter) {
    return left - right;
  }
  if (isLeftLetter || isRightLetter) {
    const isBehindDigit = follows === 'v3' && at > 0 && isDigit(a.codePointAt(startOfCharacterBefore(a, at)) ?? 0);
    return isRightLetter === isBehindDigit ? 1 : -1;
  }
  // A zero counts as a digit of the number before it, if there is one.
  const isInNumber = (left === zero || right === zero) && hasNonZeroBefore(a, at);
  const leftNumber = digitsFrom(a, at, isInNumber);
  const rightNumber = digitsFrom(b, at, isInNumber);
  if (leftNumber.value !== rightNumber.value) {
    return leftNumber.value < rightNumber.value ? -1 : 1;
  }
  return leftNumber.length - rightNumber.length || left - right;
}

const zero = 0x30;

/** Up to the first difference, never inside a surrogate pair. */
function commonLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) {
    at++;
  }
  const isInPair = at > 0 && at < most && isHighSurrogate(a.charCodeAt(at - 1));
  return isInPair ? at - 1 : at;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function isLetter(code: number): boolean {
  if (code < 0x80) {
    const lower = code | 0x20;
    return lower >= 0x61 && lower <= 0x7a;
  }
  return isUnicodeLetter(String.fromCodePoint(code));
}

function isDigit(code: number): boolean {
  return code < 0x80 ? code >= zero && code <= 0x39 : isUnicodeDigit(String.fromCodePoint(code));
}

function startOfCharacterBefore(text: string, at: number): number {
  return at > 1 && isHighSurrogate(text.charCodeAt(at - 2)) ? at - 2 : at - 1;
}

function hasNonZeroBefore(text: string, at: number): boolean {
  for (let before = at; before > 0;) {
    before = startOfCharacterBefore(text, before);
    const code = text.codePointAt(before) ?? 0;
    if (!isDigit(code)) {
      return false;
    }
    if (code !== zero) {
      return true;
    }
  }
  return false;
}

/** The number that starts here, as an int64 that overflows like Go's, and how many characters it has. */
function digitsFrom(text: string, at: number, hasLeadingOne: boolean): { value: bigint; length: number } {
  let value = hasLeadingOne ? 1n : 0n;
  let length = 0;
  for (const character of text.slice(at)) {
    const code = character.codePointAt(0) ?? 0;
    if (!isDigit(code)) {
      break;
    }
    value = BigInt.asIntN(64, value * 10n + BigInt(code - zero));
    length++;
  }
  return { value, length };
}
