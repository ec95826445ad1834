/** The first power of ten that Go writes with an exponent when it looks for few digits. */
const scientificFrom = 6;

/**
 * A float as Go writes it with as few digits as tell it apart: `1e+06`, `1.5`, `-0`, and `.inf`, `-.inf`, `.nan` as
 * YAML spells them.
 *
 * @see Go 1.26 strconv.FormatFloat(value, 'g', -1, bits)
 */
export function formatYamlFloat(value: number, bits: 32 | 64): string {
  const float = bits === 32 ? Math.fround(value) : value;
  if (Number.isNaN(float)) {
    return '.nan';
  }
  if (!Number.isFinite(float)) {
    return float > 0 ? '.inf' : '-.inf';
  }
  const sign = float < 0 || Object.is(float, -0) ? '-' : '';
  const [mantissa = '0', exponentText = '0'] = shortest(Math.abs(float), bits).split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(exponentText);
  return (
    sign + (exponent < -4 || exponent >= scientificFrom ? scientific(digits, exponent) : positional(digits, exponent))
  );
}

/** The shortest digits that read back as the same float, as `d.ddde±x`. */
function shortest(value: number, bits: 32 | 64): string {
  if (bits === 64) {
    return value.toExponential();
  }
  for (let decimals = 0; decimals < 8; decimals++) {
    const text = value.toExponential(decimals);
    if (Math.fround(Number(text)) === value) {
      return text;
    }
  }
  return value.toExponential(8);
}

function scientific(digits: string, exponent: number): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  const sign = exponent < 0 ? '-' : '+';
  return `${digits.charAt(0)}${fraction}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function positional(digits: string, exponent: number): string {
  if (exponent < 0) {
    return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  }
  if (digits.length <= exponent + 1) {
    return digits.padEnd(exponent + 1, '0');
  }
  return `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}
