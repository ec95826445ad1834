import { Buffer } from 'node:buffer';
import { isSecret, type KubeClient, toValue } from '../kube/index.ts';
import type { FetchLookup } from '../desired/index.ts';
import type { LookupKey } from '../render/index.ts';
import { type Abortable, type KubeObject, recordAt } from '../support/index.ts';

/** Answers what charts look up from a cluster, as they will see it when they are applied. */
export function clusterLookup(client: KubeClient): FetchLookup {
  return async (key, options) => toValue(await find(client, key, options));
}

/**
 * The same for a preview, which leaves this process: data of Secrets is not in it. Each key is there with a placeholder,
 * so that a chart which keeps a password that it once made up does not make up another.
 */
export async function lookupToShow(client: KubeClient, key: LookupKey, options: Abortable): Promise<object> {
  const found = await find(client, key, options);
  if (!isSecret(key)) {
    return found;
  }
  return isList(found)
    ? { ...found, items: found.items.map(withoutData) }
    : isObject(found)
      ? withoutData(found)
      : found;
}

/** What stands for the data of a Secret in a preview. */
const placeholder = '<in the cluster>';

interface List {
  readonly items: readonly KubeObject[];
}

async function find(
  client: KubeClient,
  { apiVersion, kind, namespace, name }: LookupKey,
  { signal }: Abortable,
): Promise<List | KubeObject | object> {
  const of = { apiVersion, kind, ...(namespace === '' ? {} : { namespace }) };
  if (name === '') {
    return { apiVersion, kind: `${kind}List`, items: await client.list(of, { signal }) };
  }
  return (await client.find({ ...of, name }, { signal })) ?? {};
}

function isList(found: object): found is List {
  return 'items' in found;
}

function isObject(found: object): found is KubeObject {
  return 'metadata' in found;
}

/** Of its metadata only what names it and its labels: annotations may hold the data once more. */
function withoutData({ apiVersion, kind, metadata, type, data }: KubeObject): KubeObject {
  const { name, namespace, labels } = metadata;
  const keys = Object.keys(recordAt(data));
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace !== undefined && { namespace }), ...(labels && { labels }) },
    ...(type !== undefined && { type }),
    ...(keys.length > 0 && {
      data: Object.fromEntries(keys.map((key) => [key, Buffer.from(placeholder).toString('base64')])),
    }),
  };
}
