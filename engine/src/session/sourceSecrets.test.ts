import { expect, test } from 'vitest';
import { type HelmRelease, objectSet, parseHelmRelease } from '../flux/index.ts';
import type { KubeObject } from '../support/index.ts';
import { sourceSecrets } from './sourceSecrets.ts';

function release(spec: object): HelmRelease {
  const object = { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', metadata: { name: 'a' }, spec };
  return parseHelmRelease({ ...object, spec: { interval: '5m', ...spec } }, { defaultNamespace: 'apps' });
}

const objects = objectSet(
  [
    source('OCIRepository', 'oci', {
      secretRef: { name: 'pull' },
      certSecretRef: { name: 'tls' },
      proxySecretRef: { name: 'proxy' },
      verify: { provider: 'cosign', secretRef: { name: 'keys' }, trustedRootSecretRef: { name: 'root' } },
    }),
    source('HelmRepository', 'charts', { secretRef: { name: 'login' } }),
    source('HelmChart', 'chart', {
      sourceRef: { kind: 'HelmRepository', name: 'charts' },
      verify: { secretRef: { name: 'keys' } },
    }),
    source('GitRepository', 'odd', { secretRef: 'no reference' }),
  ].map((object) => ({
    object,
    file: 'a.yaml',
    documentIndex: 0,
    position: { line: 0, character: 0 },
    places: { get: () => undefined },
  })),
);

function source(kind: string, name: string, spec: object): KubeObject {
  return { apiVersion: 'source.toolkit.fluxcd.io/v1', kind, metadata: { name, namespace: 'apps' }, spec };
}

const template = (kind: string, name: string, more: object = {}): object => ({
  chart: { spec: { chart: 'a', sourceRef: { kind, name }, ...more } },
});

test.for([
  {
    name: 'an artifact of a registry',
    spec: { chartRef: { kind: 'OCIRepository', name: 'oci' } },
    want: ['pull', 'tls', 'proxy', 'keys', 'root'],
  },
  {
    name: 'a chart of a repository, with a signature',
    spec: template('HelmRepository', 'charts', { verify: { provider: 'cosign', secretRef: { name: 'keys' } } }),
    want: ['login', 'keys'],
  },
  {
    name: 'a HelmChart, and the source that it leads to',
    spec: { chartRef: { kind: 'HelmChart', name: 'chart' } },
    want: ['login', 'keys'],
  },
  { name: 'a reference that is none', spec: template('GitRepository', 'odd'), want: [] },
  { name: 'a source that is not there', spec: template('GitRepository', 'none'), want: [] },
])('$name', ({ spec, want }) => {
  expect(sourceSecrets(release(spec), objects)).toEqual(
    want.map((name) => ({ kind: 'Secret', namespace: 'apps', name })),
  );
});
