import { resolvePlainScalar } from '@fairlead/engine/yaml';

/** A plain scalar as Kubernetes reads it: YAML 1.1, every number a JSON number, dates and the like as text. */
export function readPlainScalar(text: string): string | number | boolean | null {
  const value = resolvePlainScalar(text);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null
    ? value
    : text;
}
