import { decodeJson, fromBytes, type GoMap, isMap, JsonError, quote, typeOf, type Value } from '../../gostd/index.ts';
import { ChartError } from '../errors.ts';
import { compileSchema, draftOfDocument } from '../schema/compile.ts';
import { showFailures } from '../schema/failure.ts';
import { loadMetaSchema, metaSchemaUrl } from '../schema/metaSchemas.ts';
import type { SchemaNode } from '../schema/node.ts';
import { validateValue } from '../schema/validate.ts';
import type { Chart } from '../types.ts';

/**
 * Holds values against values.schema.json of a chart and of the charts below it.
 *
 * @param values coalesced
 * @throws ChartError `schema` with everything that is wrong
 * @see helm v4.3.1 pkg/chart/common/util/jsonschema.go, ValidateAgainstSchema
 */
export function validateAgainstSchema(chart: Chart, values: GoMap): void {
  const problems = schemaProblems(chart, values);
  if (problems !== '') {
    throw new ChartError(
      'schema',
      `values don't meet the specifications of the schema(s) in the following chart(s):\n${problems}`,
    );
  }
}

function schemaProblems(chart: Chart, values: GoMap): string {
  const own = chart.schema === undefined ? undefined : problemsWith(chart.schema, values);
  const texts = own === undefined ? [] : [`${chart.metadata.name}:\n${own}`];
  for (const below of chart.dependencies) {
    const { name } = below.metadata;
    const table = values[name];
    if (isMap(table)) {
      texts.push(schemaProblems(below, table));
    } else if (table !== null && table !== undefined) {
      texts.push(`${name}:\ninvalid type for values: expected object (map), got ${typeOf(table).name}\n`);
    }
  }
  return texts.join('');
}

const schemaUrl = 'file:///values.schema.json';

function problemsWith(json: Uint8Array, values: GoMap): string | undefined {
  let schema: SchemaNode;
  try {
    const value = decodeJson(fromBytes(json));
    checkAgainstMetaSchema(value);
    schema = compileSchema(schemaUrl, value, { load: loadMetaSchema, assertsFormat: false });
  } catch (error) {
    if (error instanceof ChartError) {
      return error.message;
    }
    if (error instanceof JsonError) {
      // Helm reads a stream, whose end has other words.
      return error.message.replace('unexpected end of JSON input', 'unexpected EOF');
    }
    throw error;
  }
  const failures = validateValue(schema, values);
  // The empty line is for the charts that follow.
  return failures.length === 0 ? undefined : `${showFailures(failures)}\n`;
}

function checkAgainstMetaSchema(value: Value): void {
  const url = metaSchemaUrl(draftOfDocument(value));
  const meta = loadMetaSchema(url);
  if (meta === undefined) {
    return;
  }
  const failures = validateValue(compileSchema(url, meta, { load: loadMetaSchema, assertsFormat: true }), value);
  if (failures.length > 0) {
    throw new ChartError(
      'schema',
      `${quote(`${schemaUrl}#`)} is not valid against metaschema: jsonschema validation failed with '${url}#'\n${showFailures(failures)}`,
    );
  }
}
