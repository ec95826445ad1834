/** Floats as Go prints them, digit for digit. */

/** A verb of fmt's. */
export type FloatFormat = 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'b' | 'x' | 'X';

/**
 * A float in one of Go's formats; precision -1 asks for as few digits as tell it apart.
 *
 * @see Go 1.26 strconv/ftoa.go, FormatFloat
 */
export function formatFloat(value: number, format: FloatFormat, precision: number, bits: 32 | 64): string {
  const float = bits === 32 ? Math.fround(value) : value;
  if (Number.isNaN(float)) {
    return 'NaN';
  }
  if (!Number.isFinite(float)) {
    return float > 0 ? '+Inf' : '-Inf';
  }
  const sign = float < 0 || Object.is(float, -0) ? '-' : '';
  const size = Math.abs(float);
  switch (format) {
    case 'e':
    case 'E':
      return sign + scientific(decimal(size, precision < 0 ? undefined : precision + 1, bits), precision, format);
    case 'f':
    case 'F':
      return sign + (precision < 0 ? positional(decimal(size, undefined, bits), -1) : fixed(size, precision));
    case 'g':
    case 'G':
      return sign + general(size, format, precision, bits);
    case 'b':
      return sign + binaryExponent(size, bits);
    case 'x':
    case 'X':
      return sign + hexadecimal(size, precision, format);
  }
}

/** Significant digits and the place of the point: value = 0.DIGITS × 10^point. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** The digits of a float: `count` of them, or as few as tell it apart. */
function decimal(value: number, count: number | undefined, bits: 32 | 64): Decimal {
  if (value === 0) {
    return { digits: '', point: 0 };
  }
  const text = count === undefined ? shortest(value, bits) : exactDigits(value, Math.max(count, 1));
  const [mantissa = '0', exponent = '0'] = text.split('e');
  return { digits: mantissa.replace('.', '').replace(/0+$/, ''), point: Number(exponent) + 1 };
}

function shortest(value: number, bits: 32 | 64): string {
  if (bits === 64) {
    return value.toExponential();
  }
  for (let count = 1; count < 9; count++) {
    const text = exactDigits(value, count);
    if (Math.fround(Number(text)) === value) {
      return text;
    }
  }
  return exactDigits(value, 9);
}

/** `count` digits, rounded half to even on the exact value; JavaScript rounds ties up. */
function exactDigits(value: number, count: number): string {
  const { numerator, scale } = exactDecimal(value);
  const all = numerator.toString();
  const kept = all.length <= count ? numerator : divideRound(numerator, 10n ** BigInt(all.length - count));
  const text = kept.toString();
  const exponent = all.length - 1 - scale + (text.length > Math.min(count, all.length) ? 1 : 0);
  return `${text.charAt(0)}.${text.slice(1)}e${exponent}`;
}

/** A float as an exact decimal: numerator / 10^scale. */
function exactDecimal(value: number): { readonly numerator: bigint; readonly scale: number } {
  let scale = 0;
  let scaled = value;
  // A float64 times two is exact until it is whole; each halving is one more decimal place.
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    scale++;
  }
  return { numerator: BigInt(scaled) * 5n ** BigInt(scale), scale };
}

/** `%f` with a precision: rounded half to even on the exact value. */
function fixed(value: number, precision: number): string {
  const { numerator, scale } = exactDecimal(value);
  const shifted =
    scale > precision
      ? divideRound(numerator, 10n ** BigInt(scale - precision))
      : numerator * 10n ** BigInt(precision - scale);
  const text = shifted.toString().padStart(precision + 1, '0');
  return precision === 0 ? text : `${text.slice(0, -precision)}.${text.slice(-precision)}`;
}

function divideRound(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  const twice = (a % b) * 2n;
  return twice > b || (twice === b && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

function scientific({ digits, point }: Decimal, precision: number, format: 'e' | 'E'): string {
  const places = precision < 0 ? Math.max(digits.length - 1, 0) : precision;
  const first = digits === '' ? '0' : digits.charAt(0);
  const fraction = digits.slice(1, places + 1).padEnd(places, '0');
  const exponent = digits === '' ? 0 : point - 1;
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${first}${places > 0 ? `.${fraction}` : ''}${format}${exponent < 0 ? '-' : '+'}${size}`;
}

function positional({ digits, point }: Decimal, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  const places = precision < 0 ? Math.max(digits.length - point, 0) : precision;
  if (places === 0 || digits === '') {
    return places === 0 ? whole : `${whole}.${'0'.repeat(places)}`;
  }
  const fraction = point >= 0 ? digits.slice(point) : '0'.repeat(-point) + digits;
  return `${whole}.${fraction.padEnd(places, '0').slice(0, places)}`;
}

/** `%g`: an exponent where it is below -4, or not below the precision (6 where the shortest digits are wanted). */
function general(value: number, format: 'g' | 'G', precision: number, bits: 32 | 64): string {
  if (precision < 0 && bits === 64 && value >= 1e-4 && value < 1e6) {
    // The range where neither Go nor JavaScript writes an exponent.
    return String(value);
  }
  const wanted = precision < 0 ? undefined : Math.max(precision, 1);
  const digits = decimal(value, wanted, bits);
  const exponent = digits.digits === '' ? -1 : digits.point - 1;
  let limit = wanted ?? 6;
  if (wanted !== undefined && wanted > digits.digits.length && digits.digits.length >= digits.point) {
    limit = digits.digits.length;
  }
  if (exponent < -4 || exponent >= limit) {
    return digits.digits === ''
      ? '0'
      : scientific(digits, Math.max(digits.digits.length - 1, 0), format === 'g' ? 'e' : 'E');
  }
  return positional(digits, Math.max(digits.digits.length - digits.point, 0));
}

/** The float's fraction and exponent as integers, before normalisation: value = mantissa × 2^exponent. */
function parts(value: number, bits: 32 | 64): { readonly mantissa: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  if (bits === 32) {
    view.setFloat32(0, value);
    const raw = view.getUint32(0);
    const biased = (raw >>> 23) & 0xff;
    const fraction = BigInt(raw & 0x7fffff);
    return biased === 0
      ? { mantissa: fraction, exponent: -149 }
      : { mantissa: fraction | (1n << 23n), exponent: biased - 150 };
  }
  view.setFloat64(0, value);
  const raw = view.getBigUint64(0);
  const biased = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & ((1n << 52n) - 1n);
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

function binaryExponent(value: number, bits: 32 | 64): string {
  const { mantissa, exponent } = parts(value, bits);
  return `${mantissa.toString()}p${exponent >= 0 ? '+' : ''}${exponent}`;
}

function hexadecimal(value: number, precision: number, format: 'x' | 'X'): string {
  let { mantissa, exponent } = parts(value, 64);
  if (mantissa === 0n) {
    exponent = 0;
  } else {
    const shift = 53 - mantissa.toString(2).length;
    mantissa <<= BigInt(shift);
    exponent += 52 - shift;
  }
  if (precision >= 0 && precision < 13) {
    const drop = 1n << BigInt(52 - 4 * precision);
    mantissa = divideRound(mantissa, drop) * drop;
    if (mantissa >= 1n << 53n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const digits = (mantissa & ((1n << 52n) - 1n)).toString(16).padStart(13, '0');
  const fraction = precision < 0 ? digits.replace(/0+$/, '') : digits.padEnd(precision, '0').slice(0, precision);
  const text = `0x${mantissa >> 52n}${fraction === '' ? '' : `.${fraction}`}p${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  return format === 'X' ? text.toUpperCase() : text;
}
