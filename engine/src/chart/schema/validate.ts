/** Values held against a compiled schema. @see santhosh-tekuri/jsonschema v6.0.3 validator.go */
import { formatValue, isList, isMap, sortedKeys, type Value } from '../../gostd/index.ts';
import { pointerTo } from '../../support/index.ts';
import { duplicates, equals, jsonTypeOf } from './compare.ts';
import { compareDecimals, type Decimal, decimalOf, isInteger, isMultiple, showDecimal } from './decimal.ts';
import { type Failure, joinQuoted, quoteSingle } from './failure.ts';
import { fits, itemSchemas } from './fits.ts';
import { formatProblem } from './formats.ts';
import type { SchemaNode } from './node.ts';

/** Which schema judges a part of a schema: a part with an id may be of another draft. */
export interface Dialects {
  /** The draft's schema that judges now. */
  readonly schema: SchemaNode;
  /** That of the part at a JSON pointer, where one begins. */
  readonly at: (pointer: string) => SchemaNode | undefined;
}

/**
 * What is wrong with a value; nothing when it fits.
 *
 * @param dialects where the value is itself a schema
 */
export function validateValue(schema: SchemaNode, value: Value, dialects?: Dialects): readonly Failure[] {
  if (dialects === undefined && fits(schema, value) === true) {
    return [];
  }
  const failure = new Validator({ schema, value, path: [], scope: undefined, dialects }).failure();
  return failure === undefined ? [] : failure.kind === 'group' ? failure.causes : [failure];
}

/** The schemas around, innermost first. */
interface Scope {
  readonly schema: SchemaNode;
  /** The path of the value that it looks at, to notice going round in circles. */
  readonly path: readonly string[];
  /** The keyword that jumped here; absent where the schema stands below the one above. */
  readonly keyword: string | undefined;
  readonly above: Scope | undefined;
}

interface Target {
  readonly schema: SchemaNode;
  readonly value: Value;
  readonly path: readonly string[];
  readonly scope: Scope | undefined;
  readonly keyword?: string;
  readonly dialects: Dialects | undefined;
}

class Validator {
  readonly #schema: SchemaNode;
  readonly #value: Value;
  readonly #path: readonly string[];
  readonly #scope: Scope;
  readonly #dialects: Dialects | undefined;
  readonly #failures: Failure[] = [];
  /** Keys and indexes that no keyword has looked at. */
  readonly unevaluated: Set<string>;

  constructor({ schema: asked, value, path, scope, keyword, dialects }: Target) {
    const other = dialects?.schema === asked ? dialects.at(pointerTo(path)) : undefined;
    const schema = other ?? asked;
    this.#dialects = other === undefined ? dialects : { schema: other, at: dialects?.at ?? (() => undefined) };
    this.#schema = schema;
    this.#value = value;
    this.#path = path;
    // References that are dynamic still go by the one that was asked for.
    this.#scope = { schema: asked, path, keyword, above: scope };
    this.unevaluated = new Set(
      isMap(value) ? Object.keys(value) : isList(value) ? value.map((_, index) => String(index)) : [],
    );
  }

  /** What is wrong with the value as a whole. */
  failure(): Failure | undefined {
    const schema = this.#schema;
    if (schema.bool !== undefined) {
      return schema.bool ? undefined : this.#say('false schema');
    }
    const message = this.#cycle() ?? this.#typeProblem() ?? this.#valueProblem();
    if (message !== undefined) {
      return this.#say(message);
    }
    if (schema.ref !== undefined) {
      const failed = this.#refer(schema.ref, '$ref');
      if (schema.draft < 2019) {
        return failed;
      }
      this.#add(failed);
    }
    this.#checkContent();
    if (schema.draft >= 2019) {
      this.#dynamicRefs();
    }
    this.#conditions();
    if (schema.draft >= 2019) {
      this.#leftOver();
    }
    const [first] = this.#failures;
    return this.#failures.length <= 1 ? first : this.#fail('group', 'validation failed', this.#failures);
  }

  #checkContent(): void {
    const value = this.#value;
    if (isMap(value)) {
      this.#object(value);
    } else if (isList(value)) {
      this.#array(value);
    } else if (typeof value === 'string') {
      this.#text(value);
    } else {
      const number = decimalOf(value);
      if (number !== undefined) {
        this.#number(number);
      }
    }
  }

  #cycle(): string | undefined {
    for (let scope = this.#scope.above; scope?.path === this.#path; scope = scope.above) {
      if (scope.schema === this.#schema) {
        return `both ${keywordPath(this.#scope)} and ${keywordPath(scope)} resolve to "${this.#schema.location}" causing reference cycle`;
      }
    }
    return undefined;
  }

  #typeProblem(): string | undefined {
    const { types } = this.#schema;
    const type = jsonTypeOf(this.#value);
    if (types === undefined || types.includes(type)) {
      return undefined;
    }
    const number = decimalOf(this.#value);
    if (types.includes('integer') && number !== undefined && isInteger(number)) {
      return undefined;
    }
    return `got ${type}, want ${types.join(' or ')}`;
  }

  #valueProblem(): string | undefined {
    const { const: constant, enum: allowed, format } = this.#schema;
    if (constant !== undefined && !equals(this.#value, constant.value)) {
      return isMap(constant.value) || isList(constant.value)
        ? "'const' failed"
        : `value must be ${show(constant.value)}`;
    }
    if (allowed?.some((item) => equals(this.#value, item)) === false) {
      if (allowed.some((item) => isMap(item) || isList(item))) {
        return "'enum' failed";
      }
      return `value must be ${allowed.length === 1 ? '' : 'one of '}${allowed.map(show).join(', ')}`;
    }
    const problem =
      format === undefined || typeof this.#value !== 'string' ? undefined : formatProblem(format, this.#value);
    return problem === undefined ? undefined : `${show(this.#value)} is not valid ${format ?? ''}: ${problem}`;
  }

  #object(object: Readonly<Record<string, Value>>): void {
    const schema = this.#schema;
    const keys = sortedKeys(object);
    this.#limit('minProperties', keys.length);
    this.#limit('maxProperties', keys.length);
    const missing = (schema.required ?? []).filter((key) => !(key in object));
    if (missing.length > 0) {
      this.#addMessage(`missing ${missing.length === 1 ? 'property' : 'properties'} ${joinQuoted(missing)}`);
    }
    for (const [key, needs] of schema.dependencies ?? []) {
      if (key in object) {
        this.#depends(object, key, needs);
      }
    }
    this.#properties(object, keys);
    if (schema.propertyNames !== undefined && schema.draft >= 6) {
      for (const key of keys) {
        const causes = validateValue(schema.propertyNames, key);
        if (causes.length > 0) {
          this.#add(this.#fail('other', `invalid propertyName ${quoteSingle(key)}`, causes));
        }
      }
    }
    for (const [key, needs] of schema.dependentSchemas ?? []) {
      if (key in object) {
        this.#add(this.#self(needs));
      }
    }
    for (const [key, needs] of schema.dependentRequired ?? []) {
      if (key in object) {
        this.#depends(object, key, needs);
      }
    }
  }

  #depends(object: Readonly<Record<string, Value>>, key: string, needs: readonly string[] | SchemaNode): void {
    if ('location' in needs) {
      this.#add(this.#self(needs));
      return;
    }
    const missing = needs.filter((need) => !(need in object));
    if (missing.length > 0) {
      this.#addMessage(`properties ${joinQuoted(missing)} required, if ${quoteSingle(key)} exists`);
    }
  }

  #properties(object: Readonly<Record<string, Value>>, keys: readonly string[]): void {
    const { properties, patternProperties = [], additionalProperties } = this.#schema;
    const additional: string[] = [];
    for (const key of keys) {
      const value = object[key];
      const schemas = [
        properties?.get(key),
        ...patternProperties.map(([pattern, schema]) => (pattern.matches(key) ? schema : undefined)),
      ].filter((schema) => schema !== undefined);
      for (const schema of schemas) {
        this.#add(this.#below(schema, value, key));
      }
      const isLeft = schemas.length === 0 && additionalProperties !== undefined;
      if (isLeft && additionalProperties === false) {
        additional.push(key);
      } else if (isLeft && typeof additionalProperties === 'object') {
        this.#add(this.#below(additionalProperties, value, key));
      }
      if (schemas.length > 0 || isLeft) {
        this.unevaluated.delete(key);
      }
    }
    if (additional.length > 0) {
      this.#addMessage(`additional properties ${joinQuoted(additional)} not allowed`);
    }
  }

  #array(array: readonly Value[]): void {
    const schema = this.#schema;
    this.#limit('minItems', array.length);
    this.#limit('maxItems', array.length);
    const [first, second] = schema.uniqueItems === true ? duplicates(array) : [];
    if (first !== undefined && second !== undefined) {
      this.#addMessage(`items at ${count(first)} and ${count(second)} are equal`);
    }
    const { own, rest } = itemSchemas(schema);
    for (const [index, item] of array.entries()) {
      const itemSchema = own[index] ?? rest;
      if (typeof itemSchema === 'object') {
        this.#add(this.#below(itemSchema, item, String(index)));
      }
      if (itemSchema !== undefined) {
        this.unevaluated.delete(String(index));
      }
    }
    if (rest === false && array.length > own.length) {
      this.#addMessage(`last ${count(array.length - own.length)} additionalItem(s) not allowed`);
    }
    if (schema.contains !== undefined) {
      this.#contains(array, schema.contains);
    }
  }

  #contains(array: readonly Value[], schema: SchemaNode): void {
    const { minContains, maxContains, draft } = this.#schema;
    const failures: Failure[] = [];
    const matched: number[] = [];
    for (const [index, item] of array.entries()) {
      const failure = this.#below(schema, item, String(index));
      if (failure === undefined) {
        matched.push(index);
        if (draft >= 2020) {
          this.unevaluated.delete(String(index));
        }
      } else {
        failures.push(failure);
      }
    }
    const at = `matched ${count(matched.length)} items at ${matched.join(' ')}`;
    if (minContains !== undefined && matched.length < minContains) {
      const found = matched.length === 0 ? 'none matched' : at;
      this.#add(
        this.#fail(
          'other',
          `min ${count(minContains)} items required to match contains schema, but ${found}`,
          failures,
        ),
      );
    } else if (minContains === undefined && matched.length === 0) {
      this.#add(this.#fail('other', 'no items match contains schema', failures));
    }
    if (maxContains !== undefined && matched.length > maxContains) {
      this.#addMessage(`max ${count(maxContains)} items required to match contains schema, but ${at}`);
    }
  }

  #text(text: string): void {
    const { pattern } = this.#schema;
    const length = Array.from(text).length;
    this.#limit('minLength', length);
    this.#limit('maxLength', length);
    if (pattern?.matches(text) === false) {
      this.#addMessage(`${quoteSingle(text)} does not match pattern ${quoteSingle(pattern.source)}`);
    }
  }

  #number(number: Decimal): void {
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = this.#schema;
    const check = (name: string, limit: Decimal | undefined, fits: (limit: Decimal) => boolean): void => {
      if (limit !== undefined && !fits(limit)) {
        this.#addMessage(`${name}: got ${showDecimal(number)}, want ${showDecimal(limit)}`);
      }
    };
    check('minimum', minimum, (limit) => compareDecimals(number, limit) >= 0);
    check('maximum', maximum, (limit) => compareDecimals(number, limit) <= 0);
    check('exclusiveMinimum', exclusiveMinimum, (limit) => compareDecimals(number, limit) > 0);
    check('exclusiveMaximum', exclusiveMaximum, (limit) => compareDecimals(number, limit) < 0);
    check('multipleOf', multipleOf, (limit) => isMultiple(number, limit));
  }

  #limit(
    name: 'minProperties' | 'maxProperties' | 'minItems' | 'maxItems' | 'minLength' | 'maxLength',
    got: number,
  ): void {
    const want = this.#schema[name];
    if (want !== undefined && (name.startsWith('min') ? got < want : got > want)) {
      this.#addMessage(`${name}: got ${count(got)}, want ${count(want)}`);
    }
  }

  #dynamicRefs(): void {
    const { recursiveRef, dynamicRef } = this.#schema;
    if (recursiveRef !== undefined) {
      const target = recursiveRef.hasRecursiveAnchor === true ? this.#outermostRecursive(recursiveRef) : recursiveRef;
      this.#add(this.#refer(target, '$recursiveRef'));
    }
    if (dynamicRef !== undefined) {
      const { target, anchor } = dynamicRef;
      const isDynamic = anchor !== '' && target.dynamicAnchor === anchor;
      this.#add(this.#refer(isDynamic ? this.#outermostDynamic(anchor, target) : target, '$dynamicRef'));
    }
  }

  #outermostRecursive(fallback: SchemaNode): SchemaNode {
    let found = fallback;
    for (let scope: Scope | undefined = this.#scope; scope !== undefined; scope = scope.above) {
      if (scope.schema.resource.hasRecursiveAnchor === true) {
        found = scope.schema;
      }
    }
    return found;
  }

  #outermostDynamic(anchor: string, fallback: SchemaNode): SchemaNode {
    let found = fallback;
    for (let scope: Scope | undefined = this.#scope; scope !== undefined; scope = scope.above) {
      found = scope.schema.resource.dynamicAnchors?.get(anchor) ?? found;
    }
    return found;
  }

  #conditions(): void {
    const { not, allOf, anyOf, oneOf, if: condition } = this.#schema;
    if (not !== undefined && this.#self(not) === undefined) {
      this.#addMessage("'not' failed");
    }
    if (allOf !== undefined) {
      const failures = allOf.map((schema) => this.#self(schema)).filter((failure) => failure !== undefined);
      if (failures.length > 0) {
        this.#add(this.#fail('other', "'allOf' failed", failures));
      }
    }
    if (anyOf !== undefined && anyOf.length > 0) {
      // All are tried, since each may have looked at other keys.
      const failures = anyOf.map((schema) => this.#self(schema)).filter((failure) => failure !== undefined);
      if (failures.length === anyOf.length) {
        this.#add(this.#fail('other', "'anyOf' failed", failures));
      }
    }
    if (oneOf !== undefined && oneOf.length > 0) {
      this.#oneOf(oneOf);
    }
    if (condition !== undefined) {
      const branch = this.#self(condition) === undefined ? this.#schema.then : this.#schema.else;
      this.#add(branch === undefined ? undefined : this.#self(branch));
    }
  }

  #oneOf(schemas: readonly SchemaNode[]): void {
    const failures: Failure[] = [];
    let matched: number | undefined;
    for (const [index, schema] of schemas.entries()) {
      const failure = this.#self(schema);
      if (failure !== undefined) {
        failures.push(failure);
      } else if (matched === undefined) {
        matched = index;
      } else {
        this.#addMessage(`'oneOf' failed, subschemas ${count(matched)}, ${count(index)} matched`);
        return;
      }
    }
    if (matched === undefined) {
      this.#add(this.#fail('other', "'oneOf' failed, none matched", failures));
    }
  }

  /** Keys and items that nothing has looked at. */
  #leftOver(): void {
    const { unevaluatedProperties, unevaluatedItems } = this.#schema;
    const value = this.#value;
    const schema = isMap(value) ? unevaluatedProperties : isList(value) ? unevaluatedItems : undefined;
    if (schema === undefined) {
      return;
    }
    for (const key of this.unevaluated) {
      this.#add(this.#below(schema, isMap(value) ? value[key] : isList(value) ? value[Number(key)] : undefined, key));
    }
    this.unevaluated.clear();
  }

  #refer(schema: SchemaNode, keyword: string): Failure | undefined {
    const failure = this.#self(schema, keyword);
    if (failure === undefined) {
      return undefined;
    }
    return this.#fail('reference', 'validation failed', failure.kind === 'group' ? failure.causes : [failure]);
  }

  /** The same value against another schema; what that one has looked at counts as looked at. */
  #self(schema: SchemaNode, keyword?: string): Failure | undefined {
    const target = { schema, value: this.#value, path: this.#path, scope: this.#scope, dialects: this.#dialects };
    const other = new Validator(keyword === undefined ? target : { ...target, keyword });
    const failure = other.failure();
    if (failure === undefined) {
      for (const key of [...this.unevaluated].filter((one) => !other.unevaluated.has(one))) {
        this.unevaluated.delete(key);
      }
    }
    return failure;
  }

  #below(schema: SchemaNode, value: Value, key: string): Failure | undefined {
    const path = [...this.#path, key];
    return new Validator({ schema, value, path, scope: this.#scope, dialects: this.#dialects }).failure();
  }

  #say(message: string): Failure {
    return this.#fail('other', message, []);
  }

  #addMessage(message: string): void {
    this.#failures.push(this.#say(message));
  }

  #add(failure: Failure | undefined): void {
    if (failure !== undefined) {
      this.#failures.push(failure);
    }
  }

  #fail(kind: Failure['kind'], message: string, causes: readonly Failure[]): Failure {
    return { kind, path: this.#path, message, causes };
  }
}

/** How the schemas got here, keyword by keyword. */
function keywordPath(scope: Scope): string {
  const { above, keyword, schema } = scope;
  if (above === undefined) {
    return '';
  }
  return (
    keywordPath(above) + (keyword === undefined ? schema.location.slice(above.schema.location.length) : `/${keyword}`)
  );
}

/** A plain value in a message. */
function show(value: Value): string {
  if (typeof value === 'string') {
    return quoteSingle(value);
  }
  return isMap(value) || isList(value) ? 'value' : formatValue('v', value);
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
