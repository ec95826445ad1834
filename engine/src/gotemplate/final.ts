import { GoScalar, typeOf, type Value } from '../gostd/index.ts';
import { type Operand, printNode } from './parse/node.ts';

/** What the command before pipes into one, as its last argument. */
export type Final = Value | typeof missing;

/** No previous command's value. */
export const missing: unique symbol = Symbol('missing');

/** What `call` names its function by in errors. */
export function calleeName(args: readonly Operand[], final: Final): string {
  const [, callee] = args;
  if (callee !== undefined) {
    return printNode(callee);
  }
  if (typeof final === 'string') {
    return final;
  }
  if (final instanceof GoScalar && typeof final.value === 'string') {
    return final.value;
  }
  return final === missing || final === undefined ? '<invalid Value>' : `<${typeOf(final).name} Value>`;
}
