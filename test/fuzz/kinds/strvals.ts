import { parseStrvals, type StrvalsMode } from '@fairlead/engine/chart';
import fc from 'fast-check';
import { goMap, type Outcome, outcomeOf } from '../../support/outcome.ts';
import { typedOf } from '../../support/typed.ts';
import { someStrvals } from '../../support/valuesCases.ts';
import { defineKind, type Kind } from './kind.ts';

type StrvalsKind = Parameters<typeof someStrvals>[0];

const modes: Readonly<Record<StrvalsKind, StrvalsMode>> = {
  set: 'typed',
  string: 'string',
  json: 'json',
  literal: 'literal',
};
/** What is there before. */
const into = { d: true, l: [1, { x: 1 }], m: { n: 2 }, n: null };

/** `--set` and its like, and the target paths of Flux. */
export const strvals: Kind = defineKind({
  name: 'strvals',
  cases: fc
    .constantFrom<StrvalsKind[]>('set', 'string', 'json', 'literal')
    .chain((kind) => fc.record({ kind: fc.constant(kind), text: someStrvals(kind) })),
  want: async (oracle, cases) => {
    const answers = await oracle.askAll(cases.map(({ kind, text }) => ({ op: 'strvals', kind, text, into }) as const));
    return answers.map((answer): Outcome => ('error' in answer ? { error: answer.error } : { result: answer.typed }));
  },
  have: ({ kind, text }) => {
    const values = goMap(into);
    return outcomeOf(() => {
      parseStrvals(text, values, { mode: modes[kind] });
      return typedOf(values);
    });
  },
});
