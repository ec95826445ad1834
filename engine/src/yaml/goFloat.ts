import { formatFloat } from '../gostd/index.ts';

/**
 * A float with as few digits as tell it apart, as go-yaml writes it: `1e+06`, `1.5`, `-0`, `.inf`, `-.inf`, `.nan`.
 *
 * @see go.yaml.in/yaml/v2 v2.4.4 encode.go, floatv
 */
export function formatYamlFloat(value: number, bits: 32 | 64): string {
  const text = formatFloat(value, 'g', -1, bits);
  switch (text) {
    case '+Inf':
      return '.inf';
    case '-Inf':
      return '-.inf';
    case 'NaN':
      return '.nan';
    default:
      return text;
  }
}
