import { KubeError } from './errors.ts';

/** How a kind is reached. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Asks for a path and gives the JSON of the answer. */
export type GetJson = (path: string, signal: AbortSignal) => Promise<unknown>;

/** Which kinds a server has, one request a group version, remembered. */
export class Discovery {
  readonly #get: GetJson;
  readonly #versions = new Map<string, Promise<readonly Resource[]>>();

  constructor(get: GetJson) {
    this.#get = get;
  }

  /** @throws KubeError code `unknown-kind`, in kubectl's words */
  async resource(apiVersion: string, kind: string, signal: AbortSignal): Promise<Resource> {
    const found = (await this.resources(apiVersion, signal)).find((resource) => resource.kind === kind);
    if (found !== undefined) {
      return found;
    }
    // A CRD may have come since.
    this.#versions.delete(apiVersion);
    const again = (await this.resources(apiVersion, signal)).find((resource) => resource.kind === kind);
    if (again === undefined) {
      throw new KubeError('unknown-kind', `no matches for kind "${kind}" in version "${apiVersion}"`);
    }
    return again;
  }

  /** The kinds of a group version; none where the server does not have it. */
  async resources(apiVersion: string, signal: AbortSignal): Promise<readonly Resource[]> {
    let resources = this.#versions.get(apiVersion);
    if (resources === undefined) {
      resources = this.#ask(apiVersion, signal);
      this.#versions.set(apiVersion, resources);
      resources.catch(() => this.#versions.delete(apiVersion));
    }
    return await resources;
  }

  /** Every group version the server has, and each kind of it as `group/version/Kind`: what `.Capabilities.APIVersions` holds. */
  async apiVersions(signal: AbortSignal): Promise<readonly string[]> {
    const groups = (await this.#get('/apis', signal)) as { groups?: { versions?: { groupVersion: string }[] }[] }; // APIGroupList
    const groupVersions = [
      'v1',
      ...(groups.groups ?? []).flatMap((group) => (group.versions ?? []).map(({ groupVersion }) => groupVersion)),
    ];
    const kinds = await Promise.all(groupVersions.map((version) => this.resources(version, signal).catch(() => [])));
    return [...groupVersions, ...kinds.flat().map(({ apiVersion, kind }) => `${apiVersion}/${kind}`)];
  }

  /** Forgets everything: kinds were added. */
  reset(): void {
    this.#versions.clear();
  }

  async #ask(apiVersion: string, signal: AbortSignal): Promise<readonly Resource[]> {
    const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    try {
      const list = (await this.#get(path, signal)) as {
        resources?: { name: string; kind: string; namespaced: boolean }[];
      }; // APIResourceList
      return (list.resources ?? [])
        .filter(({ name }) => !name.includes('/'))
        .map(({ name, kind, namespaced }) => ({ apiVersion, kind, plural: name, namespaced }));
    } catch (error) {
      if (error instanceof KubeError && error.code === 'not-found') {
        return [];
      }
      throw error;
    }
  }
}
