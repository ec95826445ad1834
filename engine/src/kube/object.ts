import { isRecord, type KubeObject, type ObjectRef, splitApiVersion } from '../support/index.ts';
import { KubeError } from './errors.ts';

/** What names this object in a cluster. */
export function refOf(object: KubeObject): ObjectRef {
  const { apiVersion, kind, metadata } = object;
  return metadata.namespace === undefined || metadata.namespace === ''
    ? { apiVersion, kind, name: metadata.name }
    : { apiVersion, kind, namespace: metadata.namespace, name: metadata.name };
}

/** `apps` of `apps/v1`; empty for the core group. */
export function groupOf(apiVersion: string): string {
  return splitApiVersion(apiVersion).group;
}

/** Our name on what we write ourselves, and on what we make. */
export const ownManager = 'fairlead';

/** The name of what Fairlead keeps beside a release: its lock, and its state. */
export function ownNameFor(releaseName: string): string {
  return `fairlead.v1.${releaseName}`;
}

/** Equal for two references to one object: the version does not count. @see helm v4.3.1 pkg/kube/resource.go, isMatchingInfo */
export function refKey(ref: ObjectRef): string {
  return `${groupOf(ref.apiVersion)}/${ref.kind}/${ref.namespace ?? ''}/${ref.name}`;
}

/** `Deployment/default/web`, as Flux's messages name objects. @see fluxcd/pkg ssa/utils, FmtObjMetadata */
export function refText(ref: ObjectRef): string {
  return ref.namespace === undefined ? `${ref.kind}/${ref.name}` : `${ref.kind}/${ref.namespace}/${ref.name}`;
}

/** `apps/v1 Deployment default/web`, for what is said before a cluster answers. */
export function describeRef(ref: ObjectRef): string {
  return `${ref.apiVersion} ${ref.kind} ${ref.namespace === undefined ? '' : `${ref.namespace}/`}${ref.name}`;
}

/** Whether this is a Secret of the core group. */
export function isSecret(ref: { readonly apiVersion: string; readonly kind: string }): boolean {
  return ref.apiVersion === 'v1' && ref.kind === 'Secret';
}

/** Whether this is an object as clusters have them: version, kind and a name. */
export function isKubeObject(value: unknown): value is KubeObject {
  return (
    isRecord(value) &&
    typeof value['apiVersion'] === 'string' &&
    typeof value['kind'] === 'string' &&
    isRecord(value['metadata']) &&
    typeof value['metadata']['name'] === 'string'
  );
}

/** Reads the object of an answer. @throws KubeError `server` for anything else */
export function parseObject(attempt: string, body: string): KubeObject {
  const value = parseJson(attempt, body);
  if (!isKubeObject(value)) {
    throw new KubeError('server', `${attempt}: the answer is no object`);
  }
  return value;
}

/** Reads the JSON of an answer. @throws KubeError `server` */
export function parseJson(attempt: string, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // What JSON.parse says quotes the text, which may be a Secret's: it goes no further.
    throw new KubeError('server', `${attempt}: the answer is no JSON`);
  }
}
