import { expect, test } from 'vitest';
import type { ValuesLookup } from '../../engine/src/flux/index.ts';
import { digestOf } from '../../engine/src/support/index.ts';
import { issueCertificate, makeAuthority } from '../support/certificates.ts';
import type { Answer } from '../support/chartServer.ts';
import { type Answers, archive, manifestOf, says, status, useOddRegistries, well } from '../support/oddRegistry.ts';
import { caught } from '../support/sourceFolder.ts';
import { openTestWorld, secretLookup } from '../support/sourceWorld.ts';

/** Registries that fail, lie, or want to know too much: each ends in an error of its own, or in the chart. */
const { folder, serve, take } = useOddRegistries('bad-registry');

/** Writes until the other side has enough. */
const endless: Answer = (_, response) => {
  response.writeHead(200);
  const chunk = Buffer.alloc(65_536, 'x');
  const write = (): void => {
    while (!response.destroyed && response.write(chunk)) {
      // As fast as it is read.
    }
  };
  response.on('drain', write);
  write();
};

test('a good one', async () => {
  expect(await take(await serve())).toMatchObject({ name: 'store' });
});

test.for<{ name: string; answers: Answers; code: string; want: RegExp }>([
  {
    name: 'tags that are no list',
    answers: { tags: says('{"tags":{}}') },
    code: 'invalid-tags',
    want: /not a list of tags/,
  },
  {
    name: 'tags that are no JSON',
    answers: { tags: says('<html>') },
    code: 'invalid-tags',
    want: /not a list of tags/,
  },
  {
    name: 'a next page that is the same',
    answers: { tags: says('{"tags":[]}', { link: '</v2/charts/store/tags/list?n=1000>; rel="next"' }) },
    code: 'invalid-tags',
    want: /the next page is the same one/,
  },
  {
    name: 'a next page elsewhere',
    answers: { tags: says('{"tags":[]}', { link: '<http://example.com/v2/charts/store/tags/list>; rel="next"' }) },
    code: 'invalid-tags',
    want: /the next page is elsewhere, at example\.com/,
  },
  {
    name: 'a next page of another repository',
    answers: { tags: says('{"tags":[]}', { link: '</v2/other/tags/list?n=1>; rel="next"' }) },
    code: 'invalid-tags',
    want: /the next page is elsewhere/,
  },
  {
    name: 'a manifest with another digest than promised',
    answers: { manifest: says(manifestOf({}), { 'docker-content-digest': digestOf('x') }) },
    code: 'digest',
    want: /fetch manifest .*: want sha256:.* have sha256:/,
  },
  { name: 'a manifest that is none', answers: { manifest: says('[]') }, code: 'invalid-manifest', want: /no layers/ },
  {
    name: 'a manifest without end',
    answers: { manifest: endless },
    code: 'too-large',
    want: /larger than 4194304 bytes/,
  },
  { name: 'a blob with another digest', answers: { blob: says('x') }, code: 'digest', want: /fetch blob .*: want/ },
  {
    name: 'a blob that goes on after its end',
    answers: { blob: says(Buffer.concat([archive, Buffer.from('x')])) },
    code: 'too-large',
    want: new RegExp(`larger than ${String(archive.length)} bytes`),
  },
  { name: 'a blob without end', answers: { blob: endless }, code: 'too-large', want: /larger than/ },
  {
    name: 'a layer of more bytes than a chart may have',
    answers: { manifest: says(manifestOf({ size: 200 * 1024 * 1024 })) },
    code: 'too-large',
    want: /the layer has 209715200 bytes/,
  },
  {
    name: 'a layer whose digest leads elsewhere',
    answers: { manifest: says(manifestOf({ digest: '../../../etc/passwd' })) },
    code: 'invalid-manifest',
    want: /no layers found in artifact/,
  },
  {
    name: 'a blob that is cut off',
    answers: {
      blob: (_, response) => {
        response.writeHead(200, { 'content-length': String(archive.length) });
        response.write(archive.subarray(0, 10));
        setImmediate(() => response.destroy());
      },
    },
    code: 'network',
    want: /closed by the other side/,
  },
  {
    name: 'an answer that never comes',
    answers: { blob: () => undefined },
    code: 'timeout',
    want: /no answer in 0\.2 s/,
  },
  {
    name: 'redirects without end',
    answers: {
      blob: (request, response) => {
        response.writeHead(307, { location: request.url ?? '' }).end();
      },
    },
    code: 'network',
    want: /more than 10 redirects/,
  },
  {
    name: 'a redirect to no web address',
    answers: { blob: status(307, { location: 'file:///etc/passwd' }) },
    code: 'network',
    want: /redirected to file:/,
  },
  {
    name: '401 without a way to log in',
    answers: { manifest: status(401) },
    code: 'unauthorized',
    want: /401 Unauthorized, no login was found for 127/,
  },
  {
    name: '403',
    answers: { manifest: status(403) },
    code: 'forbidden',
    want: /403 Forbidden, no login was found for 127/,
  },
  { name: '404', answers: { manifest: status(404) }, code: 'not-found', want: /404 Not Found/ },
  { name: '500', answers: { manifest: status(500) }, code: 'server', want: /500 Internal Server Error/ },
  {
    name: '429 for longer than anybody waits',
    answers: { manifest: status(429, { 'retry-after': '3600' }) },
    code: 'rate-limited',
    want: /429 Too Many Requests/,
  },
  {
    name: 'a token service that is no URL',
    answers: { manifest: status(401, { 'www-authenticate': 'Bearer realm="nowhere"' }) },
    code: 'invalid-url',
    want: /"nowhere" is not a URL/,
  },
])('$name', async ({ answers, code, want }) => {
  const error = await caught(take(await serve(answers), { spec: { timeout: '200ms' } }));
  expect([error.code, error.message]).toEqual([code, expect.stringMatching(want)]);
});

test('a registry with too much to do is waited for, as long as it says', async () => {
  const slept: number[] = [];
  const here = await openTestWorld(folder);
  const clock = {
    ...here.environment.clock,
    sleep: (ms: number) => {
      slept.push(ms);
      return Promise.resolve();
    },
  };
  const world = { ...here, environment: { ...here.environment, clock } };
  let asked = 0;
  const busy: Answer = (request, response) => {
    asked += 1;
    const answer = [status(429, { 'retry-after': '2' }), status(429), well['manifest']][asked - 1];
    answer?.(request, response);
  };
  expect(await take(await serve({ manifest: busy }), { world })).toMatchObject({ name: 'store' });
  expect(slept.splice(0)).toEqual([2_000, 1_000]);
  const always = await serve({ manifest: status(503, { 'retry-after': '10' }) });
  expect(await caught(take(always, { world }))).toMatchObject({ code: 'server', status: 503, retryAfterMs: 10_000 });
  expect(slept).toEqual([10_000, 10_000]);
});

const pull = { spec: { secretRef: { name: 'pull' } } };
const pullLookup = (host: string): ValuesLookup =>
  secretLookup({
    pull: { '.dockerconfigjson': JSON.stringify({ auths: { [host]: { username: 'joe', password: 'hunter22' } } }) },
  });

test.for(['manifest', 'blob'])('a %s on another host comes without the login', async (kind) => {
  const elsewhere = await serve();
  const registry = await serve({
    [kind]: (request, response) => {
      const isKnown = request.headers.authorization !== undefined;
      response
        .writeHead(isKnown ? 307 : 401, {
          'www-authenticate': 'Basic realm="x"',
          location: `http://${elsewhere.host}${request.url ?? ''}`,
        })
        .end();
    },
  });
  await take(registry, { ...pull, lookup: pullLookup(registry.host) });
  expect(registry.requests.some(({ authorization }) => authorization !== undefined)).toBe(true);
  expect(elsewhere.requests.map(({ authorization }) => authorization)).toEqual([undefined]);
});

test('a token service is another host: it is not asked without consent', async () => {
  const service = await serve({ token: says('{"token":"t"}') });
  const registry = await serve({
    manifest: (request, response) => {
      const isKnown = request.headers.authorization === 'Bearer t';
      (isKnown
        ? (well['manifest'] ?? status(500))
        : status(401, { 'www-authenticate': `Bearer realm="http://${service.host}/token",service="s"` }))(
        request,
        response,
      );
    },
  });
  const careful = await openTestWorld(folder, { allowHosts: [registry.host] });
  const error = await caught(take(registry, { ...pull, lookup: pullLookup(registry.host), world: careful }));
  expect(error).toMatchObject({ code: 'offline', host: service.host });
  expect(service.requests).toEqual([]);
  await take(registry, { ...pull, lookup: pullLookup(registry.host) });
  expect(service.requests).toEqual([
    {
      path: '/token?service=s&scope=repository%3Acharts%2Fstore%3Apull',
      authorization: `Basic ${Buffer.from('joe:hunter22').toString('base64')}`,
    },
  ]);
});

test('a registry with TLS sends no password to a token service without', async () => {
  const service = await serve({ token: says('{"token":"t"}') });
  const authority = makeAuthority('tests');
  const registry = await serve(
    { manifest: status(401, { 'www-authenticate': `Bearer realm="http://${service.host}/token"` }) },
    issueCertificate(authority, { addresses: ['127.0.0.1'] }),
  );
  const lookup: ValuesLookup = (query) =>
    secretLookup({ tls: { 'ca.crt': authority.cert } })(query) ?? pullLookup(registry.host)(query);
  const error = await caught(take(registry, { spec: { ...pull.spec, certSecretRef: { name: 'tls' } }, lookup }));
  expect(error).toMatchObject({ code: 'invalid-url' });
  expect(error.message).toMatch(/its token service http:.* is without TLS/);
  expect(service.requests).toEqual([]);
});
