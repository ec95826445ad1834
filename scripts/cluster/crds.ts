import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

type Json = Readonly<Record<string, unknown>>;

/** What a schema file says beside the schema: see schemas/README.md. */
interface SchemaFile extends Json {
  readonly 'x-kubernetes-group-version-kind': {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  };
  readonly 'x-fairlead-plural': string;
  readonly 'x-fairlead-scope': 'Namespaced' | 'Cluster';
  readonly 'x-fairlead-short-names': readonly string[];
  readonly 'x-fairlead-printer-columns': readonly unknown[];
}

export interface CustomResourceDefinition extends Json {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: { readonly name: string };
}

/** One CustomResourceDefinition for each kind of `schemas/`, as the API server takes it: with the status subresource. */
export async function readCrds(schemasFolder: string): Promise<readonly CustomResourceDefinition[]> {
  const crds: CustomResourceDefinition[] = [];
  const groups = await readdir(schemasFolder, { withFileTypes: true });
  for (const group of groups.filter((entry) => entry.isDirectory())) {
    const folder = path.join(schemasFolder, group.name);
    for (const file of (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()) {
      // schemas/ is this project's own data, and a test checks its form.
      crds.push(toCrd(JSON.parse(await readFile(path.join(folder, file), 'utf8')) as SchemaFile));
    }
  }
  return crds;
}

function toCrd(schema: SchemaFile): CustomResourceDefinition {
  const { group, version, kind } = schema['x-kubernetes-group-version-kind'];
  const plural = schema['x-fairlead-plural'];
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: schema['x-fairlead-scope'],
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        shortNames: schema['x-fairlead-short-names'],
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: schema['x-fairlead-printer-columns'],
          schema: { openAPIV3Schema: openApiSchema(schema) },
        },
      ],
    },
  };
}

function openApiSchema(schema: SchemaFile): Json {
  const { properties, ...rest } = schema;
  return {
    ...(structural(rest) as Json), // an object stays one
    // The API server knows `metadata` itself and takes nothing more about it.
    properties: { ...(structural(properties, true) as Json), metadata: { type: 'object' } },
  };
}

/** Keywords of ours; the group, version and kind are refused too where the API server does not set them itself. */
const ours = /^x-fairlead-|^x-kubernetes-group-version-kind$|^deprecated$/;

/** The schema without what a CRD may not hold. `properties` has names of fields, which are kept whatever they are. */
function structural(node: unknown, holdsNames = false): unknown {
  if (Array.isArray(node)) {
    return node.map((item) => structural(item));
  }
  if (typeof node !== 'object' || node === null) {
    return node;
  }
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => holdsNames || !ours.test(key))
      .map(([key, value]) => [key, structural(value, !holdsNames && key === 'properties')]),
  );
}
