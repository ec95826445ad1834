import { type Abortable, type Clock, type KubeObject, limits, type ObjectRef } from '../support/index.ts';
import { type Discovery, discover, type KindInfo } from './discovery.ts';
import { errorOfResponse, isKubeError, KubeError } from './errors.ts';
import { isRecord, recordsAt, textAt } from './json.ts';
import { describeRef, groupOf, isKubeObject, parseJson, parseObject, refOf } from './object.ts';
import { sendWithRetries } from './send.ts';
import type { KubeRequest, KubeResponse, KubeTransport } from './transport.ts';

export interface KubeClientOptions {
  readonly clock: Clock;
  /** Whom every request is made as; absent for the kubeconfig's own user. */
  readonly impersonate?: Impersonation;
}

/** A user to act as. The API server adds the groups of a service account by itself. */
export interface Impersonation {
  /** `system:serviceaccount:NAMESPACE:NAME` for a service account. */
  readonly user: string;
}

/** Which objects: of one kind, in one namespace or in all. */
export interface KindRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
}

export interface ListOptions extends Abortable {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Only what names and labels objects: no spec, no data. */
  readonly metadataOnly?: boolean;
  /** Objects asked for at once. */
  readonly pageSize?: number;
}

export interface WriteOptions extends Abortable {
  readonly fieldManager: string;
  /** Checked and admitted as if, and not stored. */
  readonly dryRun?: boolean;
  /** `status` and others. */
  readonly subresource?: string;
}

export interface ApplyOptions extends WriteOptions {
  /** Whether fields that another manager owns are taken over. */
  readonly force: boolean;
}

export interface PatchOptions extends WriteOptions {
  readonly type: 'merge' | 'json' | 'strategic';
}

export interface DeleteOptions extends Abortable {
  readonly propagation: 'background' | 'foreground' | 'orphan';
  /** Only this very object: `conflict` for another of its name. */
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly dryRun?: boolean;
}

/** What applying did to an object. */
export interface Applied {
  readonly object: KubeObject;
  /** Whether it was not there before. */
  readonly created: boolean;
}

export interface WatchEvent {
  readonly type: 'added' | 'modified' | 'deleted';
  readonly object: KubeObject;
}

const contentTypes = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  // JSON is YAML; this type's name is historical.
  apply: 'application/apply-patch+yaml',
} as const;

const metadataOnlyAccept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/**
 * Requests about objects of one cluster, as one user. Kinds are looked up in the cluster's discovery, which is kept and
 * read again when a kind is not in it. Answers of 429 and 503 are asked again when the server says after how long.
 * Every method rejects with a KubeError.
 */
export class KubeClient {
  readonly transport: KubeTransport;
  readonly clock: Clock;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #impersonate: Impersonation | undefined;
  #discovery: Promise<Discovery> | undefined;
  #serverOffsetMs: number | undefined;

  constructor(transport: KubeTransport, options: KubeClientOptions) {
    this.transport = transport;
    this.clock = options.clock;
    this.#impersonate = options.impersonate;
    this.#headers = impersonationHeaders(options.impersonate);
  }

  /** The same cluster as somebody else. */
  as(impersonate: Impersonation): KubeClient {
    return new KubeClient(this.transport, { clock: this.clock, impersonate });
  }

  get impersonated(): Impersonation | undefined {
    return this.#impersonate;
  }

  /** @throws KubeError `not-found`, and `no-kind` where the cluster has no such kind */
  async get(ref: ObjectRef, options: Abortable): Promise<KubeObject> {
    const attempt = `get ${describeRef(ref)}`;
    const response = await this.#send(attempt, { method: 'GET', path: await this.#pathOf(ref, options) }, options);
    return parseObject(attempt, response.body);
  }

  /** The object, or `undefined` where it is not there or the cluster has no such kind. */
  async find(ref: ObjectRef, options: Abortable): Promise<KubeObject | undefined> {
    try {
      return await this.get(ref, options);
    } catch (error) {
      if (isKubeError(error, 'not-found', 'no-kind')) {
        return undefined;
      }
      throw error;
    }
  }

  /** Every object of a kind, page by page. A list that got too old on the way is begun again, once. */
  async list(of: KindRef, options: ListOptions): Promise<readonly KubeObject[]> {
    try {
      return await this.#listOnce(of, options);
    } catch (error) {
      if (isKubeError(error, 'gone')) {
        return await this.#listOnce(of, options);
      }
      throw error;
    }
  }

  /** How many objects of a kind there are, without reading them all. */
  async count(of: KindRef, options: Abortable): Promise<number> {
    const attempt = `count ${of.apiVersion} ${of.kind}`;
    const request: KubeRequest = {
      method: 'GET',
      path: collectionPath(await this.kind(of.apiVersion, of.kind, options), of.namespace),
      query: { limit: '1' },
      headers: { accept: `${metadataOnlyAccept},application/json` },
    };
    const list = parseJson(attempt, (await this.#send(attempt, request, options)).body);
    const remaining = isRecord(list) && isRecord(list['metadata']) ? list['metadata']['remainingItemCount'] : undefined;
    return recordsAt(list, 'items').length + (typeof remaining === 'number' ? remaining : 0);
  }

  /** @throws KubeError `already-exists` */
  async create(object: KubeObject, options: WriteOptions): Promise<KubeObject> {
    const ref = refOf(object);
    const info = await this.kind(ref.apiVersion, ref.kind, options);
    return await this.#write(`create ${describeRef(ref)}`, {
      request: {
        method: 'POST',
        path: collectionPath(info, ref.namespace),
        query: writeQuery(options),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(object),
      },
      options,
    });
  }

  /** Replaces an object. @throws KubeError `conflict` where its resourceVersion is not the stored one any more */
  async update(object: KubeObject, options: WriteOptions): Promise<KubeObject> {
    const ref = refOf(object);
    return await this.#write(`update ${describeRef(ref)}`, {
      request: {
        method: 'PUT',
        path: await this.#pathOf(ref, options),
        query: writeQuery(options),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(object),
      },
      options,
    });
  }

  /** @param patch what the type of patch asks for; a merge patch with `metadata.resourceVersion` is refused when the object changed */
  async patch(ref: ObjectRef, patch: unknown, options: PatchOptions): Promise<KubeObject> {
    return await this.#write(`patch ${describeRef(ref)}`, {
      request: {
        method: 'PATCH',
        path: await this.#pathOf(ref, options),
        query: writeQuery(options),
        headers: { 'content-type': contentTypes[options.type] },
        body: JSON.stringify(patch),
      },
      options,
    });
  }

  /**
   * Server-side apply with strict field validation.
   *
   * @throws KubeError `apply-conflict` where another manager owns a field and `force` is off, `invalid` for unknown fields
   */
  async apply(object: KubeObject, options: ApplyOptions): Promise<Applied> {
    const ref = refOf(object);
    const attempt = `apply ${describeRef(ref)}`;
    const request: KubeRequest = {
      method: 'PATCH',
      path: withSubresource(await this.#pathOf(ref, options), options.subresource),
      query: { ...writeQuery(options), force: String(options.force) },
      headers: { 'content-type': contentTypes.apply },
      body: JSON.stringify(object),
    };
    const response = await this.#send(attempt, request, options);
    return { object: parseObject(attempt, response.body), created: response.status === 201 };
  }

  /** Asks for the deletion of an object; finalizers may keep it for a while. @throws KubeError `not-found`, `conflict` */
  async delete(ref: ObjectRef, options: DeleteOptions): Promise<void> {
    const attempt = `delete ${describeRef(ref)}`;
    const { uid, resourceVersion } = options;
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: propagationPolicies[options.propagation],
      ...(uid === undefined && resourceVersion === undefined ? {} : { preconditions: { uid, resourceVersion } }),
      ...(options.dryRun === true ? { dryRun: ['All'] } : {}),
    };
    await this.#send(
      attempt,
      {
        method: 'DELETE',
        path: await this.#pathOf(ref, options),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      },
      options,
    );
  }

  /** Where the cluster serves a kind. Discovery is read again for one that is not known yet. @throws KubeError `no-kind` */
  async kind(apiVersion: string, kind: string, options: Abortable): Promise<KindInfo> {
    const known = (await this.discovery(options)).find(apiVersion, kind);
    if (known !== undefined) {
      return known;
    }
    this.forgetKinds();
    const discovery = await this.discovery(options);
    const found = discovery.find(apiVersion, kind);
    if (found === undefined) {
      const stale = discovery.staleGroups.includes(groupOf(apiVersion));
      throw new KubeError(
        stale ? 'busy' : 'no-kind',
        stale
          ? `the server of API group ${groupOf(apiVersion)} does not answer, so kind ${kind} cannot be looked up`
          : `no matches for kind "${kind}" in version "${apiVersion}"`,
      );
    }
    return found;
  }

  /** What the cluster serves: read once and kept. */
  async discovery(options: Abortable): Promise<Discovery> {
    this.#discovery ??= discover((path, accept) => this.#fetchJson(path, accept, options)).catch((error: unknown) => {
      this.forgetKinds(); // the next call asks again
      throw error;
    });
    return await this.#discovery;
  }

  /** Makes the next look-up of a kind ask the cluster: after a CustomResourceDefinition was made. */
  forgetKinds(): void {
    this.#discovery = undefined;
  }

  /** `v1.36.3`, as `.Capabilities.KubeVersion` has it. */
  async serverVersion(options: Abortable): Promise<string> {
    const attempt = 'get the version of the cluster';
    const response = await this.#send(attempt, { method: 'GET', path: '/version' }, options);
    const version = textAt(parseJson(attempt, response.body), 'gitVersion');
    if (version === undefined) {
      throw new KubeError('server', `${attempt}: the answer has no gitVersion`);
    }
    return version;
  }

  /**
   * Milliseconds since 1970 by the API server's clock, so that two machines agree on what has expired. It is known to
   * the second, and the machine's own before the first answer.
   */
  serverNow(): number {
    return this.clock.now() + (this.#serverOffsetMs ?? 0);
  }

  /** The lines of a container's log that are there now. */
  async log(
    pod: { readonly namespace: string; readonly name: string },
    options: Abortable & { readonly container?: string; readonly tailLines: number },
  ): Promise<string> {
    const path = `/api/v1/namespaces/${encodeURIComponent(pod.namespace)}/pods/${encodeURIComponent(pod.name)}/log`;
    const container = options.container === undefined ? {} : { container: options.container };
    const query = { tailLines: String(options.tailLines), ...container };
    return (
      await this.#send(`get the log of pod ${pod.namespace}/${pod.name}`, { method: 'GET', path, query }, options)
    ).body;
  }

  /** Changes of objects from a version of their list on, until the server ends the watch. @throws KubeError `gone` for a version that is too old */
  async *watch(
    of: KindRef,
    options: ListOptions & { readonly resourceVersion: string },
  ): AsyncGenerator<WatchEvent, void, undefined> {
    const attempt = `watch ${of.apiVersion} ${of.kind}`;
    const { resourceVersion } = options;
    const request: KubeRequest = {
      method: 'GET',
      path: collectionPath(await this.kind(of.apiVersion, of.kind, options), of.namespace),
      query: { ...selectors(options), watch: 'true', resourceVersion, allowWatchBookmarks: 'true' },
      headers: { accept: 'application/json', ...this.#headers },
    };
    for await (const line of this.transport.stream(request, { ...options, maxBytes: limits.maxClusterBytes })) {
      const event = readWatchEvent(attempt, line);
      if (event !== undefined) {
        yield event;
      }
    }
  }

  async #listOnce(of: KindRef, options: ListOptions): Promise<readonly KubeObject[]> {
    const attempt = `list ${of.apiVersion} ${of.kind}${of.namespace === undefined ? '' : ` in ${of.namespace}`}`;
    const path = collectionPath(await this.kind(of.apiVersion, of.kind, options), of.namespace);
    const objects: KubeObject[] = [];
    let next: string | undefined;
    do {
      const query = {
        ...selectors(options),
        limit: String(options.pageSize ?? limits.listPageSize),
        ...(next === undefined ? {} : { continue: next }),
      };
      const headers = options.metadataOnly === true ? { accept: `${metadataOnlyAccept},application/json` } : {};
      const page = parseJson(
        attempt,
        (await this.#send(attempt, { method: 'GET', path, query, headers }, options)).body,
      );
      for (const item of recordsAt(page, 'items')) {
        // Items of a list do not say again what they are.
        const object = { ...item, apiVersion: of.apiVersion, kind: of.kind };
        if (isKubeObject(object)) {
          objects.push(object);
        }
      }
      next = textAt(page, 'metadata', 'continue');
    } while (next !== undefined && next !== '');
    return objects;
  }

  async #write(
    attempt: string,
    { request, options }: { readonly request: KubeRequest; readonly options: WriteOptions },
  ): Promise<KubeObject> {
    const path = withSubresource(request.path, options.subresource);
    return parseObject(attempt, (await this.#send(attempt, { ...request, path }, options)).body);
  }

  async #pathOf(ref: ObjectRef, options: Abortable): Promise<string> {
    const info = await this.kind(ref.apiVersion, ref.kind, options);
    if (info.namespaced && ref.namespace === undefined) {
      throw new KubeError(
        'invalid',
        `${describeRef(ref)}: an object of this kind is in a namespace, and none is given`,
      );
    }
    return `${collectionPath(info, ref.namespace)}/${encodeURIComponent(ref.name)}`;
  }

  async #fetchJson(path: string, accept: string, options: Abortable): Promise<unknown> {
    const attempt = `discover ${path}`;
    try {
      const response = await this.#send(attempt, { method: 'GET', path, headers: { accept } }, options);
      return parseJson(attempt, response.body);
    } catch (error) {
      // A group whose server is down; everything else is still worth knowing.
      if (isKubeError(error, 'no-kind', 'busy', 'server') && path.split('/').length > 2) {
        return undefined;
      }
      throw error;
    }
  }

  async #send(attempt: string, request: KubeRequest, options: Abortable): Promise<KubeResponse> {
    const headers = { accept: 'application/json', ...request.headers, ...this.#headers };
    const response = await sendWithRetries(
      { attempt, transport: this.transport, clock: this.clock },
      { ...request, headers },
      options,
    );
    const serverMs = Date.parse(response.headers['date'] ?? '');
    if (!Number.isNaN(serverMs)) {
      this.#serverOffsetMs = serverMs - this.clock.now();
    }
    if (response.status < 200 || response.status > 299) {
      throw errorOfResponse(attempt, response);
    }
    return response;
  }
}

const watchTypes: Readonly<Record<string, WatchEvent['type']>> = {
  ADDED: 'added',
  MODIFIED: 'modified',
  DELETED: 'deleted',
};

function readWatchEvent(attempt: string, line: string): WatchEvent | undefined {
  const event = parseJson(attempt, line);
  const object = isRecord(event) ? event['object'] : undefined;
  const type = textAt(event, 'type') ?? '';
  if (type === 'ERROR') {
    const status = isRecord(object) && typeof object['code'] === 'number' ? object['code'] : 500;
    throw errorOfResponse(attempt, { status, headers: {}, body: JSON.stringify(object) });
  }
  const known = watchTypes[type];
  return known === undefined || !isKubeObject(object) ? undefined : { type: known, object };
}

const propagationPolicies = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' } as const;

function collectionPath(info: KindInfo, namespace: string | undefined): string {
  const root = groupOf(info.apiVersion) === '' ? '/api' : '/apis';
  const scope = info.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}/${info.apiVersion}${scope}/${info.plural}`;
}

function withSubresource(path: string, subresource: string | undefined): string {
  return subresource === undefined ? path : `${path}/${subresource}`;
}

function writeQuery(options: WriteOptions): Readonly<Record<string, string>> {
  return {
    fieldManager: options.fieldManager,
    fieldValidation: 'Strict',
    ...(options.dryRun === true ? { dryRun: 'All' } : {}),
  };
}

function selectors({ labelSelector, fieldSelector }: ListOptions): Readonly<Record<string, string>> {
  return {
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  };
}

/** @see k8s.io/client-go v0.36 transport/round_trippers.go, impersonatingRoundTripper */
function impersonationHeaders(impersonate: Impersonation | undefined): Readonly<Record<string, string>> {
  if (impersonate === undefined) {
    return {};
  }
  return { 'impersonate-user': impersonate.user };
}
