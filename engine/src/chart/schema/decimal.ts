import { GoInt, GoScalar, jsonNumberType, type Value } from '../../gostd/index.ts';

/** An exact decimal number: `digits` times ten to the power of `-scale`. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** Go reads no number with a larger exponent as an exact one. */
const maxExponent = 1_000_000;

/** The number as people write it, so that 0.3 is three tenths; undefined of anything else. */
export function decimalOf(value: Value): Decimal | undefined {
  if (value instanceof GoInt) {
    return { digits: value.value, scale: 0 };
  }
  if (value instanceof GoScalar && value.type === jsonNumberType && typeof value.value === 'string') {
    return parseDecimal(value.value);
  }
  return typeof value === 'number' && Number.isFinite(value) ? parseDecimal(String(value)) : undefined;
}

function parseDecimal(text: string): Decimal | undefined {
  const [mantissa = '', exponent = '0'] = text.split(/e/i);
  if (Math.abs(Number(exponent)) > maxExponent) {
    return undefined;
  }
  const [whole = '', fraction = ''] = mantissa.split('.');
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

export function compareDecimals(a: Decimal, b: Decimal): number {
  const [left, right] = aligned(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

export function isInteger(a: Decimal): boolean {
  return integerOf(a) !== undefined;
}

/** The number where it has no fraction. */
export function integerOf({ digits, scale }: Decimal): bigint | undefined {
  const one = 10n ** BigInt(scale);
  return digits % one === 0n ? digits / one : undefined;
}

export function isMultiple(a: Decimal, of: Decimal): boolean {
  const [left, right] = aligned(a, of);
  return right !== 0n && left % right === 0n;
}

/**
 * As it is shown in messages: with commas between thousands, from a million on as `1.2×10⁰⁶`.
 *
 * @see golang.org/x/text v0.43.0 message/print.go, fmtFloat
 */
export function showDecimal({ digits, scale }: Decimal): string {
  const value = Number(`${String(digits)}e-${String(scale)}`);
  if (!Number.isFinite(value)) {
    return value < 0 ? '-∞' : '∞';
  }
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (value === 0 || (power >= -4 && power < 6)) {
    return value.toLocaleString('en-US', { maximumFractionDigits: 20 });
  }
  const shown = String(Math.abs(power)).padStart(2, '0');
  return `${mantissa}×10${power < 0 ? '⁻' : ''}${Array.from(shown, (digit) => superscripts.charAt(Number(digit))).join('')}`;
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

function aligned(a: Decimal, b: Decimal): readonly [bigint, bigint] {
  const scale = Math.max(a.scale, b.scale);
  return [a.digits * 10n ** BigInt(scale - a.scale), b.digits * 10n ** BigInt(scale - b.scale)];
}
