import { celInput, type CompiledRule, compileRule } from '@fairlead/engine/cel';
import type { PathStep } from '../document/index.ts';
import type { SchemaNode, SchemaRule } from './types.ts';

/** A CEL rule that an object breaks, or that could not be judged here. */
export interface RuleFinding {
  readonly kind: 'broken' | 'unchecked';
  readonly rule: SchemaRule;
  readonly path: readonly PathStep[];
  readonly reason: string | undefined;
}

const compiled = new WeakMap<SchemaRule, CompiledRule>();

/** Evaluates every rule of a schema over a value. The API server does so only once the value fits the schema. */
export function checkRules(value: unknown, schema: SchemaNode, path: readonly PathStep[] = []): RuleFinding[] {
  if (value === null || value === undefined) {
    return [];
  }
  const findings = (schema['x-kubernetes-validations'] ?? []).flatMap((rule): RuleFinding[] => {
    const verdict = compile(rule).evaluate(celInput(value, schema));
    return verdict.kind === 'holds'
      ? []
      : [{ kind: verdict.kind, rule, path, reason: verdict.kind === 'unchecked' ? verdict.reason : undefined }];
  });
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined) {
      findings.push(...value.flatMap((item, index) => checkRules(item, items, [...path, index])));
    }
  } else if (typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) {
      const child =
        schema.properties?.[key] ??
        (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined);
      if (child !== undefined) {
        findings.push(...checkRules(item, child, [...path, key]));
      }
    }
  }
  return findings;
}

function compile(rule: SchemaRule): CompiledRule {
  let result = compiled.get(rule);
  if (result === undefined) {
    result = compileRule(rule.rule);
    compiled.set(rule, result);
  }
  return result;
}
