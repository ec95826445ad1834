import { GoInt, isList, isMap, type Value } from '../../gostd/index.ts';
import { duplicates, equals, jsonTypeOf } from './compare.ts';
import { compareDecimals, decimalOf, isInteger, isMultiple } from './decimal.ts';
import { formatProblem } from './formats.ts';
import type { SchemaNode } from './node.ts';

/**
 * Whether a value fits a schema, for nearly all do: without what it takes to say where and why not.
 *
 * @returns undefined where only `validateValue` can tell: schemas that look at what others left, that lead in circles,
 *   or whose dynamic references depend on how they were reached
 */
export function fits(schema: SchemaNode, value: Value): boolean | undefined {
  try {
    return new Fitting(schema).fits(schema, value);
  } catch (error) {
    if (error === unsure) {
      return undefined;
    }
    throw error;
  }
}

const unsure = new Error('not to be told without looking closely');

/** Schemas within schemas, and values within values. Deeper than this may be without end. */
const maxDepth = 400;

class Fitting {
  /** The outermost schema: what it takes over of dynamic references, no other can. */
  readonly #root: SchemaNode;
  #depth = 0;

  constructor(root: SchemaNode) {
    this.#root = root;
  }

  fits(schema: SchemaNode, value: Value): boolean {
    if (schema.bool !== undefined) {
      return schema.bool;
    }
    if (this.#depth >= maxDepth) {
      throw unsure;
    }
    this.#depth++;
    const isFitting = this.#fitsBelow(schema, value);
    this.#depth--;
    return isFitting;
  }

  #fitsBelow(schema: SchemaNode, value: Value): boolean {
    if (!fitsType(schema, value) || !fitsValue(schema, value)) {
      return false;
    }
    if (schema.ref !== undefined) {
      const isFitting = this.fits(schema.ref, value);
      if (!isFitting || schema.draft < 2019) {
        return isFitting;
      }
    }
    return (
      (isMap(value)
        ? this.#fitsObject(schema, value)
        : isList(value)
          ? this.#fitsArray(schema, value)
          : typeof value === 'string'
            ? fitsText(schema, value)
            : fitsNumber(schema, value)) &&
      (schema.draft < 2019 || this.#fitsDynamicRefs(schema, value)) &&
      this.#fitsConditions(schema, value)
    );
  }

  #fitsObject(schema: SchemaNode, object: Readonly<Record<string, Value>>): boolean {
    const keys = Object.keys(object);
    if (
      !isWithin(keys.length, schema.minProperties, schema.maxProperties) ||
      schema.required?.every((key) => key in object) === false
    ) {
      return false;
    }
    for (const [key, needs] of schema.dependencies ?? []) {
      if (
        key in object &&
        !('location' in needs ? this.fits(needs, object) : needs.every((needed) => needed in object))
      ) {
        return false;
      }
    }
    for (const [key, needs] of schema.dependentSchemas ?? []) {
      if (key in object && !this.fits(needs, object)) {
        return false;
      }
    }
    for (const [key, needs] of schema.dependentRequired ?? []) {
      if (key in object && !needs.every((needed) => needed in object)) {
        return false;
      }
    }
    const { propertyNames } = schema;
    if (propertyNames !== undefined && schema.draft >= 6 && !keys.every((key) => isSure(fits(propertyNames, key)))) {
      return false;
    }
    return this.#fitsProperties(schema, object, keys);
  }

  #fitsProperties(schema: SchemaNode, object: Readonly<Record<string, Value>>, keys: readonly string[]): boolean {
    const { properties, patternProperties, additionalProperties } = schema;
    if (properties === undefined && patternProperties === undefined && additionalProperties === undefined) {
      return true;
    }
    for (const key of keys) {
      const value = object[key];
      const own = properties?.get(key);
      if (own !== undefined && !this.fits(own, value)) {
        return false;
      }
      let isNamed = own !== undefined;
      for (const [pattern, matching] of patternProperties ?? []) {
        if (pattern.matches(key)) {
          isNamed = true;
          if (!this.fits(matching, value)) {
            return false;
          }
        }
      }
      if (
        !isNamed &&
        (additionalProperties === false ||
          (typeof additionalProperties === 'object' && !this.fits(additionalProperties, value)))
      ) {
        return false;
      }
    }
    return true;
  }

  #fitsArray(schema: SchemaNode, array: readonly Value[]): boolean {
    if (
      !isWithin(array.length, schema.minItems, schema.maxItems) ||
      (schema.uniqueItems === true && duplicates(array).length > 0)
    ) {
      return false;
    }
    const { own, rest } = itemSchemas(schema);
    if (rest === false && array.length > own.length) {
      return false;
    }
    for (const [index, item] of array.entries()) {
      const itemSchema = own[index] ?? rest;
      if (typeof itemSchema === 'object' && !this.fits(itemSchema, item)) {
        return false;
      }
    }
    const { contains, minContains = 1, maxContains } = schema;
    return (
      contains === undefined ||
      isWithin(array.filter((item) => this.fits(contains, item)).length, minContains, maxContains)
    );
  }

  #fitsDynamicRefs(
    { recursiveRef, dynamicRef, unevaluatedItems, unevaluatedProperties }: SchemaNode,
    value: Value,
  ): boolean {
    if (unevaluatedItems !== undefined || unevaluatedProperties !== undefined) {
      throw unsure;
    }
    if (recursiveRef !== undefined) {
      const isTaken = recursiveRef.hasRecursiveAnchor === true;
      if (isTaken && this.#root.resource.hasRecursiveAnchor !== true) {
        throw unsure;
      }
      if (!this.fits(isTaken ? this.#root : recursiveRef, value)) {
        return false;
      }
    }
    if (dynamicRef === undefined) {
      return true;
    }
    const { target, anchor } = dynamicRef;
    if (anchor === '' || target.dynamicAnchor !== anchor) {
      return this.fits(target, value);
    }
    const outermost = this.#root.resource.dynamicAnchors?.get(anchor);
    if (outermost === undefined) {
      throw unsure;
    }
    return this.fits(outermost, value);
  }

  #fitsConditions(schema: SchemaNode, value: Value): boolean {
    const { not, allOf, anyOf, oneOf, if: condition } = schema;
    if (not !== undefined && this.fits(not, value)) {
      return false;
    }
    if (allOf?.every((each) => this.fits(each, value)) === false) {
      return false;
    }
    if (anyOf !== undefined && anyOf.length > 0 && !anyOf.some((each) => this.fits(each, value))) {
      return false;
    }
    if (oneOf !== undefined && oneOf.length > 0 && oneOf.filter((each) => this.fits(each, value)).length !== 1) {
      return false;
    }
    if (condition === undefined) {
      return true;
    }
    const branch = this.fits(condition, value) ? schema.then : schema.else;
    return branch === undefined || this.fits(branch, value);
  }
}

/** Schemas of the first items, and what holds for those behind. */
export function itemSchemas({ draft, items, additionalItems, prefixItems = [], restItems }: SchemaNode): {
  readonly own: readonly SchemaNode[];
  readonly rest: SchemaNode | boolean | undefined;
} {
  if (draft >= 2020) {
    return { own: prefixItems, rest: restItems };
  }
  return items === undefined || 'location' in items ? { own: [], rest: items } : { own: items, rest: additionalItems };
}

function isSure(isFitting: boolean | undefined): boolean {
  if (isFitting === undefined) {
    throw unsure;
  }
  return isFitting;
}

function fitsType({ types }: SchemaNode, value: Value): boolean {
  if (types === undefined || types.includes(jsonTypeOf(value))) {
    return true;
  }
  if (!types.includes('integer')) {
    return false;
  }
  const number = value instanceof GoInt ? undefined : decimalOf(value);
  return value instanceof GoInt || (number !== undefined && isInteger(number));
}

function fitsValue({ const: constant, enum: allowed, format }: SchemaNode, value: Value): boolean {
  return (
    (constant === undefined || equals(value, constant.value)) &&
    allowed?.some((item) => equals(value, item)) !== false &&
    (format === undefined || typeof value !== 'string' || formatProblem(format, value) === undefined)
  );
}

function fitsText({ minLength, maxLength, pattern }: SchemaNode, text: string): boolean {
  return (
    ((minLength === undefined && maxLength === undefined) || isWithin(Array.from(text).length, minLength, maxLength)) &&
    pattern?.matches(text) !== false
  );
}

function fitsNumber(schema: SchemaNode, value: Value): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if ((minimum ?? maximum ?? exclusiveMinimum ?? exclusiveMaximum ?? multipleOf) === undefined) {
    return true;
  }
  const number = decimalOf(value);
  return (
    number === undefined ||
    ((minimum === undefined || compareDecimals(number, minimum) >= 0) &&
      (maximum === undefined || compareDecimals(number, maximum) <= 0) &&
      (exclusiveMinimum === undefined || compareDecimals(number, exclusiveMinimum) > 0) &&
      (exclusiveMaximum === undefined || compareDecimals(number, exclusiveMaximum) < 0) &&
      (multipleOf === undefined || isMultiple(number, multipleOf)))
  );
}

function isWithin(count: number, min: number | undefined, max: number | undefined): boolean {
  return (min === undefined || count >= min) && (max === undefined || count <= max);
}
