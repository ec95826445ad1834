import {
  type Complex,
  complex128Type,
  GoInt,
  GoScalar,
  parseFloat,
  parseInt,
  parseUint,
  quote,
  underscoresFit,
  type Value,
} from '../../gostd/index.ts';
import { unquoteChar } from './unquote.ts';
import type { NumberNode } from './node.ts';

type Constant = Pick<NumberNode, 'int' | 'uint' | 'float' | 'complex'>;
/** A constant with what it is where nothing says which kind. */
type Number = Constant & Pick<NumberNode, 'ideal'>;

/** Why a text that the lexer took for a number is none; the message is Go's. */
export class NumberSyntaxError extends Error {
  override readonly name = 'NumberSyntaxError';
}

const none: Constant = { int: undefined, uint: undefined, float: undefined, complex: undefined };

/**
 * A numeric constant in all the kinds it can be: `1` is an integer, an unsigned one and a float.
 *
 * @throws NumberSyntaxError
 * @see Go 1.26 text/template/parse/node.go, newNumber
 */
export function readNumber(text: string, type: 'charConstant' | 'complex' | 'number'): Number {
  const constant = readConstant(text, type);
  return { ...constant, ideal: idealOf(text, constant) };
}

/** Complex, float or int by how it is written. @see Go 1.26 text/template/exec.go, idealConstant */
function idealOf(text: string, { complex, float, int }: Constant): Value {
  if (complex !== undefined) {
    return new GoScalar(complex128Type, complex);
  }
  const isHexInt = /^0[xX]/.test(text) && text.length > 2 && !/[pP]/.test(text);
  if (float !== undefined && !isHexInt && !text.startsWith("'") && /[.eEpP]/.test(text)) {
    return float;
  }
  return int === undefined ? undefined : new GoInt('int', int);
}

function readConstant(text: string, type: 'charConstant' | 'complex' | 'number'): Constant {
  if (type === 'charConstant') {
    return readChar(text);
  }
  if (type === 'complex') {
    return simplify(readComplex(text));
  }
  if (text.endsWith('i')) {
    const imaginary = readFloat(text.slice(0, -1));
    if (imaginary !== undefined) {
      return simplify({ re: 0, im: imaginary });
    }
  }
  let uint = parseUint(text, 0, 64);
  const signed = parseInt(text, 0, 64);
  let int = signed.error === undefined ? signed.value : undefined;
  if (int === 0n) {
    uint = { value: 0n };
  }
  let unsigned = uint.error === undefined ? uint.value : undefined;
  let float: number | undefined;
  if (int !== undefined) {
    float = Number(int);
  } else if (unsigned !== undefined) {
    float = Number(unsigned);
  } else {
    float = readFloat(text);
    if (float !== undefined && !/[.eEpP]/.test(text)) {
      throw new NumberSyntaxError(`integer overflow: ${quote(text)}`);
    }
    if (float !== undefined && Number.isInteger(float)) {
      // 1e3 is an integer too, where it fits.
      int = fits(BigInt(float), -(2n ** 63n), 2n ** 63n) ? BigInt(float) : undefined;
      unsigned = fits(BigInt(float), 0n, 2n ** 64n) ? BigInt(float) : undefined;
    }
  }
  if (int === undefined && unsigned === undefined && float === undefined) {
    throw new NumberSyntaxError(`illegal number syntax: ${quote(text)}`);
  }
  return { int, uint: unsigned, float, complex: undefined };
}

function readChar(text: string): Constant {
  const read = unquoteChar(text.slice(1), "'");
  if (read === undefined) {
    throw new NumberSyntaxError('invalid syntax');
  }
  if (read.rest !== "'") {
    throw new NumberSyntaxError(`malformed character constant: ${text}`);
  }
  const value = BigInt(read.rune);
  return { int: value, uint: value, float: read.rune, complex: undefined };
}

/** Go's scanner reads the pair, so the words are its. @see Go 1.26 fmt/scan.go, complexTokens */
function readComplex(text: string): Complex {
  const re = floatToken(text, 0);
  const sign = text[re.length] ?? '';
  const im = floatToken(text, re.length + 1);
  if (!/[+-]/.test(sign) || text[re.length + 1 + im.length] !== 'i') {
    throw new NumberSyntaxError('syntax error scanning complex number');
  }
  return { re: scannedFloat(re), im: scannedFloat(sign + im) };
}

/** What Go's scanner takes for a float; an `i` is taken for the start of infinity. @see Go 1.26 fmt/scan.go, floatToken */
function floatToken(text: string, start: number): string {
  const token =
    /[+-]?[iI]?(?:0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][+-]?[\d_]*)?|[\d_]*(?:\.[\d_]*)?(?:[eEpP][+-]?[\d_]*)?)/y;
  token.lastIndex = start;
  return token.exec(text)?.[0] ?? '';
}

function scannedFloat(text: string): number {
  const { value, error } = parseFloat(text);
  if (error !== undefined) {
    throw new NumberSyntaxError(`strconv.ParseFloat: parsing ${quote(text)}: ${error}`);
  }
  return value;
}

/** A complex constant that is real is a float, and an integer where it is whole. @see simplifyComplex */
function simplify(complex: Complex): Constant {
  if (complex.im !== 0) {
    return { ...none, complex };
  }
  const whole = Number.isInteger(complex.re) ? BigInt(complex.re) : undefined;
  return {
    complex,
    float: complex.re,
    int: whole !== undefined && fits(whole, -(2n ** 63n), 2n ** 63n) ? whole : undefined,
    uint: whole !== undefined && fits(whole, 0n, 2n ** 64n) ? whole : undefined,
  };
}

function readFloat(text: string): number | undefined {
  if (text.includes('_')) {
    return floatUnderscoresFit(text) ? readFloat(text.replaceAll('_', '')) : undefined;
  }
  const { value, error } = parseFloat(text);
  return error === undefined ? value : undefined;
}

/** Underscores stand between digits in each run of them. */
function floatUnderscoresFit(text: string): boolean {
  return /^0[xX]/.test(text.replace(/^[+-]/, ''))
    ? !/__|_$|_[.pP]|[.pP+-]_/.test(text)
    : text
        .split(/[.eE]/)
        .every((run) => run === '' || /^[+-]?$/.test(run) || underscoresFit(run.replace(/^([+-]?)0+(?=\d)/, '$1')));
}

function fits(value: bigint, from: bigint, below: bigint): boolean {
  return value >= from && value < below;
}
