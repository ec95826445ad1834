import { childAt, type KubeObject, mask, pointerKeys } from '../support/index.ts';

/** A field of an object that is not to be shown. */
export interface MaskedField {
  /** JSON pointer, RFC 6901. */
  readonly pointer: string;
  /** Of a text of several lines only these, from 0 on. */
  readonly lines?: readonly number[];
}

/** A copy of an object in which these fields are masked. */
export function maskFields(object: KubeObject, fields: readonly MaskedField[]): KubeObject {
  return fields.reduce<KubeObject>(
    // What names an object stays what it is: an object.
    (masked, { pointer, lines }) => withMask(masked, pointerKeys(pointer), lines) as KubeObject,
    object,
  );
}

function withMask(value: unknown, [key, ...rest]: readonly string[], lines: MaskedField['lines']): unknown {
  if (key === undefined) {
    return masked(value, lines);
  }
  const child = childAt(value, key);
  if (child === undefined) {
    return value;
  }
  const changed = withMask(child, rest, lines);
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.map((item, index) => (String(index) === key ? changed : item));
  }
  return { ...(value as object), [key]: changed }; // childAt found something in it
}

function masked(value: unknown, lines: MaskedField['lines']): unknown {
  if (typeof value !== 'string' || lines === undefined) {
    return mask;
  }
  return value
    .split('\n')
    .map((text, index) => (lines.includes(index) ? text.replace(/\S.*/, mask) : text))
    .join('\n');
}
