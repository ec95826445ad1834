import { expect, test } from 'vitest';
import { decodeMap } from '../yaml/index.ts';
import { commonMetadataDigest, configDigest, postRenderersDigest } from './index.ts';

// Wants of this table: fluxcd/pkg/chartutil v1.27, DigestValues.
const configs: { name: string; values: string; want: string }[] = [
  { name: 'none', values: '{}', want: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' },
  {
    name: 'one',
    values: 'replicaCount: 2',
    want: 'e15c415d62760896bd8bec192a44c5716dc224db9e0fc609b9ac14718f8f9e56',
  },
  {
    name: 'keys are sorted',
    values: 'b: 1\na: x',
    want: '5b7300eb11a2c7b012c66feca69beb25c3c7f0df5cfff22c1a2454ddc350c9ed',
  },
  {
    name: 'empty things',
    values: "e: {}\nf: []\ng: ''",
    want: 'a8d39d4c6382381ac53cb1239794b413ffe7d74c90af08e8d92b0b77c705e362',
  },
  {
    name: 'nested, and a key that YAML 1.1 takes for true',
    values: 'a: {c: 1.5, b: [1, {z: 1, y: 2}]}',
    want: '9051ea1eddf18c25a8203613f5609b07e6839c5860757e78f0dd27bd0fb26441',
  },
  {
    name: 'texts that look like other things, and numbers of all sizes',
    values: 's: "yes"\nt: "1"\nu: null\nv: "multi\\nline\\n"\nw: 1e21\nx: 100000000000\ny: 3.0',
    want: '3861e1e987b804676fda465bab00bde339c7625984292e768139c9d201bf4819',
  },
];

test.for(configs)('digest of values: $name', ({ values, want }) => {
  expect(configDigest(decodeMap(values))).toBe(`sha256:${want}`);
});

// Wants of these tables: Go's encoding/json over the types of fluxcd/helm-controller/api v1.6.
test.for([
  { name: 'none', spec: undefined, want: '' },
  { name: 'empty', spec: [], want: '' },
  {
    name: 'a patch with a target and an image',
    spec: [
      {
        kustomize: {
          patches: [
            { patch: '- op: add\n  path: /a\n  value: <&>', target: { kind: 'Deployment', labelSelector: 'a=b' } },
          ],
          images: [{ name: 'nginx', newTag: '1' }],
        },
      },
    ],
    want: 'sha256:027777d8a3f8ac4ca48d8d080fa5958b1ecbe5a38e42fb43cab0770b15a23383',
  },
])('digest of post-renderers: $name', ({ spec, want }) => {
  expect(postRenderersDigest(spec)).toBe(want);
});

test.for([
  { name: 'none', spec: undefined, want: '' },
  { name: 'empty', spec: {}, want: 'sha256:ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356' },
  {
    name: 'keys are sorted, and what HTML would mean something with is escaped',
    spec: { labels: { b: '2', a: '<1>' }, annotations: { '10': 'x', '9': 'é' } },
    want: 'sha256:cbe4e6c2d46e1182981679880ddcf1b07fefd1ca053e2b459491d178f51ba1bb',
  },
])('digest of common metadata: $name', ({ spec, want }) => {
  expect(commonMetadataDigest(spec)).toBe(want);
});
