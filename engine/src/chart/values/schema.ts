import { decodeJson, fromBytes, type GoMap, isMap, JsonError, typeOf, type Value } from '../../gostd/index.ts';
import { ChartError, type SchemaProblem } from '../errors.ts';
import { type CompiledSchema, SchemaCompiler } from '../schema/compile.ts';
import { flattenFailures, showFailures } from '../schema/failure.ts';
import { validateValue } from '../schema/validate.ts';
import type { Chart } from '../types.ts';

/** Compiled schemas, for whoever renders a chart more than once. */
export class SchemaCache {
  readonly #compiler = new SchemaCompiler();
  readonly #known = new WeakMap<Uint8Array, CompiledSchema>();

  /** @throws ChartError, JsonError */
  compiled(json: Uint8Array): CompiledSchema {
    const known = this.#known.get(json) ?? this.#compiler.compile(schemaUrl, readSchema(json));
    this.#known.set(json, known);
    return known;
  }
}

export interface ValidateOptions {
  /** Keeps what is compiled; it counts as the same chart what has the same bytes object. */
  readonly cache?: SchemaCache;
  /** Gets what could not be checked. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Holds values against values.schema.json of a chart and of the charts below it.
 *
 * @param values coalesced
 * @throws ChartError `schema` with everything that is wrong
 * @see helm v4.3.1 pkg/chart/common/util/jsonschema.go, ValidateAgainstSchema
 */
export function validateAgainstSchema(chart: Chart, values: GoMap, options: ValidateOptions = {}): void {
  const schemaProblems: SchemaProblem[] = [];
  const text = refusals(chart, values, { cache: new SchemaCache(), ...options, path: [], problems: schemaProblems });
  if (text !== '') {
    throw new ChartError(
      'schema',
      `values don't meet the specifications of the schema(s) in the following chart(s):\n${text}`,
      { schemaProblems },
    );
  }
}

interface Run extends ValidateOptions {
  readonly cache: SchemaCache;
  /** Where the values of this chart stand. */
  readonly path: readonly string[];
  readonly problems: SchemaProblem[];
}

function refusals(chart: Chart, values: GoMap, run: Run): string {
  const own = chart.schema === undefined ? undefined : ownProblems(chart, chart.schema, values, run);
  const texts = own === undefined ? [] : [`${chart.metadata.name}:\n${own}`];
  for (const below of chart.dependencies) {
    const { name } = below.metadata;
    const table = values[name];
    if (isMap(table)) {
      texts.push(refusals(below, table, { ...run, path: [...run.path, name] }));
    } else if (table !== null && table !== undefined) {
      const message = `invalid type for values: expected object (map), got ${typeOf(table).name}`;
      run.problems.push({ chart: name, path: [...run.path, name], message });
      texts.push(`${name}:\n${message}\n`);
    }
  }
  return texts.join('');
}

const schemaUrl = 'file:///values.schema.json';

function ownProblems(
  { metadata }: Chart,
  json: Uint8Array,
  values: GoMap,
  { cache, onWarning, path, problems }: Run,
): string | undefined {
  let compiled: CompiledSchema;
  try {
    compiled = cache.compiled(json);
  } catch (error) {
    if (error instanceof ChartError || error instanceof JsonError) {
      return error.message;
    }
    throw error;
  }
  for (const url of compiled.unchecked) {
    onWarning?.(
      `values of chart ${metadata.name} are not checked against ${url}: its values.schema.json refers there, and schemas from elsewhere are not fetched`,
    );
  }
  const failures = validateValue(compiled.schema, values);
  for (const failure of flattenFailures(failures)) {
    problems.push({ chart: metadata.name, path: [...path, ...failure.path], message: failure.message });
  }
  // The empty line is for the charts that follow.
  return failures.length === 0 ? undefined : `${showFailures(failures)}\n`;
}

/** The library reads a stream, whose end has other words. @see santhosh-tekuri/jsonschema v6.0.3 loader.go */
function readSchema(json: Uint8Array): Value {
  const text = fromBytes(json);
  try {
    return decodeJson(text, { useNumber: true });
  } catch (error) {
    if (!(error instanceof JsonError)) {
      throw error;
    }
    if (endsTooEarly(text)) {
      throw new JsonError(/^[ \t\r\n]*$/.test(text) ? 'EOF' : 'unexpected EOF');
    }
    throw new JsonError(error.message.replace(/^(invalid character) .* (after top-level value)$/, '$1 $2'));
  }
}

/** Whether it is the end of a text that is wrong with it: then one character more is. */
function endsTooEarly(text: string): boolean {
  try {
    decodeJson(`${text}\0`);
    return false;
  } catch (error) {
    return error instanceof JsonError && error.message.startsWith("invalid character '\\x00'");
  }
}
