import { isList, isMap, newMap, nilMap, type Value } from '@fairlead/engine/gostd';
import { decode, encode, encodeGoYaml, encodePretty } from '@fairlead/engine/yaml';
import fc from 'fast-check';
import { type Oracle, textBytes } from '../../support/oracle.ts';
import type { OracleText } from '../../support/oracleCases.ts';
import { type Outcome, outcomeOf } from '../../support/outcome.ts';
import { typedOf } from '../../support/typed.ts';
import { piecesOfYaml, plausibleYaml, yamlDocuments, yamlValues } from '../../support/yamlCases.ts';
import { defineKind, type Kind } from './kind.ts';

/** Texts that sigs.k8s.io/yaml reads, strictly and not. */
export const yamlRead: Kind = defineKind({
  name: 'yaml/read',
  cases: fc.record({
    text: fc.oneof(piecesOfYaml(), plausibleYaml(), yamlDocuments()),
    strict: fc.boolean(),
  }),
  want: readAsReal,
  have: ({ text, strict }) => verdictOf(outcomeOf(() => decode(text, { strict }))),
});

/** What the real thing reads, as `verdictOf` gives it. */
export async function readAsReal(
  oracle: Oracle,
  cases: readonly { readonly text: string; readonly strict: boolean }[],
): Promise<readonly Outcome[]> {
  const answers = await oracle.askAll(
    cases.map(({ text, strict }) => ({ op: strict ? 'yamlLoadStrict' : 'yamlLoad', text }) as const),
  );
  return answers.map((answer) =>
    verdictOf('error' in answer ? { error: answer.error } : { result: JSON.parse(textOf(answer.json ?? '')) }),
  );
}

/** A value in words in which the order of keys does not count, or an error less what is chance. */
export function verdictOf(outcome: Outcome): Outcome {
  return 'error' in outcome
    ? // Where several keys cannot be JSON, Go tells of one by chance.
      { error: outcome.error.replace(/(unsupported map key of type: .*), value: .*/s, '$1') }
    : { result: written(outcome.result as Value) }; // what was read, or JSON: both are values
}

const writers = { sigs: encode, pretty: encodePretty, flux: encodeGoYaml } as const;

/** Values that toYaml, toYamlPretty and Flux's digest write. */
export const yamlWrite: Kind = defineKind({
  name: 'yaml/write',
  cases: fc.record({
    value: yamlValues().map((value) => newMap([['values', value]])),
    writer: fc.constantFrom('sigs', 'pretty', 'flux'),
  }),
  show: ({ value, writer }) => ({ writer, value: typedOf(value) }),
  want: async (oracle, cases) => {
    const answers = await oracle.askAll(
      cases.map(({ value, writer }) => ({ op: 'yamlDumpTyped', writer, value: typedOf(value) }) as const),
    );
    return answers.map((answer): Outcome =>
      'error' in answer ? { error: answer.error } : { result: textOf(answer.text) },
    );
  },
  have: ({ value, writer }) => outcomeOf(() => writers[writer](value)),
});

function textOf(text: OracleText): string {
  return textBytes(text).toString('utf8');
}

/** A value as text in which the order of keys does not count, but the sign of zero does. */
function written(value: Value): string {
  if (isList(value)) {
    return `[${value.map(written).join(', ')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    if (isMap(value) && value[nilMap] === true) {
      return 'null';
    }
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}: ${written(item as Value)}`).join(', ')}}`; // a value's parts are values
  }
  return Object.is(value, -0) ? '-0' : JSON.stringify(value);
}
