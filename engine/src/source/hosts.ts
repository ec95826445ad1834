import type { Source } from '../flux/index.ts';
import { parseGitUrl } from './gitAccess.ts';
import { parseRepositoryUrl } from './ociReference.ts';
import { hostOf } from './request.ts';

/** Registries that send their clients to another host for a token. */
const tokenHosts: ReadonlyMap<string, readonly string[]> = new Map([
  ['registry-1.docker.io', ['auth.docker.io']],
  ['registry.gitlab.com', ['gitlab.com']],
]);

/** The hosts that a source's requests go to, as far as its URL tells: what a person is asked to allow. */
export function hostsOf(source: Source): readonly string[] {
  switch (source.kind) {
    case 'HelmRepository':
    case 'OCIRepository': {
      const { url } = source.spec;
      if (!url.startsWith('oci://')) {
        return [hostOf(url)];
      }
      const { host } = parseRepositoryUrl(url);
      return [host, ...(tokenHosts.get(host) ?? [])];
    }
    case 'GitRepository':
      return [parseGitUrl(source.spec.url).host];
    case 'Bucket':
      return [hostOf(`http${source.spec.insecure === true ? '' : 's'}://${source.spec.endpoint}`)];
    case 'HelmChart':
      return [];
  }
}
