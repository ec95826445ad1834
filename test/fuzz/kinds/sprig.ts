import { fromBytes } from '@fairlead/engine/gostd';
import { execute, stringSink, TemplateSet } from '@fairlead/engine/gotemplate';
import { sprigFuncMap } from '@fairlead/engine/sprig';
import { textBytes } from '../../support/oracle.ts';
import { outcomeOf } from '../../support/outcome.ts';
import { sprigData, sprigTemplates } from '../../support/sprigCases.ts';
import { asOracleMakesIt, typedOf } from '../../support/typed.ts';
import { defineKind, type Kind, withoutAddresses } from './kind.ts';

const funcs = sprigFuncMap({
  now: () => Date.now(),
  randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  timeZone: 'UTC',
});
const limits = { maxBytes: 10_000_000, reasonToStop: () => undefined };

/** Sprig's functions, called by templates. */
export const sprig: Kind = defineKind({
  name: 'sprig',
  cases: sprigTemplates(funcs),
  want: async (oracle, cases) => {
    const typed = typedOf(sprigData());
    const answers = await oracle.askAll(
      cases.map((text) => ({ op: 'template', text, typed, funcs: 'sprig' }) as const),
    );
    return answers.map((answer) =>
      'error' in answer ? { error: answer.error } : { result: withoutAddresses(fromBytes(textBytes(answer.output))) },
    );
  },
  have: (text) =>
    outcomeOf(() => {
      const set = new TemplateSet({ funcs, missingKey: 'default', name: 't' });
      set.parse('t', text);
      const sink = stringSink();
      execute(set, 't', asOracleMakesIt(sprigData()), sink, { limits });
      return withoutAddresses(sink.text());
    }),
});
