import { isKubeError, type KubeClient } from '../kube/index.ts';
import type { Abortable, KubeObject } from '../support/index.ts';

/** What a definition of custom resources says, as far as it is read here. The API server keeps to its own schema. */
interface DefinitionSpec {
  readonly group: string;
  readonly scope: string;
  readonly names: { readonly kind: string; readonly plural: string; readonly shortNames?: readonly string[] };
  readonly versions: readonly {
    readonly name: string;
    readonly served: boolean;
    readonly schema?: { readonly openAPIV3Schema?: object };
  }[];
}

const fluxGroups = /(?:^|\.)toolkit\.fluxcd\.io$/;

/** The schemas that a cluster has for Flux's kinds, in the form of the bundled ones. None where they may not be read. */
export async function fluxSchemas(client: KubeClient, options: Abortable): Promise<readonly object[]> {
  try {
    const of = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
    const names = await client.list(of, { ...options, metadataOnly: true });
    const definitions: KubeObject[] = [];
    for (const { metadata } of names.filter(({ metadata: { name } }) => fluxGroups.test(name))) {
      definitions.push(await client.get({ ...of, name: metadata.name }, options));
    }
    return definitions.flatMap(schemasOf);
  } catch (error) {
    if (isKubeError(error, 'forbidden', 'not-found')) {
      return [];
    }
    throw error;
  }
}

function schemasOf(definition: KubeObject & { readonly spec?: unknown }): readonly object[] {
  const { group, scope, names, versions } = definition.spec as DefinitionSpec;
  return versions.flatMap(({ name, served, schema }) =>
    served && schema?.openAPIV3Schema !== undefined
      ? [
          {
            ...schema.openAPIV3Schema,
            'x-kubernetes-group-version-kind': { group, version: name, kind: names.kind },
            'x-fairlead-plural': names.plural,
            'x-fairlead-scope': scope,
            'x-fairlead-short-names': names.shortNames ?? [],
          },
        ]
      : [],
  );
}
