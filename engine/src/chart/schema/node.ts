import type { Value } from '../../gostd/index.ts';
import type { Decimal } from './decimal.ts';

/** Draft of JSON Schema, by its year from 2019 on. */
export type DraftVersion = 4 | 6 | 7 | 2019 | 2020;

export type JsonType = 'null' | 'boolean' | 'number' | 'integer' | 'string' | 'array' | 'object';

/** A pattern that values are held against. */
export interface SchemaPattern {
  readonly source: string;
  matches(text: string): boolean;
}

/** A dynamic reference: where it leads at first, and the anchor that a schema further out may have taken over. */
interface DynamicRef {
  readonly target: SchemaNode;
  readonly anchor: string;
}

/** One compiled schema. Filled in while the schemas around it are compiled, since they refer to each other. */
export interface SchemaNode {
  /** `file:///values.schema.json#/properties/a` */
  readonly location: string;
  draft: DraftVersion;
  /** The schema with an id that this one is part of. */
  resource: SchemaNode;
  /** `true` and `false` as schemas, and the empty one. */
  bool?: boolean;
  ref?: SchemaNode;
  recursiveRef?: SchemaNode;
  hasRecursiveAnchor?: boolean;
  dynamicRef?: DynamicRef;
  dynamicAnchor?: string;
  /** Dynamic anchors of a resource. */
  dynamicAnchors?: Map<string, SchemaNode>;
  types?: readonly JsonType[];
  enum?: readonly Value[];
  const?: { readonly value: Value };
  not?: SchemaNode;
  allOf?: readonly SchemaNode[];
  anyOf?: readonly SchemaNode[];
  oneOf?: readonly SchemaNode[];
  if?: SchemaNode;
  then?: SchemaNode;
  else?: SchemaNode;
  format?: string;
  minProperties?: number;
  maxProperties?: number;
  required?: readonly string[];
  propertyNames?: SchemaNode;
  properties?: ReadonlyMap<string, SchemaNode>;
  patternProperties?: readonly (readonly [SchemaPattern, SchemaNode])[];
  additionalProperties?: boolean | SchemaNode;
  dependencies?: ReadonlyMap<string, readonly string[] | SchemaNode>;
  dependentRequired?: ReadonlyMap<string, readonly string[]>;
  dependentSchemas?: ReadonlyMap<string, SchemaNode>;
  unevaluatedProperties?: SchemaNode;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  contains?: SchemaNode;
  minContains?: number;
  maxContains?: number;
  /** Items as drafts before 2020 have them. */
  items?: SchemaNode | readonly SchemaNode[];
  additionalItems?: boolean | SchemaNode;
  prefixItems?: readonly SchemaNode[];
  /** Items from 2020 on: those behind `prefixItems`. */
  restItems?: SchemaNode;
  unevaluatedItems?: SchemaNode;
  minLength?: number;
  maxLength?: number;
  pattern?: SchemaPattern;
  maximum?: Decimal;
  minimum?: Decimal;
  exclusiveMaximum?: Decimal;
  exclusiveMinimum?: Decimal;
  multipleOf?: Decimal;
}
