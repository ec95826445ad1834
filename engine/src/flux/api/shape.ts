import { FluxError } from '../errors.ts';
import { isRecord } from '../../support/index.ts';

/** Checks one JSON value and gives it a type. `path` is for the error: `spec.chart.spec.chart`. */
export type Shape<T> = (value: unknown, path: string) => T;

/** A shape whose field must be there. */
export interface Required<T> {
  readonly required: Shape<T>;
}

/** One shape for each field of T; fields that T does not make optional are marked with `required`. */
export type Fields<T> = {
  readonly [K in keyof T]-?: object extends Pick<T, K> ? Shape<Exclude<T[K], undefined>> : Required<T[K]>;
};

export function required<T>(shape: Shape<T>): Required<T> {
  return { required: shape };
}

export const text: Shape<string> = (value, path) =>
  typeof value === 'string' ? value : refuse(path, 'a string', value);

export const flag: Shape<boolean> = (value, path) =>
  typeof value === 'boolean' ? value : refuse(path, 'a boolean', value);

export const integer: Shape<number> = (value, path) =>
  typeof value === 'number' && Number.isInteger(value) ? value : refuse(path, 'an integer', value);

/** Anything at all; what it holds is the business of whoever reads it. */
export const anything: Shape<unknown> = (value) => value;

export function oneOf<const T extends string>(...options: readonly T[]): Shape<T> {
  return (value, path) =>
    options.find((option) => option === value) ?? refuse(path, `one of ${options.join(', ')}`, value);
}

export function listOf<T>(item: Shape<T>): Shape<readonly T[]> {
  return (value, path) =>
    Array.isArray(value)
      ? value.map((entry: unknown, index) => item(entry, `${path}[${String(index)}]`))
      : refuse(path, 'a list', value);
}

export function mapOf<T>(item: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value, path) =>
    Object.fromEntries(
      Object.entries(fieldsOf(value, path))
        .filter(([, entry]) => entry !== null && entry !== undefined)
        .map(([key, entry]) => [key, item(entry, `${path}.${key}`)]),
    );
}

/** An object with these fields. Others are left out, and a null field is an absent one, as the API server has it. */
export function objectOf<T extends object>(fields: Fields<T>): Shape<T> {
  const entries = Object.entries<Shape<unknown> | Required<unknown>>(fields);
  return (value, path) => {
    const given = fieldsOf(value, path);
    const result: Record<string, unknown> = {};
    for (const [name, field] of entries) {
      const entry = Object.hasOwn(given, name) ? given[name] : undefined;
      const place = path === '' ? name : `${path}.${name}`;
      if (entry !== undefined && entry !== null) {
        result[name] = typeof field === 'function' ? field(entry, place) : field.required(entry, place);
      } else if (typeof field !== 'function') {
        throw new FluxError('invalid-object', `${place}: Required value`);
      }
    }
    // Every field of T was read by the shape of its type, and the required ones are there.
    return result as T;
  };
}

function fieldsOf(value: unknown, path: string): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : refuse(path, 'an object', value);
}

function refuse(path: string, wanted: string, value: unknown): never {
  throw new FluxError('invalid-object', `${path === '' ? 'object' : path}: want ${wanted}, have ${describe(value)}`);
}

/** Says what a value is without saying what it holds: it may be a secret. */
function describe(value: unknown): string {
  if (value === null || value === undefined) {
    return 'nothing';
  }
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
