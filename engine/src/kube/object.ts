import { isMap, type Value } from '../gostd/index.ts';
import type { KubeObject, ObjectRef } from '../support/index.ts';

/** What names an object. */
export function refOf(object: KubeObject): ObjectRef {
  const { apiVersion, kind, metadata } = object;
  return {
    apiVersion,
    kind,
    name: metadata.name,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
  };
}

/** API group; empty for the core group. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** What two versions of one object have in common: group, kind, namespace and name. */
export function identityOf(ref: ObjectRef): string {
  return `${groupOf(ref.apiVersion)}/${ref.kind}/${ref.namespace ?? ''}/${ref.name}`;
}

/** `Kind/namespace/name`, as helm-controller names objects in messages. */
export function nameOf(ref: ObjectRef): string {
  return ref.namespace === undefined || ref.namespace === ''
    ? `${ref.kind}/${ref.name}`
    : `${ref.kind}/${ref.namespace}/${ref.name}`;
}

/** An object with these labels and annotations over its own. */
export function withMetadata(
  object: KubeObject,
  added: {
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  },
): KubeObject {
  const { metadata } = object;
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(added.namespace === undefined ? {} : { namespace: added.namespace }),
      ...(added.labels === undefined ? {} : { labels: { ...metadata.labels, ...added.labels } }),
      ...(added.annotations === undefined ? {} : { annotations: { ...metadata.annotations, ...added.annotations } }),
    },
  };
}

/** A decoded YAML document as an object, or undefined where it is none: empty, or without kind and name. */
export function asKubeObject(value: Value): KubeObject | undefined {
  if (value === undefined || value === null || !isMap(value)) {
    return undefined;
  }
  const { apiVersion, kind, metadata } = value;
  if (
    typeof apiVersion !== 'string' ||
    typeof kind !== 'string' ||
    metadata === undefined ||
    metadata === null ||
    !isMap(metadata)
  ) {
    return undefined;
  }
  return typeof metadata['name'] === 'string' ? (value as unknown as KubeObject) : undefined; // checked above
}
