import { fromBytes, sprintf } from '@fairlead/engine/gostd';
import fc from 'fast-check';
import { textBytes } from '../../support/oracle.ts';
import { printedValues, someFormats } from '../../support/templateCases.ts';
import { typedOf } from '../../support/typed.ts';
import { defineKind, type Kind } from './kind.ts';

/** Package fmt: formats and values of every kind. */
export const printf: Kind = defineKind({
  name: 'printf',
  cases: fc.tuple(someFormats(), fc.array(printedValues(), { maxLength: 3 })),
  show: ([format, args]) => [format, ...args.map(typedOf)],
  want: async (oracle, cases) => {
    const answers = await oracle.askAll(
      cases.map(([format, args]) => ({ op: 'fmt', format, args: args.map(typedOf) }) as const),
    );
    return answers.map((answer) => ('error' in answer ? answer : fromBytes(textBytes(answer.output))));
  },
  have: ([format, args]) => sprintf(format, args),
});
