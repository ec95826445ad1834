import { convertCases } from '../../support/convertCases.ts';
import { helmDefinition } from './helm.ts';
import { defineKind, type Kind } from './kind.ts';

/** Values to YAML, JSON and TOML, and texts back to values, by the functions that templates have for it. */
export const convert: Kind = defineKind({
  name: 'convert',
  cases: convertCases(),
  want: async (oracle, cases) => (await helmDefinition.want(oracle, cases)).map(withoutChance),
  have: (given) => withoutChance(helmDefinition.have(given)),
});

/** Where several keys cannot be JSON, Go tells of one by chance. */
function withoutChance(outcome: unknown): unknown {
  return typeof outcome === 'object' && outcome !== null && 'result' in outcome && typeof outcome.result === 'string'
    ? { result: outcome.result.replace(/(unsupported map key of type).*/s, '$1') }
    : outcome;
}
