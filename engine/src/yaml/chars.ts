/**
 * Classes of characters, as libyaml draws them. Texts end with a NUL, which cannot stand in YAML, so that scanning
 * needs no check for the end.
 */

export const nul = 0;
export const tab = 0x09;
export const lineFeed = 0x0a;
export const carriageReturn = 0x0d;
export const space = 0x20;
const nextLine = 0x85;
const lineSeparator = 0x2028;
const paragraphSeparator = 0x2029;

const isBlankOrEnd = 1;
const isFlowIndicator = 2;
const isColon = 4;
const isWord = 8;
const isUri = 16;

const classes = new Uint8Array(0x80);
mark('\0\t\n\r ', isBlankOrEnd);
mark(',?[]{}', isFlowIndicator);
mark(':', isColon);
const words = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-';
mark(words, isWord);
mark(`${words};/?:@&=+$,.!~*'()[]%`, isUri);

function mark(characters: string, bit: number): void {
  for (const character of characters) {
    const code = character.charCodeAt(0);
    classes[code] = (classes[code] ?? 0) | bit;
  }
}

function has(code: number, bits: number): boolean {
  return code < 0x80 && ((classes[code] ?? 0) & bits) !== 0;
}

/** A line break of YAML 1.1: besides LF and CR also NEL, LS and PS. */
export function isBreak(code: number): boolean {
  return (
    code === lineFeed ||
    code === carriageReturn ||
    (code >= nextLine && (code === nextLine || code === lineSeparator || code === paragraphSeparator))
  );
}

/** A space or tab. */
export function isBlank(code: number): boolean {
  return code === space || code === tab;
}

export function isBreakOrEnd(code: number): boolean {
  return code === nul || isBreak(code);
}

/** A space, a tab, a line break or the end. */
export function isBlankOrBreak(code: number): boolean {
  return code < 0x80 ? ((classes[code] ?? 0) & isBlankOrEnd) !== 0 : isBreak(code);
}

/** Whether a plain scalar may have to end here: a blank, a break, the end, a colon or, in flow context, an indicator. */
export function mayEndPlain(code: number, inFlow: boolean): boolean {
  if (code >= 0x80) {
    return isBreak(code);
  }
  const bits = inFlow ? isBlankOrEnd | isColon | isFlowIndicator : isBlankOrEnd | isColon;
  return ((classes[code] ?? 0) & bits) !== 0;
}

/** A character of anchors, directive names and tag handles. */
export function isWordCharacter(code: number): boolean {
  return has(code, isWord);
}

/** A letter, digit or `_`: whatever starts with one is a plain scalar. */
export function isPlainLetter(code: number): boolean {
  return code !== 0x2d && has(code, isWord);
}

export function isUriCharacter(code: number): boolean {
  return has(code, isUri);
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** The value of a hexadecimal digit, or -1. */
export function hexValue(code: number): number {
  if (isDigit(code)) {
    return code - 0x30;
  }
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}
