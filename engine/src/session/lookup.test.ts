import { expect, test } from 'vitest';
import { type Answers, fakeTransport, json } from '../../../test/support/fakeTransport.ts';
import { manualClock } from '../../../test/support/manualClock.ts';
import { KubeClient } from '../kube/index.ts';
import { lookupToShow } from './lookup.ts';

const { signal } = new AbortController();
const kinds = {
  kind: 'APIGroupDiscoveryList',
  items: [
    {
      metadata: {},
      versions: [
        {
          version: 'v1',
          freshness: 'Current',
          resources: ['Secret', 'ConfigMap'].map((kind) => ({
            resource: `${kind.toLowerCase()}s`,
            responseKind: { group: '', version: 'v1', kind },
            scope: 'Namespaced',
          })),
        },
      ],
    },
  ],
};

const password = 'c2VjcmV0LXRleHQ=';
const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: 'login',
    namespace: 'apps',
    labels: { app: 'web' },
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': `{"data":{"password":"${password}"}}` },
    managedFields: [{ fieldsV1: { 'f:data': {} } }],
  },
  type: 'Opaque',
  data: { password },
};
const masked = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'login', namespace: 'apps', labels: { app: 'web' } },
  type: 'Opaque',
  data: { password: btoa('<in the cluster>') },
};
const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'apps' }, data: { a: 'b' } };

const answers: Answers = {
  'GET /api': [json(kinds)],
  'GET /apis': [json({ kind: 'APIGroupDiscoveryList', items: [] })],
  'GET /api/v1/namespaces/apps/secrets/login': [json(secret)],
  'GET /api/v1/namespaces/apps/secrets': [json({ kind: 'SecretList', metadata: {}, items: [secret] })],
  'GET /api/v1/namespaces/apps/secrets/gone': [
    { status: 404, body: JSON.stringify({ kind: 'Status', reason: 'NotFound', code: 404, message: 'not found' }) },
  ],
  'GET /api/v1/namespaces/apps/configmaps/a': [json(configMap)],
};

test.for([
  { what: 'a Secret', kind: 'Secret', name: 'login', want: masked },
  { what: 'Secrets', kind: 'Secret', name: '', want: { apiVersion: 'v1', kind: 'SecretList', items: [masked] } },
  { what: 'a Secret that is not there', kind: 'Secret', name: 'gone', want: {} },
  { what: 'a ConfigMap', kind: 'ConfigMap', name: 'a', want: configMap },
  { what: 'a kind that the cluster lacks', kind: 'Gadget', name: 'a', want: {} },
])('a preview that looks up $what', async ({ kind, name, want }) => {
  const client = new KubeClient(fakeTransport(answers), { clock: manualClock({ startMs: 0, eager: true }) });
  const found = await lookupToShow(client, { apiVersion: 'v1', kind, namespace: 'apps', name }, { signal });
  expect(found).toEqual(want);
});
