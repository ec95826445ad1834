/** Calls of the functions that turn values into texts of a format, and texts into values. */
import fc from 'fast-check';
import type { JsonObject } from './oracleCases.ts';
import { jsonObjects } from './valuesCases.ts';
import { piecesOfYaml, plausibleYaml, yamlDocuments } from './yamlCases.ts';

export interface ConvertCase {
  readonly text: string;
  readonly values: JsonObject;
}

/** Templates of one call over random values. */
export function convertCases(): fc.Arbitrary<ConvertCase> {
  const writer = fc.constantFrom(
    ...[
      'toYaml',
      'mustToYaml',
      'toYamlPretty',
      'toJson',
      'mustToJson',
      'toPrettyJson',
      'toRawJson',
      'toToml',
      'mustToToml',
    ],
    ...[
      'toYaml | fromYaml | toJson',
      'toJson | fromJson | toYaml',
      'toYamlPretty | fromYaml | toYaml',
      'toString | quote',
    ],
  );
  const written = fc
    .tuple(writer, jsonObjects())
    .map(([name, values]) => ({ text: `{{ .Values | ${name} }}`, values }));
  const reader = fc.constantFrom('fromYaml', 'fromYamlArray', 'fromJson', 'fromJsonArray', 'mustFromJson');
  const view = fc.constantFrom('toJson', 'toYaml', 'toYamlPretty', 'printf "%v"', 'toString');
  const source = fc.oneof(
    piecesOfYaml(),
    plausibleYaml(),
    yamlDocuments(),
    jsonTexts(),
    jsonObjects().map((object) => JSON.stringify(object)),
  );
  const read = fc
    .tuple(reader, view, source)
    .map(([name, how, text]) => ({ text: `{{ ${name} .Values.text | ${how} }}`, values: { text } }));
  return fc.oneof(written, read);
}

/** What is nearly JSON. */
function jsonTexts(): fc.Arbitrary<string> {
  const piece = fc.constantFrom(
    ...[
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"a":',
      '"b":',
      '"\\u00e9"',
      '"\\ud83d"',
      '"\\ud83d\\ude00"',
      '"\\x"',
      '"',
    ],
    ...[
      '1',
      '-1',
      '-0',
      '01',
      '1.',
      '.5',
      '1e5',
      '1E-7',
      '1e400',
      '12345678901234567890',
      'true',
      'false',
      'null',
      'nul',
    ],
    ...[' ', '\n', '\t', '\r', '\u0001', 'é', '\ufeff', '"<&>\u2028"', '{"a":{"b":[1,2,{}]}}', '[[],{}]', '//', "'a'"],
  );
  return fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join(''));
}
