import { isList, isMap, type Value } from '../../gostd/index.ts';
import { duplicates } from './compare.ts';
import { compareDecimals, decimalOf, isInteger } from './decimal.ts';
import { formatProblem } from './formats.ts';
import type { DraftVersion } from './node.ts';

/**
 * Whether a schema is plainly what the schema of its draft asks for, as nearly all are: without compiling that one,
 * which takes longer than the chart's own.
 *
 * @returns false where only the draft's schema can tell, and say what is wrong
 */
export function isPlainSchema(schema: Value, draft: DraftVersion): boolean {
  return draft !== 4 && isSchema(schema, draft);
}

/** What the value of a keyword has to be: in every draft that knows it, or as the strictest of them has it. */
type Keyword = (value: Value, draft: DraftVersion) => boolean;

const isSchema: Keyword = (value, draft) => {
  if (!isMap(value)) {
    return typeof value === 'boolean';
  }
  for (const name of Object.keys(value)) {
    const keyword = keywords.get(name);
    if (keyword === undefined ? name.startsWith('$') : !keyword(value[name], draft)) {
      return false;
    }
  }
  return true;
};

const isText: Keyword = (value) => typeof value === 'string';
const isFlag: Keyword = (value) => typeof value === 'boolean';
const isAnyList: Keyword = (value) => isList(value);
const isNumber: Keyword = (value) => decimalOf(value) !== undefined;
const textOf =
  (format: string): Keyword =>
  (value) =>
    typeof value === 'string' && formatProblem(format, value) === undefined;
const isPattern = textOf('regex');
const isReference = textOf('uri-reference');

const isCount: Keyword = (value) => {
  const number = decimalOf(value);
  return number !== undefined && number.digits >= 0n && isInteger(number);
};

const isPositive: Keyword = (value) => {
  const number = decimalOf(value);
  return number !== undefined && compareDecimals(number, { digits: 0n, scale: 0 }) > 0;
};

const isSet: Keyword = (value) => isList(value) && value.length > 0 && duplicates(value).length === 0;
const isTexts: Keyword = (value) =>
  isList(value) && value.every((item) => typeof item === 'string') && duplicates(value).length === 0;

const typeNames: readonly Value[] = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];
const isType: Keyword = (value, draft) =>
  isList(value) ? isSet(value, draft) && value.every((name) => typeNames.includes(name)) : typeNames.includes(value);

const isSchemas: Keyword = (value, draft) =>
  isList(value) && value.length > 0 && value.every((item) => isSchema(item, draft));
const isItems: Keyword = (value, draft) =>
  isList(value) ? draft < 2020 && isSchemas(value, draft) : isSchema(value, draft);

const mapOf =
  (each: Keyword): Keyword =>
  (value, draft) =>
    isMap(value) && Object.keys(value).every((key) => each(value[key], draft));
const isSchemaMap = mapOf(isSchema);

/** Those with a `$` that are not here, such as anchors, only the draft's schema can tell. */
const keywords: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ['$schema', textOf('uri')],
  ['$id', (value, draft) => typeof value === 'string' && !value.includes('#') && isReference(value, draft)],
  ['$ref', isReference],
  ['$comment', isText],
  ['$defs', isSchemaMap],
  ['additionalItems', isSchema],
  ['additionalProperties', isSchema],
  ['allOf', isSchemas],
  ['anyOf', isSchemas],
  ['contains', isSchema],
  ['contentEncoding', isText],
  ['contentMediaType', isText],
  ['contentSchema', isSchema],
  ['definitions', isSchemaMap],
  ['dependencies', mapOf((value, draft) => (isList(value) ? isTexts(value, draft) : isSchema(value, draft)))],
  ['dependentRequired', mapOf(isTexts)],
  ['dependentSchemas', isSchemaMap],
  ['deprecated', isFlag],
  ['description', isText],
  ['else', isSchema],
  ['enum', isSet],
  ['examples', isAnyList],
  ['exclusiveMaximum', isNumber],
  ['exclusiveMinimum', isNumber],
  ['format', isText],
  ['if', isSchema],
  ['items', isItems],
  ['maxContains', isCount],
  ['maxItems', isCount],
  ['maxLength', isCount],
  ['maxProperties', isCount],
  ['maximum', isNumber],
  ['minContains', isCount],
  ['minItems', isCount],
  ['minLength', isCount],
  ['minProperties', isCount],
  ['minimum', isNumber],
  ['multipleOf', isPositive],
  ['not', isSchema],
  ['oneOf', isSchemas],
  ['pattern', isPattern],
  [
    'patternProperties',
    (value, draft) =>
      isMap(value) && Object.keys(value).every((key) => isPattern(key, draft)) && isSchemaMap(value, draft),
  ],
  ['prefixItems', isSchemas],
  ['properties', isSchemaMap],
  ['propertyNames', isSchema],
  ['readOnly', isFlag],
  ['required', isTexts],
  ['then', isSchema],
  ['title', isText],
  ['type', isType],
  ['unevaluatedItems', isSchema],
  ['unevaluatedProperties', isSchema],
  ['uniqueItems', isFlag],
  ['writeOnly', isFlag],
]);
