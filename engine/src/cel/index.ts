/**
 * CEL rules of custom resource definitions, on `@bufbuild/cel` with the string extensions that Kubernetes adds.
 * It evaluates; it does not type-check and does not estimate costs. What it cannot evaluate is `unchecked`, never passed.
 */
export { celInput } from './input.ts';
export type { CelSchema } from './input.ts';
export { compileRule } from './rule.ts';
export type { CompiledRule, RuleVerdict } from './rule.ts';
