import { formatFloat } from '../gostd/index.ts';
import { GoError } from '../gotemplate/index.ts';

/** An exact decimal number: `digits` × 10^`exponent`. */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** Digits after the point that a division keeps. @see shopspring/decimal v1.4.0 decimal.go, DivisionPrecision */
const divisionPrecision = 16;

/** The shortest decimal that reads back as this number. @throws GoError for what is no number */
export function decimalOf(value: number): Decimal {
  if (!Number.isFinite(value)) {
    throw new GoError(`Cannot create a Decimal from ${formatFloat(value, 'g', -1, 64)}`);
  }
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const point = mantissa.indexOf('.');
  const places = point < 0 ? 0 : mantissa.length - point - 1;
  return { digits: BigInt(mantissa.replace('.', '')), exponent: Number(exponent) - places };
}

/** The nearest float64. */
export function toNumber({ digits, exponent }: Decimal): number {
  return Number(`${String(digits)}e${exponent}`);
}

/** The exact sum. */
export function add(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent);
  return { digits: scaled(a, exponent) + scaled(b, exponent), exponent };
}

/** The exact difference. */
export function subtract(a: Decimal, b: Decimal): Decimal {
  return add(a, { digits: -b.digits, exponent: b.exponent });
}

/** The exact product. */
export function multiply(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, exponent: a.exponent + b.exponent };
}

/** Rounded to 16 digits after the point, halves away from zero. @throws GoError on division by zero */
export function divide(a: Decimal, b: Decimal): Decimal {
  if (b.digits === 0n) {
    throw new GoError('decimal division by 0');
  }
  const shift = a.exponent - b.exponent + divisionPrecision;
  const dividend = absolute(a.digits) * (shift > 0 ? 10n ** BigInt(shift) : 1n);
  const divisor = absolute(b.digits) * (shift < 0 ? 10n ** BigInt(-shift) : 1n);
  const quotient = dividend / divisor + ((dividend % divisor) * 2n >= divisor ? 1n : 0n);
  const isNegative = a.digits < 0n !== b.digits < 0n;
  return { digits: isNegative ? -quotient : quotient, exponent: -divisionPrecision };
}

function scaled(value: Decimal, exponent: number): bigint {
  return value.digits * 10n ** BigInt(value.exponent - exponent);
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}
