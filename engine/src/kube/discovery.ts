import { isRecord, recordsAt, textAt } from '../support/index.ts';
import { groupOf } from './object.ts';

/** A kind that a cluster serves, and where. */
export interface KindInfo {
  readonly apiVersion: string;
  readonly kind: string;
  /** Name in paths: `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  /** `status`, `scale`. */
  readonly subresources: readonly string[];
}

/** Everything a cluster serves. */
export interface Discovery {
  readonly kinds: readonly KindInfo[];
  /** `v1`, `apps/v1`, `apps/v1/Deployment`: what charts see as `.Capabilities.APIVersions`. @see helm v4.3.1 pkg/action/action.go, GetVersionSet */
  readonly apiVersions: readonly string[];
  /** Groups whose own server does not answer: their kinds are unknown, not absent. */
  readonly staleGroups: readonly string[];
  find(apiVersion: string, kind: string): KindInfo | undefined;
}

/** Fetches JSON from a path of the cluster, or `undefined` where it serves none. */
export type FetchJson = (path: string, accept: string) => Promise<unknown>;

/** Both versions: clusters before 1.30 know only the beta one. A cluster before 1.26 knows neither and answers the plain list. */
const aggregated = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .join(',');
const plain = 'application/json';

/** Asks a cluster what it serves: two requests, or one more for each group version on old clusters. */
export async function discover(fetchJson: FetchJson): Promise<Discovery> {
  const found: Found = { kinds: [], apiVersions: new Set(), staleGroups: [] };
  for (const root of ['/api', '/apis']) {
    const answer = await fetchJson(root, `${aggregated},${plain}`);
    if (textAt(answer, 'kind') === 'APIGroupDiscoveryList') {
      readAggregated(answer, found);
    } else {
      await readPlain(root, answer, found, fetchJson);
    }
  }
  const byName = new Map(found.kinds.map((info) => [`${info.apiVersion}/${info.kind}`, info]));
  return {
    kinds: found.kinds,
    apiVersions: [...found.apiVersions],
    staleGroups: found.staleGroups,
    find: (apiVersion, kind) => byName.get(`${apiVersion}/${kind}`),
  };
}

interface Found {
  readonly kinds: KindInfo[];
  readonly apiVersions: Set<string>;
  readonly staleGroups: string[];
}

/** @see k8s.io/api v0.36 apidiscovery/v2/types.go, APIGroupDiscovery */
function readAggregated(answer: unknown, found: Found): void {
  for (const group of recordsAt(answer, 'items')) {
    const name = textAt(group, 'metadata', 'name') ?? '';
    for (const version of recordsAt(group, 'versions')) {
      const apiVersion = groupVersion(name, textAt(version, 'version') ?? '');
      if (textAt(version, 'freshness') === 'Stale') {
        found.staleGroups.push(name);
      }
      found.apiVersions.add(apiVersion);
      for (const resource of recordsAt(version, 'resources')) {
        const kind = textAt(resource, 'responseKind', 'kind') ?? '';
        const subresources = recordsAt(resource, 'subresources');
        for (const part of [resource, ...subresources]) {
          found.apiVersions.add(`${apiVersion}/${textAt(part, 'responseKind', 'kind') ?? ''}`);
        }
        found.kinds.push({
          apiVersion,
          kind,
          plural: textAt(resource, 'resource') ?? '',
          namespaced: textAt(resource, 'scope') === 'Namespaced',
          verbs: texts(resource['verbs']),
          subresources: subresources.map((sub) => textAt(sub, 'subresource') ?? ''),
        });
      }
    }
  }
}

/** @see k8s.io/apimachinery v0.36 pkg/apis/meta/v1/types.go, APIVersions, APIGroupList and APIResourceList */
async function readPlain(root: string, answer: unknown, found: Found, fetchJson: FetchJson): Promise<void> {
  const versions = isRecord(answer) ? texts(answer['versions']) : [];
  const groupVersions = recordsAt(answer, 'groups').flatMap((group) =>
    recordsAt(group, 'versions').map((version) => textAt(version, 'groupVersion') ?? ''),
  );
  for (const apiVersion of [...versions, ...groupVersions]) {
    found.apiVersions.add(apiVersion);
    const list = await fetchJson(`${root}/${apiVersion}`, plain);
    if (list === undefined) {
      found.staleGroups.push(groupOf(apiVersion));
      continue;
    }
    const resources = recordsAt(list, 'resources');
    for (const resource of resources) {
      found.apiVersions.add(`${apiVersion}/${textAt(resource, 'kind') ?? ''}`);
      const plural = textAt(resource, 'name') ?? '';
      if (!plural.includes('/')) {
        found.kinds.push({
          apiVersion,
          kind: textAt(resource, 'kind') ?? '',
          plural,
          namespaced: resource['namespaced'] === true,
          verbs: texts(resource['verbs']),
          subresources: resources
            .map((other) => textAt(other, 'name') ?? '')
            .filter((name) => name.startsWith(`${plural}/`))
            .map((name) => name.slice(plural.length + 1)),
        });
      }
    }
  }
}

function groupVersion(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
