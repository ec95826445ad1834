import {
  findActingFlux,
  KubeClient,
  KubeError,
  type KubeTransport,
  waitForReady,
  withLease,
} from '@fairlead/engine/kube';
import { describe, expect, test } from 'vitest';
import { type Answers, type FakeTransport, fakeTransport, json } from './support/fakeTransport.ts';
import { type ManualClock, manualClock } from './support/manualClock.ts';

/** What a real API server answers only on a bad day, or did in an older version. The good days are in test/cluster. */

const { signal } = new AbortController();
const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'ns', name: 'a' };
const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'ns', name: 'a' } };
const path = '/api/v1/namespaces/ns/configmaps/a';

const aggregated = {
  kind: 'APIGroupDiscoveryList',
  items: [
    {
      metadata: {},
      versions: [
        {
          version: 'v1',
          freshness: 'Current',
          resources: [
            {
              resource: 'configmaps',
              responseKind: { group: '', version: 'v1', kind: 'ConfigMap' },
              scope: 'Namespaced',
            },
            {
              resource: 'pods',
              responseKind: { group: '', version: 'v1', kind: 'Pod' },
              scope: 'Namespaced',
              subresources: [
                { subresource: 'eviction', responseKind: { group: 'policy', version: 'v1', kind: 'Eviction' } },
              ],
            },
          ],
        },
      ],
    },
  ],
};
const noGroups = { kind: 'APIGroupDiscoveryList', items: [] };
const staleGroup = {
  kind: 'APIGroupDiscoveryList',
  items: [{ metadata: { name: 'metrics.k8s.io' }, versions: [{ version: 'v1beta1', freshness: 'Stale' }] }],
};
const discovery: Answers = { 'GET /api': [json(aggregated)], 'GET /apis': [json(noGroups)] };

function open(answers: Answers): { client: KubeClient; transport: FakeTransport; clock: ManualClock } {
  const transport = fakeTransport({ ...discovery, ...answers });
  const clock = manualClock({ startMs: Date.parse('2026-11-21T00:00:00Z'), eager: true });
  return { client: new KubeClient(transport, { clock }), transport, clock };
}

describe('a request is made again', () => {
  const busy = { status: 429, headers: { 'retry-after': '3' }, body: '' };
  const reset = new KubeError('unreachable', 'closed', { reason: 'ConnectionReset' });

  test('after the time that a busy server names', async () => {
    const { client, clock } = open({ [`GET ${path}`]: [busy, { ...busy, status: 503 }, json(object)] });
    expect(await client.get(ref, { signal })).toEqual(object);
    expect(clock.slept).toEqual([3000, 3000]);
  });

  test('not for ever, and not after an hour', async () => {
    const { client, clock } = open({ [`GET ${path}`]: [{ ...busy, headers: { 'retry-after': '3600' } }] });
    await expect(client.get(ref, { signal })).rejects.toMatchObject({ code: 'busy' });
    expect(clock.slept).toEqual([10_000, 10_000, 10_000, 10_000]);
  });

  test('not where the server names no time', async () => {
    const { client, clock } = open({ [`GET ${path}`]: [{ status: 500, body: '' }, json(object)] });
    await expect(client.get(ref, { signal })).rejects.toMatchObject({ code: 'server' });
    expect(clock.slept).toEqual([]);
  });

  test('when a question was cut off, but not when a change was', async () => {
    const { client } = open({ [`GET ${path}`]: [reset, json(object)], [`PUT ${path}`]: [reset, json(object)] });
    expect(await client.get(ref, { signal })).toEqual(object);
    const update = client.update(object, { fieldManager: 'helm', signal });
    await expect(update).rejects.toMatchObject({ code: 'unreachable' });
  });

  test('not where nobody listens', async () => {
    const { client, clock } = open({ [`GET ${path}`]: [new KubeError('unreachable', 'refused'), json(object)] });
    await expect(client.get(ref, { signal })).rejects.toMatchObject({ code: 'unreachable' });
    expect(clock.slept).toEqual([]);
  });

  test('as a list from its beginning when a page got too old, once', async () => {
    const list = '/api/v1/namespaces/ns/configmaps';
    const page = (name: string, next: string): object => ({
      metadata: { continue: next },
      items: [{ metadata: { name, namespace: 'ns' } }],
    });
    const { client, transport } = open({
      [`GET ${list}`]: [
        json(page('old', 'x')),
        { status: 410, body: '' },
        json(page('one', 'y')),
        json(page('two', '')),
      ],
    });
    const of = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'ns' };
    const names = (await client.list(of, { signal })).map(({ metadata }) => metadata.name);
    expect(names).toEqual(['one', 'two']);
    expect(transport.asked.slice(2)).toEqual([
      `GET ${list}?limit=500`,
      `GET ${list}?limit=500&continue=x`,
      `GET ${list}?limit=500`,
      `GET ${list}?limit=500&continue=y`,
    ]);
  });
});

describe('kinds', () => {
  test('are asked for once, and once more for one that is not among them', async () => {
    const { client, transport } = open({ [`GET ${path}`]: [json(object)] });
    await client.get(ref, { signal });
    await client.get(ref, { signal });
    expect(transport.asked.filter((asked) => asked.includes('/api'))).toEqual([
      'GET /api',
      'GET /apis',
      `GET ${path}`,
      `GET ${path}`,
    ]);
    await expect(client.kind('v1', 'Nothing', { signal })).rejects.toMatchObject({ code: 'no-kind' });
    expect(transport.asked.filter((asked) => asked === 'GET /api')).toHaveLength(2);
  });

  test('of subresources count as versions that charts can ask for', async () => {
    const { client } = open({});
    expect((await client.discovery({ signal })).apiVersions).toEqual(['v1', 'v1/ConfigMap', 'v1/Pod', 'v1/Eviction']);
  });

  test('of a group whose server is down are unknown, not absent', async () => {
    const { client } = open({ 'GET /apis': [json(staleGroup)] });
    const kind = client.kind('metrics.k8s.io/v1beta1', 'PodMetrics', { signal });
    await expect(kind).rejects.toMatchObject({ code: 'busy' });
  });

  test('are asked again after the cluster did not answer', async () => {
    const { client } = open({
      'GET /api': [new KubeError('unreachable', 'refused'), json(aggregated)],
      [`GET ${path}`]: [json(object)],
    });
    await expect(client.get(ref, { signal })).rejects.toMatchObject({ code: 'unreachable' });
    expect(await client.get(ref, { signal })).toEqual(object);
  });

  test('are asked again when whoever asked first gave up', async () => {
    const first = new AbortController();
    const gate = Promise.withResolvers<undefined>();
    const answers = fakeTransport({ ...discovery, [`GET ${path}`]: [json(object)] });
    let asked = 0;
    const transport: KubeTransport = {
      ...answers,
      request: async (request, options) => {
        asked += 1;
        if (asked === 1) {
          await gate.promise;
          first.abort(new Error('gave up'));
        }
        return await answers.request(request, options);
      },
    };
    const client = new KubeClient(transport, { clock: manualClock({ startMs: 0, eager: true }) });
    const one = client.get(ref, { signal: first.signal });
    const two = client.get(ref, { signal });
    gate.resolve(undefined);
    await expect(one).rejects.toThrow('gave up');
    expect(await two).toEqual(object);
  });

  test('are found in clusters before 1.26, which list them one group version at a time', async () => {
    const { client } = open({
      'GET /api': [json({ kind: 'APIVersions', versions: ['v1'] })],
      'GET /api/v1': [
        json({
          resources: [
            { name: 'configmaps', kind: 'ConfigMap', namespaced: true, verbs: ['get'] },
            { name: 'namespaces', kind: 'Namespace', namespaced: false, verbs: ['get'] },
            { name: 'namespaces/status', kind: 'Namespace', namespaced: false, verbs: ['get'] },
          ],
        }),
      ],
      'GET /apis': [
        json({ groups: [{ versions: [{ groupVersion: 'apps/v1' }, { groupVersion: 'down.example.com/v1' }] }] }),
      ],
      'GET /apis/apps/v1': [json({ resources: [{ name: 'deployments', kind: 'Deployment', namespaced: true }] })],
      'GET /apis/down.example.com/v1': [{ status: 503, body: '' }],
    });
    const found = await client.discovery({ signal });
    expect(found.find('v1', 'Namespace')).toMatchObject({ namespaced: false, subresources: ['status'] });
    expect(found.find('apps/v1', 'Deployment')).toMatchObject({ plural: 'deployments', namespaced: true });
    expect(found.staleGroups).toEqual(['down.example.com']);
    expect(found.apiVersions).toContain('apps/v1/Deployment');
  });
});

test('an answer that is no JSON is not repeated in the error', async () => {
  const { client } = open({ [`GET ${path}`]: [{ status: 200, body: 'planted <html>' }] });
  const failure = await client.get(ref, { signal }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'server', message: 'get v1 ConfigMap ns/a: the answer is no JSON' });
  expect(failure instanceof Error && failure.cause).toBeUndefined();
});

test('an object without its namespace is refused before anything is asked of its path', async () => {
  const { client, transport } = open({});
  await expect(client.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'a' }, { signal })).rejects.toMatchObject({
    code: 'invalid',
  });
  expect(transport.asked).toEqual(['GET /api', 'GET /apis']);
});

test('names are encoded in paths', async () => {
  const name = 'a/../../secrets';
  const { client, transport } = open({});
  await client.find({ ...ref, name }, { signal });
  expect(transport.asked.at(-1)).toBe('GET /api/v1/namespaces/ns/configmaps/a%2F..%2F..%2Fsecrets');
});

test('a watch that is too old says so', async () => {
  const line = JSON.stringify({
    type: 'ERROR',
    object: { kind: 'Status', code: 410, message: 'too old resource version' },
  });
  const { client } = open({ 'GET /api/v1/namespaces/ns/configmaps': [{ status: 200, body: line }] });
  const events = client.watch(
    { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'ns' },
    { signal, resourceVersion: '1' },
  );
  await expect(events.next()).rejects.toMatchObject({ code: 'gone' });
});

test('the end of a log is asked of one container', async () => {
  const log = '/api/v1/namespaces/ns/pods/web-0/log';
  const { client, transport } = open({ [`GET ${log}`]: [{ status: 200, body: 'one\ntwo\n' }] });
  const text = await client.log({ namespace: 'ns', name: 'web-0' }, { container: 'main', tailLines: 2, signal });
  expect(text).toBe('one\ntwo\n');
  expect(transport.asked).toEqual([`GET ${log}?tailLines=2&container=main`]);
});

test("time is the server's, so that machines whose clocks differ agree on a lock", async () => {
  const date = 'Sat, 21 Nov 2026 05:00:00 GMT';
  const { client, clock } = open({ [`GET ${path}`]: [{ ...json(object), headers: { date } }] });
  expect(client.serverNow()).toBe(clock.now());
  await client.get(ref, { signal });
  expect(client.serverNow()).toBe(Date.parse(date));
  await clock.sleep(1500, { signal });
  expect(client.serverNow()).toBe(Date.parse(date) + 1500);
});

test('waiting ends when time is up, to the millisecond', async () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'ns', name: 'p' }, status: { phase: 'Pending' } };
  const { client, clock } = open({ 'GET /api/v1/namespaces/ns/pods/p': [json(pod)] });
  const podRef = { apiVersion: 'v1', kind: 'Pod', namespace: 'ns', name: 'p' };
  const result = await waitForReady(client, [podRef], {
    timeoutMs: 2500,
    pollMs: 1000,
    failFast: true,
    rules: { jobs: 'completed', pods: 'ready' },
    signal,
  });
  expect(result).toEqual({
    kind: 'timeout',
    objects: [{ ref: podRef, status: 'InProgress', message: 'Pod is in the Pending phase' }],
  });
  expect(clock.slept).toEqual([1000, 1000, 500]);
});

test('a cluster that does not answer is neither with nor without Flux', async () => {
  const { client } = open({ 'GET /api': [new KubeError('unreachable', 'refused')] });
  await expect(findActingFlux(client, { signal })).rejects.toMatchObject({ code: 'unreachable' });
});

test('a cluster without Leases gives no lock, so nothing runs', async () => {
  const { client } = open({});
  const options = { namespace: 'ns', releaseName: 'web', holder: 'one', durationMs: 1000, signal };
  let ran = false;
  const run = withLease(client, options, () => {
    ran = true;
    return Promise.resolve();
  });
  await expect(run).rejects.toMatchObject({ name: 'LeaseError', code: 'refused' });
  expect(ran).toBe(false);
});
