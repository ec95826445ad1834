import { expect, test } from 'vitest';
import { helmReleaseAt } from './helmReleaseAt.ts';

const text = `kind: ConfigMap
metadata: {name: c}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: store
  namespace: shop
spec: {broken
---
kind: HelmRelease
metadata:
  name: bare
`;

test.for([
  { name: 'in another kind', at: 'ConfigMap', want: undefined },
  { name: 'in a release, even with broken text', at: 'store', want: { namespace: 'shop', name: 'store' } },
  { name: 'in a release without a namespace', at: 'bare', want: { namespace: 'default', name: 'bare' } },
])('$name', ({ at, want }) => {
  expect(helmReleaseAt(text, text.indexOf(at))).toEqual(want);
});
