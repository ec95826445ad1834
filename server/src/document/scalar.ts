import { resolvePlainScalar } from '@fairlead/engine/yaml';

/**
 * A plain scalar as Kubernetes reads it: YAML 1.1, every number a JSON number; dates stay text, and so do not-a-number
 * and the infinities, which JSON has no words for.
 */
export function readPlainScalar(text: string): string | number | boolean | null {
  const resolved = resolvePlainScalar(text);
  switch (resolved.tag) {
    case '!!null':
    case '!!bool':
      return resolved.value;
    case '!!int':
      return Number(resolved.value);
    case '!!float':
      return Number.isFinite(resolved.value) ? resolved.value : text;
    case '!!timestamp':
    case '!!str':
      return text;
  }
}
