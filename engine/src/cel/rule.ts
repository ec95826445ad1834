import { type CelInput, celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { messageOf } from '../support/index.ts';

/** A rule of a CRD (`x-kubernetes-validations`), compiled once. */
export interface CompiledRule {
  readonly rule: string;
  readonly evaluate: (self: CelInput) => RuleVerdict;
}

/** `unchecked` where this evaluator cannot know: the rule compares with the stored object, or uses what it lacks. */
export type RuleVerdict =
  { readonly kind: 'holds' } | { readonly kind: 'broken' } | { readonly kind: 'unchecked'; readonly reason: string };

const environment = celEnv({ funcs: [...strings] });

/** Compiles a rule. One that does not compile gives a rule that is always `unchecked` and says why. */
export function compileRule(rule: string): CompiledRule {
  if (/\boldSelf\b/.test(rule)) {
    return unchecked(rule, 'it compares with the object in the cluster');
  }
  try {
    const evaluate = plan(environment, parse(rule));
    return {
      rule,
      evaluate: (self) => {
        const result = evaluate({ self });
        if (isCelError(result)) {
          return { kind: 'unchecked', reason: result.message };
        }
        return { kind: result === true ? 'holds' : 'broken' };
      },
    };
  } catch (error) {
    return unchecked(rule, messageOf(error));
  }
}

function unchecked(rule: string, reason: string): CompiledRule {
  return { rule, evaluate: () => ({ kind: 'unchecked', reason }) };
}
