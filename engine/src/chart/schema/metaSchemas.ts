/**
 * The schemas of schemas, as ajv's packages carry them, with the few properties that Helm's library reads otherwise.
 *
 * @see santhosh-tekuri/jsonschema v6.0.3 metaschemas
 */
import draft4 from 'ajv-draft-04/dist/refs/json-schema-draft-04.json' with { type: 'json' };
import draft6 from 'ajv/dist/refs/json-schema-draft-06.json' with { type: 'json' };
import draft7 from 'ajv/dist/refs/json-schema-draft-07.json' with { type: 'json' };
import applicator2019 from 'ajv/dist/refs/json-schema-2019-09/meta/applicator.json' with { type: 'json' };
import content2019 from 'ajv/dist/refs/json-schema-2019-09/meta/content.json' with { type: 'json' };
import core2019 from 'ajv/dist/refs/json-schema-2019-09/meta/core.json' with { type: 'json' };
import format2019 from 'ajv/dist/refs/json-schema-2019-09/meta/format.json' with { type: 'json' };
import metaData2019 from 'ajv/dist/refs/json-schema-2019-09/meta/meta-data.json' with { type: 'json' };
import validation2019 from 'ajv/dist/refs/json-schema-2019-09/meta/validation.json' with { type: 'json' };
import draft2019 from 'ajv/dist/refs/json-schema-2019-09/schema.json' with { type: 'json' };
import applicator2020 from 'ajv/dist/refs/json-schema-2020-12/meta/applicator.json' with { type: 'json' };
import content2020 from 'ajv/dist/refs/json-schema-2020-12/meta/content.json' with { type: 'json' };
import core2020 from 'ajv/dist/refs/json-schema-2020-12/meta/core.json' with { type: 'json' };
import formatAnnotation2020 from 'ajv/dist/refs/json-schema-2020-12/meta/format-annotation.json' with { type: 'json' };
import metaData2020 from 'ajv/dist/refs/json-schema-2020-12/meta/meta-data.json' with { type: 'json' };
import unevaluated2020 from 'ajv/dist/refs/json-schema-2020-12/meta/unevaluated.json' with { type: 'json' };
import validation2020 from 'ajv/dist/refs/json-schema-2020-12/meta/validation.json' with { type: 'json' };
import draft2020 from 'ajv/dist/refs/json-schema-2020-12/schema.json' with { type: 'json' };
import { decodeJson, type Value } from '../../gostd/index.ts';
import type { DraftVersion } from './node.ts';

const documents: Readonly<Record<string, object>> = {
  'http://json-schema.org/draft-04/schema': withProperties(draft4, {
    // An id may be relative there.
    id: { type: 'string' },
    $ref: { type: 'string' },
    format: { type: 'string' },
  }),
  'http://json-schema.org/draft-06/schema': withProperties(draft6, { examples: {} }),
  'http://json-schema.org/draft-07/schema': withProperties(draft7, { writeOnly: { type: 'boolean' } }),
  'https://json-schema.org/draft/2019-09/schema': draft2019,
  'https://json-schema.org/draft/2019-09/meta/applicator': applicator2019,
  'https://json-schema.org/draft/2019-09/meta/content': content2019,
  'https://json-schema.org/draft/2019-09/meta/core': core2019,
  'https://json-schema.org/draft/2019-09/meta/format': format2019,
  'https://json-schema.org/draft/2019-09/meta/meta-data': metaData2019,
  'https://json-schema.org/draft/2019-09/meta/validation': validation2019,
  'https://json-schema.org/draft/2020-12/schema': draft2020,
  'https://json-schema.org/draft/2020-12/meta/applicator': applicator2020,
  'https://json-schema.org/draft/2020-12/meta/content': content2020,
  'https://json-schema.org/draft/2020-12/meta/core': core2020,
  'https://json-schema.org/draft/2020-12/meta/format-annotation': formatAnnotation2020,
  'https://json-schema.org/draft/2020-12/meta/meta-data': metaData2020,
  'https://json-schema.org/draft/2020-12/meta/unevaluated': unevaluated2020,
  'https://json-schema.org/draft/2020-12/meta/validation': validation2020,
};

const urls: Readonly<Record<DraftVersion, string>> = {
  4: 'http://json-schema.org/draft-04/schema',
  6: 'http://json-schema.org/draft-06/schema',
  7: 'http://json-schema.org/draft-07/schema',
  2019: 'https://json-schema.org/draft/2019-09/schema',
  2020: 'https://json-schema.org/draft/2020-12/schema',
};

/** Where the schema of a draft's schemas is. */
export function metaSchemaUrl(draft: DraftVersion): string {
  return urls[draft];
}

/** Whether a document belongs to the drafts themselves. */
export function isMetaUrl(url: string): boolean {
  return /^https?:\/\/json-schema\.org\//.test(url);
}

/** The text of a meta schema as a value. */
export function loadMetaSchema(url: string): Value | undefined {
  const path = isMetaUrl(url) ? url.replace(/^https?/, '') : undefined;
  const document = path === undefined ? undefined : (documents[`http${path}`] ?? documents[`https${path}`]);
  return document === undefined ? undefined : decodeJson(JSON.stringify(document));
}

function withProperties(schema: { readonly properties: object }, properties: object): object {
  return { ...schema, properties: { ...schema.properties, ...properties } };
}
