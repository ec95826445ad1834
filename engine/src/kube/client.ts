import {
  type Abortable,
  at,
  type Clock,
  intAt,
  type KubeObject,
  limits,
  type ObjectRef,
  recordsAt,
  textAt,
} from '../support/index.ts';
import { type Discovery, discover, type KindInfo } from './discovery.ts';
import { errorOfResponse, isKubeError, KubeError } from './errors.ts';
import { describeRef, groupOf, isKubeObject, parseJson, parseObject, refOf } from './object.ts';
import type {
  Applied,
  ApplyOptions,
  DeleteOptions,
  Impersonation,
  KindRef,
  KubeClientOptions,
  ListOptions,
  PatchOptions,
  Permission,
  WatchEvent,
  WriteOptions,
} from './options.ts';
import {
  applyRequest,
  collectionPath,
  deleteRequest,
  impersonationHeaders,
  listRequest,
  objectPath,
  patchRequest,
  reviewRequest,
  storeRequest,
  watchRequest,
} from './requests.ts';
import { sendWithRetries } from './send.ts';
import type { KubeRequest, KubeResponse, KubeTransport } from './transport.ts';
import { readWatchEvent } from './watch.ts';

/**
 * Requests about objects of one cluster, as one user. Kinds are looked up in the cluster's discovery, which is kept and
 * read again when a kind is not in it. Answers of 429 and 503 are asked again when the server says after how long.
 * Every method rejects with a KubeError.
 */
export class KubeClient {
  readonly transport: KubeTransport;
  readonly clock: Clock;
  readonly #headers: Readonly<Record<string, string>>;
  #asked: { readonly discovery: Promise<Discovery>; readonly signal: AbortSignal } | undefined;
  #serverOffsetMs: number | undefined;

  constructor(transport: KubeTransport, options: KubeClientOptions) {
    this.transport = transport;
    this.clock = options.clock;
    this.#headers = impersonationHeaders(options.impersonate);
  }

  /** The same cluster as somebody else. */
  as(impersonate: Impersonation): KubeClient {
    return new KubeClient(this.transport, { clock: this.clock, impersonate });
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
    const path = collectionPath(await this.kind(of.apiVersion, of.kind, options), of.namespace);
    const request = listRequest(path, { limit: 1, next: undefined, metadataOnly: true });
    const list = parseJson(attempt, (await this.#send(attempt, request, options)).body);
    return recordsAt(list, 'items').length + (intAt(list, 'metadata', 'remainingItemCount') ?? 0);
  }

  /** @throws KubeError `already-exists` */
  async create(object: KubeObject, options: WriteOptions): Promise<KubeObject> {
    const ref = refOf(object);
    const path = collectionPath(await this.kind(ref.apiVersion, ref.kind, options), ref.namespace);
    return await this.#object(`create ${describeRef(ref)}`, storeRequest('POST', path, { object, options }), options);
  }

  /** Replaces an object. @throws KubeError `conflict` where its resourceVersion is not the stored one any more */
  async update(object: KubeObject, options: WriteOptions): Promise<KubeObject> {
    const ref = refOf(object);
    const request = storeRequest('PUT', await this.#pathOf(ref, options), { object, options });
    return await this.#object(`update ${describeRef(ref)}`, request, options);
  }

  /** @param patch what the type of patch asks for; a merge patch with `metadata.resourceVersion` is refused when the object changed */
  async patch(ref: ObjectRef, patch: unknown, options: PatchOptions): Promise<KubeObject> {
    const request = patchRequest(await this.#pathOf(ref, options), { patch, options });
    return await this.#object(`patch ${describeRef(ref)}`, request, options);
  }

  /**
   * Server-side apply with strict field validation.
   *
   * @throws KubeError `apply-conflict` where another manager owns a field and `force` is off, `invalid` for unknown fields
   */
  async apply(object: KubeObject, options: ApplyOptions): Promise<Applied> {
    const ref = refOf(object);
    const attempt = `apply ${describeRef(ref)}`;
    const request = applyRequest(await this.#pathOf(ref, options), { object, options });
    const response = await this.#send(attempt, request, options);
    return { object: parseObject(attempt, response.body), created: response.status === 201 };
  }

  /** Asks for the deletion of an object; finalizers may keep it for a while. @throws KubeError `not-found`, `conflict` */
  async delete(ref: ObjectRef, options: DeleteOptions): Promise<void> {
    const path = await this.#pathOf(ref, options);
    await this.#send(`delete ${describeRef(ref)}`, deleteRequest(path, options), options);
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
    for (;;) {
      const asked = (this.#asked ??= this.#discover(options));
      try {
        return await asked.discovery;
      } catch (error) {
        if (this.#asked === asked) {
          this.forgetKinds();
        }
        // Whoever asked first gave up; that is no reason for us to.
        if (asked.signal === options.signal || !asked.signal.aborted) {
          throw error;
        }
      }
    }
  }

  /** Makes the next look-up of a kind ask the cluster: after a CustomResourceDefinition was made. */
  forgetKinds(): void {
    this.#asked = undefined;
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

  /** Whether the user may do this, as the API server itself says. */
  async can(permission: Permission, options: Abortable): Promise<boolean> {
    const { group, resource, verb } = permission;
    const attempt = `ask for the right to ${verb} ${group === '' ? resource : `${resource}.${group}`}`;
    const review = parseJson(attempt, (await this.#send(attempt, reviewRequest(permission), options)).body);
    return at(review, 'status', 'allowed') === true;
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
    const path = collectionPath(await this.kind(of.apiVersion, of.kind, options), of.namespace);
    const headers = { accept: 'application/json', ...this.#headers };
    const request: KubeRequest = { ...watchRequest(path, options), headers };
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
      const request = listRequest(path, { ...options, limit: options.pageSize ?? limits.listPageSize, next });
      const page = parseJson(attempt, (await this.#send(attempt, request, options)).body);
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

  async #object(attempt: string, request: KubeRequest, options: Abortable): Promise<KubeObject> {
    return parseObject(attempt, (await this.#send(attempt, request, options)).body);
  }

  async #pathOf(ref: ObjectRef, options: Abortable): Promise<string> {
    const info = await this.kind(ref.apiVersion, ref.kind, options);
    if (info.namespaced && ref.namespace === undefined) {
      throw new KubeError(
        'invalid',
        `${describeRef(ref)}: an object of this kind is in a namespace, and none is given`,
      );
    }
    return objectPath(info, ref);
  }

  #discover(options: Abortable): { readonly discovery: Promise<Discovery>; readonly signal: AbortSignal } {
    const discovery = discover((path, accept) => this.#fetchJson(path, accept, options));
    return { discovery, signal: options.signal };
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
