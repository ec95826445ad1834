import type { ObjectRef } from '../support/index.ts';
import type { KindInfo } from './discovery.ts';
import { groupOf } from './object.ts';
import type { DeleteOptions, Impersonation, ListOptions, PatchOptions, Permission, WriteOptions } from './options.ts';
import type { KubeRequest } from './transport.ts';

const contentTypes = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  // JSON is YAML; this type's name is historical.
  apply: 'application/apply-patch+yaml',
} as const;

const propagationPolicies = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' } as const;
const json = { 'content-type': 'application/json' };
/** Servers that cannot leave the rest out answer whole objects. */
const metadataOnly = {
  accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
};

export function collectionPath(info: KindInfo, namespace: string | undefined): string {
  const root = groupOf(info.apiVersion) === '' ? '/api' : '/apis';
  const scope = info.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}/${info.apiVersion}${scope}/${info.plural}`;
}

export function objectPath(info: KindInfo, ref: ObjectRef): string {
  return `${collectionPath(info, ref.namespace)}/${encodeURIComponent(ref.name)}`;
}

export interface PageOptions extends Omit<ListOptions, 'signal' | 'pageSize'> {
  readonly limit: number;
  /** Where the page before ended. */
  readonly next: string | undefined;
}

export function listRequest(path: string, options: PageOptions): KubeRequest {
  const { limit, next } = options;
  return {
    method: 'GET',
    path,
    query: { ...selectors(options), limit: String(limit), ...(next === undefined ? {} : { continue: next }) },
    ...(options.metadataOnly === true ? { headers: metadataOnly } : {}),
  };
}

export function watchRequest(path: string, options: ListOptions & { readonly resourceVersion: string }): KubeRequest {
  const { resourceVersion } = options;
  return {
    method: 'GET',
    path,
    query: { ...selectors(options), watch: 'true', resourceVersion, allowWatchBookmarks: 'true' },
  };
}

/** A create or an update. Unknown and doubled fields are refused. */
export function storeRequest(
  method: 'POST' | 'PUT',
  path: string,
  { object, options }: { readonly object: unknown; readonly options: WriteOptions },
): KubeRequest {
  return {
    method,
    path: withSubresource(path, options),
    query: writeQuery(options),
    headers: json,
    body: JSON.stringify(object),
  };
}

export function patchRequest(
  path: string,
  { patch, options }: { readonly patch: unknown; readonly options: PatchOptions },
): KubeRequest {
  return {
    method: 'PATCH',
    path: withSubresource(path, options),
    query: writeQuery(options),
    headers: { 'content-type': contentTypes[options.type] },
    body: JSON.stringify(patch),
  };
}

export function applyRequest(
  path: string,
  { object, options }: { readonly object: unknown; readonly options: WriteOptions & { readonly force: boolean } },
): KubeRequest {
  return {
    method: 'PATCH',
    path: withSubresource(path, options),
    query: { ...writeQuery(options), force: String(options.force) },
    headers: { 'content-type': contentTypes.apply },
    body: JSON.stringify(object),
  };
}

export function deleteRequest(path: string, options: DeleteOptions): KubeRequest {
  const { uid, resourceVersion } = options;
  const body = {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    propagationPolicy: propagationPolicies[options.propagation],
    ...(uid === undefined && resourceVersion === undefined ? {} : { preconditions: { uid, resourceVersion } }),
    ...(options.dryRun === true ? { dryRun: ['All'] } : {}),
  };
  return { method: 'DELETE', path, headers: json, body: JSON.stringify(body) };
}

/** Asks whether the user may do something. */
export function reviewRequest(permission: Permission): KubeRequest {
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: permission },
  };
  return {
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    headers: json,
    body: JSON.stringify(body),
  };
}

/** @see k8s.io/client-go v0.36 transport/round_trippers.go, impersonatingRoundTripper */
export function impersonationHeaders(impersonate: Impersonation | undefined): Readonly<Record<string, string>> {
  return impersonate === undefined ? {} : { 'impersonate-user': impersonate.user };
}

function withSubresource(path: string, { subresource }: WriteOptions): string {
  return subresource === undefined ? path : `${path}/${subresource}`;
}

function writeQuery(options: WriteOptions): Readonly<Record<string, string>> {
  return {
    fieldManager: options.fieldManager,
    fieldValidation: 'Strict',
    ...(options.dryRun === true ? { dryRun: 'All' } : {}),
  };
}

function selectors({
  labelSelector,
  fieldSelector,
}: Pick<ListOptions, 'labelSelector' | 'fieldSelector'>): Readonly<Record<string, string>> {
  return {
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  };
}
