import { type Clock, type KubeObject, limits, type ObjectRef } from '../support/index.ts';
import { Discovery, type Resource } from './discovery.ts';
import { errorOfAnswer, KubeError } from './errors.ts';
import { refOf } from './object.ts';
import type { KubeAnswer, KubeRequest, KubeTransport } from './transport.ts';

export interface ApplyOptions {
  readonly signal: AbortSignal;
  readonly fieldManager: string;
  /** Takes fields over that another manager owns; without it such a field is a conflict. */
  readonly force: boolean;
  readonly dryRun: boolean;
}

export interface ListOptions {
  readonly signal: AbortSignal;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface DeleteOptions {
  readonly signal: AbortSignal;
  readonly propagation: 'background' | 'foreground' | 'orphan';
  /** Deletes this very object, not one that took its name since. */
  readonly uid?: string;
}

const requestTimeoutMs = 30_000;
const maxRetries = 3;
const retryMs = 1_000;

const propagationPolicies = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' } as const;

/** Typed requests for objects of any kind. Nothing here knows Helm or Flux. */
export class KubeClient {
  readonly discovery: Discovery;
  readonly #transport: KubeTransport;
  readonly #clock: Clock;

  constructor(transport: KubeTransport, clock: Clock) {
    this.#transport = transport;
    this.#clock = clock;
    this.discovery = new Discovery((path, signal) => this.getJson(path, signal));
  }

  get server(): string {
    return this.#transport.server;
  }

  get caDigest(): string {
    return this.#transport.caDigest;
  }

  /** The object, or undefined where there is none. @throws KubeError */
  async get(ref: ObjectRef, options: { readonly signal: AbortSignal }): Promise<KubeObject | undefined> {
    const path = await this.#pathOf(ref, options.signal);
    const answer = await this.#send({ method: 'GET', path }, options.signal);
    if (answer.status === 404) {
      return undefined;
    }
    return objectOf(answer, `get ${ref.kind} ${ref.name}`);
  }

  /** Every object of a kind, page by page. @throws KubeError */
  async list(apiVersion: string, kind: string, options: ListOptions): Promise<readonly KubeObject[]> {
    const resource = await this.discovery.resource(apiVersion, kind, options.signal);
    const objects: KubeObject[] = [];
    let next = '';
    do {
      const query = new URLSearchParams({ limit: String(limits.listPageSize) });
      if (options.labelSelector !== undefined) {
        query.set('labelSelector', options.labelSelector);
      }
      if (options.fieldSelector !== undefined) {
        query.set('fieldSelector', options.fieldSelector);
      }
      if (next !== '') {
        query.set('continue', next);
      }
      const path = `${collectionPath(resource, options.namespace)}?${query.toString()}`;
      const answer = await this.#send({ method: 'GET', path }, options.signal);
      const page = jsonOf(answer, `list ${kind}`) as { items?: KubeObject[]; metadata?: { continue?: string } }; // a List
      // Items of a list leave out what the list says for all.
      objects.push(...(page.items ?? []).map((item) => ({ ...item, apiVersion, kind })));
      next = page.metadata?.continue ?? '';
    } while (next !== '');
    return objects;
  }

  /** @throws KubeError code `already-exists` where there is one of this name */
  async create(
    object: KubeObject,
    options: { readonly signal: AbortSignal; readonly fieldManager: string },
  ): Promise<KubeObject> {
    const ref = refOf(object);
    const resource = await this.discovery.resource(ref.apiVersion, ref.kind, options.signal);
    const path = `${collectionPath(resource, ref.namespace)}?fieldManager=${encodeURIComponent(options.fieldManager)}`;
    const answer = await this.#send({ method: 'POST', path, body: JSON.stringify(object) }, options.signal);
    return objectOf(answer, `create ${ref.kind} ${ref.name}`);
  }

  /** Replaces an object; with a resourceVersion only that one. @throws KubeError code `conflict` */
  async update(
    object: KubeObject,
    options: { readonly signal: AbortSignal; readonly fieldManager: string },
  ): Promise<KubeObject> {
    const ref = refOf(object);
    const path = `${await this.#pathOf(ref, options.signal)}?fieldManager=${encodeURIComponent(options.fieldManager)}`;
    const answer = await this.#send({ method: 'PUT', path, body: JSON.stringify(object) }, options.signal);
    return objectOf(answer, `update ${ref.kind} ${ref.name}`);
  }

  /** Server-side apply with strict field validation. @throws KubeError code `conflict` where another manager owns a field */
  async apply(object: KubeObject, options: ApplyOptions): Promise<KubeObject> {
    const ref = refOf(object);
    const query = new URLSearchParams({
      fieldManager: options.fieldManager,
      force: String(options.force),
      fieldValidation: 'Strict',
      ...(options.dryRun ? { dryRun: 'All' } : {}),
    });
    const path = `${await this.#pathOf(ref, options.signal)}?${query.toString()}`;
    const answer = await this.#send(
      { method: 'PATCH', path, body: JSON.stringify(object), contentType: 'application/apply-patch+yaml' },
      options.signal,
    );
    return objectOf(answer, `apply ${ref.kind} ${ref.name}`);
  }

  /** A JSON merge patch; `subresource` such as `status`. @throws KubeError */
  async mergePatch(
    ref: ObjectRef,
    patch: object,
    options: { readonly signal: AbortSignal; readonly fieldManager: string; readonly subresource?: string },
  ): Promise<KubeObject> {
    const base = await this.#pathOf(ref, options.signal);
    const path = `${base}${options.subresource === undefined ? '' : `/${options.subresource}`}?fieldManager=${encodeURIComponent(options.fieldManager)}`;
    const answer = await this.#send(
      { method: 'PATCH', path, body: JSON.stringify(patch), contentType: 'application/merge-patch+json' },
      options.signal,
    );
    return objectOf(answer, `patch ${ref.kind} ${ref.name}`);
  }

  /** Deletes an object. One that is not there is no error: it is gone. @throws KubeError */
  async delete(ref: ObjectRef, options: DeleteOptions): Promise<void> {
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: propagationPolicies[options.propagation],
      ...(options.uid === undefined ? {} : { preconditions: { uid: options.uid } }),
    };
    const path = await this.#pathOf(ref, options.signal);
    const answer = await this.#send({ method: 'DELETE', path, body: JSON.stringify(body) }, options.signal);
    if (answer.status >= 400 && answer.status !== 404) {
      throw errorOfAnswer(answer.status, answer.body, `delete ${ref.kind} ${ref.name}`);
    }
  }

  /** Whether objects of this kind have a namespace. @throws KubeError code `unknown-kind` */
  async isNamespaced(apiVersion: string, kind: string, signal: AbortSignal): Promise<boolean> {
    return (await this.discovery.resource(apiVersion, kind, signal)).namespaced;
  }

  /** What the server says of its version: `v1.36.3`. */
  async version(signal: AbortSignal): Promise<string> {
    const { gitVersion } = (await this.getJson('/version', signal)) as { gitVersion?: string }; // version.Info
    return gitVersion ?? '';
  }

  /** Whether the user may do this; asked of the server itself. */
  async can(
    verb: string,
    resource: { readonly group: string; readonly resource: string; readonly namespace?: string },
    signal: AbortSignal,
  ): Promise<boolean> {
    const body = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { ...resource, verb } },
    };
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
    const answer = await this.#send({ method: 'POST', path, body: JSON.stringify(body) }, signal);
    const review = jsonOf(answer, `ask for the right to ${verb} ${resource.resource}`) as {
      status?: { allowed?: boolean };
    };
    return review.status?.allowed === true;
  }

  async getJson(path: string, signal: AbortSignal): Promise<unknown> {
    return jsonOf(await this.#send({ method: 'GET', path }, signal), `get ${path}`);
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  async #pathOf(ref: ObjectRef, signal: AbortSignal): Promise<string> {
    const resource = await this.discovery.resource(ref.apiVersion, ref.kind, signal);
    return `${collectionPath(resource, ref.namespace)}/${encodeURIComponent(ref.name)}`;
  }

  /** Sends a request; one that the server was too busy for is sent again. */
  async #send(
    request: Pick<KubeRequest, 'method' | 'path' | 'body' | 'contentType'>,
    signal: AbortSignal,
  ): Promise<KubeAnswer> {
    const whole: KubeRequest = {
      contentType: 'application/json',
      accept: 'application/json',
      timeoutMs: requestTimeoutMs,
      maxBytes: limits.maxClusterBytes,
      ...request,
    };
    for (let attempt = 0; ; attempt++) {
      const answer = await this.#transport.request(whole, { signal });
      const busy = answer.status === 429 || (answer.status === 503 && request.method === 'GET');
      if (!busy || attempt === maxRetries) {
        return answer;
      }
      await this.#clock.sleep(answer.retryAfterMs ?? retryMs * 2 ** attempt, { signal });
    }
  }
}

function collectionPath(resource: Resource, namespace: string | undefined): string {
  const root = resource.apiVersion.includes('/') ? `/apis/${resource.apiVersion}` : `/api/${resource.apiVersion}`;
  const inNamespace = resource.namespaced && namespace !== undefined && namespace !== '';
  return `${root}${inNamespace ? `/namespaces/${encodeURIComponent(namespace)}` : ''}/${resource.plural}`;
}

function jsonOf({ status, body }: KubeAnswer, what: string): unknown {
  if (status >= 400) {
    throw errorOfAnswer(status, body, what);
  }
  try {
    return JSON.parse(body) as unknown;
  } catch (error) {
    throw new KubeError('server', `${what}: the answer is no JSON`, { cause: error, status });
  }
}

function objectOf(answer: KubeAnswer, what: string): KubeObject {
  return jsonOf(answer, what) as KubeObject; // the API server answers with the object
}
