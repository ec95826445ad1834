import { expect, test } from 'vitest';
import {
  chartReferenceOf,
  crossNamespaceRefusal,
  durationMs,
  FluxError,
  formatDurationMs,
  helmChartNameOf,
  type HelmRelease,
  maxHistoryOf,
  parseHelmRelease,
  parseSource,
  releaseNameOf,
  releaseNamespaceOf,
  shortenName,
  storageNamespaceOf,
  timeoutMsOf,
} from './index.ts';

function release(spec: Readonly<Record<string, unknown>> = {}, name = 'app'): HelmRelease {
  const object = {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name, namespace: 'apps' },
    spec: { interval: '1m', ...spec },
  };
  return parseHelmRelease(object, { defaultNamespace: 'default' });
}

const names: { name: string; spec: Readonly<Record<string, unknown>>; want: string }[] = [
  { name: 'its own name', spec: {}, want: 'app' },
  { name: 'with the target namespace before it', spec: { targetNamespace: 'prod' }, want: 'prod-app' },
  { name: 'what the release says', spec: { releaseName: 'x', targetNamespace: 'prod' }, want: 'x' },
  { name: 'empty says nothing', spec: { releaseName: '', targetNamespace: '' }, want: 'app' },
];

test.for(names)('release name: $name', ({ spec, want }) => {
  expect(releaseNameOf(release(spec))).toBe(want);
});

test('a name that is too long is shortened as helm-controller does', () => {
  const long = release({ targetNamespace: 'a-very-lengthy-target-namespace' }, 'with-a-nice-object-name');
  expect(releaseNameOf(long)).toBe('a-very-lengthy-target-namespace-with-a-n-97af5d7f41f3');
  expect(shortenName('a'.repeat(53))).toBe('a'.repeat(53));
  expect(shortenName('a'.repeat(54))).toHaveLength(53);
});

test('namespaces, names and numbers that a release does not say', () => {
  const plain = release();
  expect([releaseNamespaceOf(plain), storageNamespaceOf(plain), helmChartNameOf(plain)]).toEqual([
    'apps',
    'apps',
    'apps-app',
  ]);
  expect([timeoutMsOf(plain, 'install'), maxHistoryOf(plain)]).toEqual([300_000, 5]);
  const said = release({
    targetNamespace: 't',
    storageNamespace: 's',
    timeout: '1m',
    maxHistory: 0,
    test: { timeout: '90s' },
  });
  expect([releaseNamespaceOf(said), storageNamespaceOf(said)]).toEqual(['t', 's']);
  expect([timeoutMsOf(said, 'upgrade'), timeoutMsOf(said, 'test'), maxHistoryOf(said)]).toEqual([60_000, 90_000, 0]);
});

test.for([
  { text: '1h30m', ms: 5_400_000, go: '1h30m0s' },
  { text: '90s', ms: 90_000, go: '1m30s' },
  { text: '1.5h', ms: 5_400_000, go: '1h30m0s' },
  { text: '250ms', ms: 250, go: '250ms' },
  { text: '1500ms', ms: 1500, go: '1.5s' },
  { text: '0s', ms: 0, go: '0s' },
  { text: '100h', ms: 360_000_000, go: '100h0m0s' },
])('duration $text', ({ text, ms, go }) => {
  expect(durationMs(text, 'spec.interval')).toBe(ms);
  expect(formatDurationMs(ms)).toBe(go);
});

test('a duration that is none names its field', () => {
  expect(() => durationMs('1d', 'spec.interval')).toThrow("spec.interval: invalid duration '1d'");
});

const sourceRef = { kind: 'HelmRepository', name: 'shop' };

test('a chart is looked for in the namespace of the release unless another is named', () => {
  const chart = { spec: { chart: 'store', sourceRef } };
  expect(chartReferenceOf(release({ chart }))).toEqual({
    kind: 'template',
    chart: 'store',
    version: '*',
    source: { kind: 'HelmRepository', namespace: 'apps', name: 'shop' },
  });
  const direct = chartReferenceOf(
    release({ chartRef: { kind: 'OCIRepository', name: 'web', namespace: 'flux-system' } }),
  );
  expect(direct).toEqual({ kind: 'direct', source: { kind: 'OCIRepository', namespace: 'flux-system', name: 'web' } });
  expect(crossNamespaceRefusal(release(), direct.source)).toBe(
    'cross-namespace references are not allowed: cannot access OCIRepository flux-system/web',
  );
  expect(crossNamespaceRefusal(release(), { ...direct.source, namespace: 'apps' })).toBeUndefined();
});

test.for([
  { name: 'neither', spec: {} },
  { name: 'both', spec: { chart: { spec: { chart: 'a', sourceRef } }, chartRef: { kind: 'HelmChart', name: 'a' } } },
])('a release with chart and chartRef: $name', ({ spec }) => {
  expect(() => chartReferenceOf(release(spec))).toThrow('either chart or chartRef must be set');
});

const wrong: { name: string; spec: Readonly<Record<string, unknown>>; message: string }[] = [
  { name: 'missing field', spec: { interval: null }, message: 'spec.interval: Required value' },
  { name: 'type', spec: { suspend: 'yes' }, message: 'spec.suspend: want a boolean, have a string' },
  {
    name: 'option',
    spec: { install: { crds: 'create' } },
    message: 'spec.install.crds: want one of Skip, Create, CreateReplace, have a string',
  },
  {
    name: 'place in a list',
    spec: { valuesFrom: [{ kind: 'Secret', name: 'a' }, { kind: 'Secret' }] },
    message: 'spec.valuesFrom[1].name: Required value',
  },
  { name: 'list', spec: { dependsOn: {} }, message: 'spec.dependsOn: want a list, have an object' },
];

test.for(wrong)('an object that is none: $name', ({ spec, message }) => {
  expect(() => release(spec)).toThrow(new FluxError('invalid-object', message));
});

test('an API version that Flux no longer serves is refused', () => {
  const old = { apiVersion: 'helm.toolkit.fluxcd.io/v2beta1', kind: 'HelmRelease', metadata: { name: 'a' }, spec: {} };
  expect(() => parseHelmRelease(old, { defaultNamespace: 'default' })).toThrow(/use helm\.toolkit\.fluxcd\.io\/v2$/);
});

test('an object without a namespace is in the default one, and null is an absent field', () => {
  const object = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'HelmRepository',
    metadata: { name: 'shop' },
    spec: { url: 'https://example.com', secretRef: null },
  };
  const source = parseSource(object, { defaultNamespace: 'flux-system' });
  expect(source.metadata.namespace).toBe('flux-system');
  expect(source.spec).toEqual({ url: 'https://example.com' });
});
