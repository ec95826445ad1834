import type { ServiceHost } from '../service/host.ts';
import type { SchemaRegistry } from '../schema/index.ts';
import type { Workspace } from '../workspace/index.ts';

/** What a feature may use. */
export interface FeatureContext {
  readonly workspace: Workspace;
  readonly registry: SchemaRegistry;
  readonly host: ServiceHost;
  readonly signal: AbortSignal;
}

/** How much of a document is ours to answer, beside Red Hat's YAML extension. */
export interface Scope {
  /** YAML syntax errors: only where nobody else reports them. */
  readonly syntax: boolean;
  /** Fields: validation against the schema, completion and hover of fields. */
  readonly structure: boolean;
}
