import { fromBytes } from '@fairlead/engine/gostd';
import { execute, stringSink, TemplateSet } from '@fairlead/engine/gotemplate';
import fc from 'fast-check';
import { textBytes } from '../../support/oracle.ts';
import { outcomeOf } from '../../support/outcome.ts';
import { someTemplates, templateData } from '../../support/templateCases.ts';
import { asOracleMakesIt, typedOf } from '../../support/typed.ts';
import { defineKind, type Kind } from './kind.ts';

const limits = { maxBytes: 10_000_000, reasonToStop: () => undefined };

/** text/template with the functions of its own. */
export const template: Kind = defineKind({
  name: 'template',
  cases: fc.record({
    text: someTemplates(),
    missingkey: fc.constantFrom('default', 'zero', 'error'),
  }),
  want: async (oracle, cases) => {
    const typed = typedOf(templateData());
    const answers = await oracle.askAll(
      cases.map(({ text, missingkey }) => ({ op: 'template', text, typed, missingkey }) as const),
    );
    return answers.map((answer) =>
      'error' in answer ? { error: answer.error } : { result: fromBytes(textBytes(answer.output)) },
    );
  },
  have: ({ text, missingkey }) =>
    outcomeOf(() => {
      const set = new TemplateSet({ funcs: new Map(), missingKey: missingkey, name: 't' });
      set.parse('t', text);
      const sink = stringSink();
      execute(set, 't', asOracleMakesIt(templateData()), sink, { limits });
      return sink.text();
    }),
});
