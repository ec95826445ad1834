import { expect, test } from 'vitest';
import { parseHelmRelease, readManifests } from '../flux/index.ts';
import { isMap } from '../gostd/index.ts';
import { postRender } from './index.ts';

/** What becomes of rendered files, by their path, under a release with this in its spec. */
function postRendered(spec: string, files: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const text = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: apps}
spec:
  interval: 1m
  chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, name: shop}}}
  ${spec}
`;
  const { manifests } = readManifests(text, { file: 'a', dialect: 'kustomize' });
  const object = manifests[0]?.object;
  if (object === undefined || !isMap(object)) {
    throw new Error('no release');
  }
  return postRender(new Map(Object.entries(files)), parseHelmRelease(object, { defaultNamespace: 'default' }));
}

function labelled(strategy: string, files: Readonly<Record<string, string>>): readonly (readonly [string, boolean])[] {
  return [...postRendered(`postRenderStrategy: ${strategy}`, files)].map(([path, text]) => [
    path,
    text.includes('helm.toolkit.fluxcd.io/name: web'),
  ]);
}

const same = {
  'web/templates/a.yaml': '# a comment\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web}\n',
  'web/templates/empty.yaml': '# nothing\n',
  'web/templates/hook.yaml':
    'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web, annotations: {helm.sh/hook: pre-install}}\n',
};

test('hooks and manifests of one name are fine unless they go through kustomize together', () => {
  const both = ['web/templates/a.yaml', 'web/templates/hook.yaml'];
  expect(labelled('separate', same)).toEqual(both.map((path) => [path, true]));
  expect(labelled('nohooks', same)).toEqual([
    [both[0], true],
    [both[1], false],
  ]);
  expect(() => labelled('combined', same)).toThrow(
    /may not add resource with an already registered id: ServiceAccount\.v1\.\[noGrp\]\/web\.\[noNs\]/,
  );
});

// The want is what kustomize's and Helm's own code write, v0.21.1 and v4.3.1.
test('documents are written as kustomize writes them: nothing folded, no digit lost', () => {
  const long = 'a long text that goes well beyond the eighty columns behind which go-yaml v2 would fold it';
  const files = {
    'a.yaml': `apiVersion: v1\nkind: A\nmetadata: {name: a}\ndata:\n  t: >-\n    ${long}\n  n: 12345678901234567890\n  o: 0755\n  y: yes\n  u: "☃ 🎉"\n`,
  };
  expect(postRendered('', files).get('a.yaml')).toContain(`data:
  "n": 12345678901234567890
  o: 493
  t: ${long}
  u: "☃ \\U0001F389"
  "y": "yes"
kind: A
`);
});

test('common metadata overrides what a chart says, and the labels of the owner override both', () => {
  const files = {
    'a.yaml': 'apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  labels: {team: chart, keep: "1"}\n',
  };
  const spec = 'commonMetadata: {labels: {team: us, helm.toolkit.fluxcd.io/name: x}, annotations: {a: "1"}}';
  expect(postRendered(spec, files).get('a.yaml')).toContain(`metadata:
  annotations:
    a: "1"
  labels:
    helm.toolkit.fluxcd.io/name: web
    helm.toolkit.fluxcd.io/namespace: apps
    keep: "1"
    team: us
  name: a
`);
});
