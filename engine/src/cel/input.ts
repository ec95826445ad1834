import type { CelInput } from '@bufbuild/cel';

/** The parts of a structural schema that decide how JSON becomes CEL. */
export interface CelSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, CelSchema>>;
  readonly additionalProperties?: CelSchema | boolean;
  readonly items?: CelSchema;
}

/**
 * JSON as CEL sees it under a schema: objects are maps, numbers are doubles unless the schema says `integer`,
 * and a null is absent, as the API server drops it.
 */
export function celInput(value: unknown, schema: CelSchema | undefined): CelInput {
  if (Array.isArray(value)) {
    return value.map((item) => celInput(item, schema?.items));
  }
  if (typeof value === 'object' && value !== null) {
    const rest = typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined;
    const map = new Map<string, CelInput>();
    for (const [key, item] of Object.entries(value)) {
      if (item !== null) {
        map.set(key, celInput(item, schema?.properties?.[key] ?? rest));
      }
    }
    return map;
  }
  if (typeof value === 'number' && Number.isSafeInteger(value) && schema?.type !== 'number') {
    return BigInt(value);
  }
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : null;
}
