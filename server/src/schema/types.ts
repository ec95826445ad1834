import { recordAt } from '@fairlead/engine/support';

/** A structural schema of a custom resource, as `schemas/` holds it and a cluster serves it. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string;
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly deprecated?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-validations'?: readonly SchemaRule[];
  readonly 'x-fairlead-since'?: string;
}

/** A CEL rule of a schema node. */
export interface SchemaRule {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly fieldPath?: string;
}

/** The schema of one version of one kind. */
export interface KindSchema extends SchemaNode {
  readonly 'x-kubernetes-group-version-kind': {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  };
}

/** Whether this is a schema of a kind: an object that says which. */
export function isKindSchema(value: unknown): value is KindSchema {
  const id = recordAt(value, 'x-kubernetes-group-version-kind');
  return 'group' in id && 'version' in id && 'kind' in id;
}
