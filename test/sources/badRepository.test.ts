import { readdir, readFile } from 'node:fs/promises';
import type { ServerOptions } from 'node:https';
import path from 'node:path';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { objectSet } from '../../engine/src/flux/index.ts';
import { resolveChart, type ResolvedChart, SourceError } from '../../engine/src/source/index.ts';
import { packFiles } from '../../scripts/servers/packedChart.ts';
import { issueCertificate, makeAuthority } from '../support/certificates.ts';
import { type Answer, type ChartServer, indexOf, serveCharts } from '../support/chartServer.ts';
import { useClosing, useFolder } from '../support/scratch.ts';
import { openTestWorld, secretLookup, sourceOf, type TestWorld } from '../support/sourceWorld.ts';

/**
 * Chart repositories that fail or lie: each ends in an error of its own, that names source and URL and holds no secret;
 * and where there was a good answer before, in that one.
 */
const folder = useFolder('bad-repository');
const closing = useClosing();

const { archive } = packFiles(
  [
    { name: 'Chart.yaml', data: Buffer.from('apiVersion: v2\nname: store\nversion: 1.0.0\n') },
    { name: 'templates/a.yaml', data: Buffer.from('kind: A\n') },
  ],
  { version: '1.0.0', created: '2026-01-01T00:00:00Z' },
);
const index = indexOf([{ version: '1.0.0' }]);
const good = { '/index.yaml': index, '/store.tgz': archive };
const authority = makeAuthority('charts');
const mark = 'pLaNtEdSeCrEt';
const lookup = secretLookup({ login: { username: 'joe', password: mark, 'ca.crt': authority.cert } });

async function serve(...args: Parameters<typeof serveCharts>): Promise<ChartServer> {
  return closing(await serveCharts(...args));
}

async function take(url: string, world: TestWorld, spec: object = {}): Promise<ResolvedChart> {
  const source = sourceOf('HelmRepository', { url, secretRef: { name: 'login' }, timeout: '500ms', ...spec });
  const template = { chart: 'store', version: '1.x', sourceRef: { kind: 'HelmRepository', name: 'store' } } as const;
  const options = { signal: new AbortController().signal, maxAgeMs: 0 };
  const request = { source, template, generation: 1, objects: objectSet([]), lookup };
  return await resolveChart(request, world, options);
}

async function refusal(work: Promise<unknown>): Promise<SourceError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof SourceError) {
    return error;
  }
  throw new Error(`a SourceError expected, not ${inspect(error)}`);
}

const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_, response) => {
    response.writeHead(code, headers).end(`the password ${mark} is wrong`);
  };
const says =
  (body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_, response) => {
    response.writeHead(200, headers).end(body);
  };
/** Sends half of it, and hangs up. */
const cutOff =
  (body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_, response) => {
    response.writeHead(200, headers);
    response.write(body.slice(0, body.length / 2), () => response.destroy());
  };
const endless: Answer = (_, response) => {
  const block = Buffer.alloc(1 << 20, 32);
  const more = (): void => {
    while (!response.destroyed && response.write(block)) {
      // Until the other side has had enough.
    }
  };
  response.on('drain', more);
  more();
};
/** A byte now and then. */
const slow: Answer = (_, response) => {
  const timer = setInterval(() => response.write(' '), 50);
  response.on('close', () => {
    clearInterval(timer);
  });
};
const never: Answer = () => undefined;

const tlsOf = (subject: Parameters<typeof issueCertificate>[1]): ServerOptions => {
  const { cert, key } = issueCertificate(authority, subject);
  return { cert, key };
};

interface Bad {
  readonly name: string;
  /** Instead of the good answer. */
  readonly index?: Answer | string;
  readonly archive?: Answer | Uint8Array;
  readonly tls?: ServerOptions;
  readonly timeout?: string;
  readonly code: string;
  readonly want: RegExp;
  readonly more?: object;
  /** Whether it is a good index, that does not have what is asked for. */
  readonly isGood?: true;
}

const cases: readonly Bad[] = [
  {
    name: 'an index that is cut off',
    index: cutOff(index),
    code: 'network',
    want: /index\.yaml.*closed by the other side/,
  },
  {
    name: 'an index shorter than its length says',
    index: cutOff(index, { 'content-length': String(index.length) }),
    code: 'network',
    want: /closed by the other side/,
  },
  {
    name: 'an index longer than its length says',
    index: says(index, { 'content-length': '20' }),
    code: 'invalid-index',
    want: /read index /,
  },
  {
    name: 'an index without end',
    index: endless,
    timeout: '30s',
    code: 'too-large',
    want: /larger than 52428800 bytes/,
  },
  {
    name: 'an index that unpacks without end',
    index: says(gzipSync(Buffer.alloc(60 << 20, 32)), { 'content-encoding': 'gzip' }),
    timeout: '30s',
    code: 'too-large',
    want: /larger than 52428800 bytes/,
  },
  {
    name: 'an index packed badly',
    index: says('not gzip', { 'content-encoding': 'gzip' }),
    code: 'network',
    want: /index\.yaml/,
  },
  { name: 'an index that trickles', index: slow, code: 'timeout', want: /no answer in 0\.5 s/ },
  { name: 'an index that never comes', index: never, code: 'timeout', want: /no answer in 0\.5 s/ },
  {
    name: 'a page to sign in',
    index: says('<html>\nSign in: <a>here</a></html>'),
    code: 'invalid-index',
    want: /read index /,
  },
  { name: 'an index with nothing in it', index: says(''), code: 'invalid-index', want: /empty index\.yaml file/ },
  {
    name: 'an index without a version',
    index: says('entries: {}\n'),
    code: 'invalid-index',
    want: /no API version specified/,
  },
  {
    name: 'an index without the chart',
    index: says('apiVersion: v1\nentries: {}\n'),
    isGood: true,
    code: 'not-found',
    want: /store is not in/,
  },
  {
    name: 'bad versions only',
    index: indexOf([{ version: 'one' }, { version: '' }]),
    isGood: true,
    code: 'no-version',
    want: /no 'store' chart with version matching '1\.x' found/,
  },
  {
    name: 'no URL of an archive',
    index: indexOf([{ version: '1.0.0', urls: [] }]),
    isGood: true,
    code: 'invalid-index',
    want: /chart 'store' has no downloadable URLs/,
  },
  {
    name: 'a URL of an archive that is none',
    index: indexOf([{ version: '1.0.0', urls: ['http://[::1'] }]),
    isGood: true,
    code: 'invalid-url',
    want: /is not a URL/,
  },
  {
    name: 'an archive at a file',
    index: indexOf([{ version: '1.0.0', urls: ['file:///etc/passwd'] }]),
    isGood: true,
    code: 'invalid-url',
    want: /want http or https/,
  },
  {
    name: '401',
    index: status(401),
    code: 'unauthorized',
    want: /fetch index .*index\.yaml.*: 401 Unauthorized/,
    more: { status: 401 },
  },
  { name: '403', index: status(403), code: 'forbidden', want: /403 Forbidden/ },
  { name: '404', index: status(404), code: 'not-found', want: /404 Not Found/ },
  {
    name: '429 with seconds to wait',
    index: status(429, { 'retry-after': '90' }),
    code: 'rate-limited',
    want: /429 Too Many Requests/,
    more: { retryAfterMs: 90_000 },
  },
  {
    name: '429 with a time to wait for',
    index: status(429, { date: 'Sun, 01 Nov 2026 10:00:00 GMT', 'retry-after': 'Sun, 01 Nov 2026 10:02:00 GMT' }),
    code: 'rate-limited',
    want: /429/,
    more: { retryAfterMs: 120_000 },
  },
  { name: '500', index: status(500), code: 'server', want: /500 Internal Server Error/ },
  { name: 'an unknown status', index: status(599), code: 'server', want: /index\.yaml\?•••: 599$/ },
  {
    name: 'redirects without end',
    index: status(302, { location: '/index.yaml' }),
    code: 'network',
    want: /more than 10 redirects/,
  },
  {
    name: 'a redirect to a file',
    index: status(302, { location: 'file:///etc/passwd' }),
    code: 'network',
    want: /redirected to file:/,
  },
  {
    name: 'a redirect out of TLS',
    index: status(302, { location: 'http://127.0.0.1:1/index.yaml' }),
    tls: tlsOf({ addresses: ['127.0.0.1'] }),
    code: 'network',
    want: /redirected from https to http/,
  },
  {
    name: 'a certificate for another name',
    tls: tlsOf({ dnsNames: ['charts.example.com'] }),
    code: 'tls',
    want: /the certificate is for another host/,
  },
  {
    name: 'a certificate that has expired',
    tls: tlsOf({ addresses: ['127.0.0.1'], daysOld: 10 }),
    code: 'tls',
    want: /the certificate has expired/,
  },
  {
    name: 'a certificate that is not yet valid',
    tls: tlsOf({ addresses: ['127.0.0.1'], daysOld: -10 }),
    code: 'tls',
    want: /the certificate is not valid yet/,
  },
  {
    name: 'an archive that is not there',
    archive: status(404),
    code: 'not-found',
    want: /fetch chart store 1\.0\.0 .*: 404/,
  },
  { name: 'an archive that is cut off', archive: cutOff(archive), code: 'network', want: /closed by the other side/ },
  {
    name: 'an archive that is none',
    archive: says('<html>'),
    code: 'invalid-chart',
    want: /read chart store 1\.0\.0 .*store\.tgz.*: ./,
  },
  {
    name: 'an archive without end',
    archive: endless,
    timeout: '30s',
    code: 'too-large',
    want: /larger than 104857600 bytes/,
  },
];

test.for(cases)('a repository with $name', async ({ code, want, more = {}, tls, timeout, ...bad }) => {
  const answers = {
    '/index.yaml': bad.index ?? index,
    '/store.tgz': bad.archive ?? archive,
  };
  const { url, host } = await serve(answers, tls);
  const world = await openTestWorld(folder);
  const spec = timeout === undefined ? {} : { timeout };
  const error = await refusal(take(`${url}?token=${mark}`, world, spec));
  expect(error).toMatchObject({ code, ...more });
  expect(error.message).toMatch(want);
  if (error.url !== undefined) {
    expect(error.message).toMatch(/^HelmRepository\/apps\/store: /);
    expect(error.url).toContain(code === 'invalid-url' ? '' : host);
  }
  await expectNoSecret(world, error);
});

const failing = cases.filter(({ tls }) => tls === undefined);

test.for(failing)('what was good before stands beside $name', async ({ code, timeout, ...bad }) => {
  const answers: Record<string, Answer | string | Uint8Array> = { ...good };
  const { url } = await serve(answers);
  const world = await openTestWorld(folder);
  const before = await take(url, world);
  Object.assign(answers, bad.index && { '/index.yaml': bad.index }, bad.archive && { '/store.tgz': bad.archive });
  const after = take(url, world, timeout === undefined ? {} : { timeout });
  if (bad.isGood === true) {
    // A good index that does not have what is asked for is no failure of the repository.
    expect((await refusal(after)).code).toBe(code);
  } else {
    expect(await after).toMatchObject({
      digest: before.digest,
      warnings: [expect.stringMatching(/; the (?:index|archive) of \d{4}-\d\d-\d\dT.* stands$/)],
    });
  }
});

test('an archive of another digest than the index says is a warning, as Flux takes it', async () => {
  const { url } = await serve({
    '/index.yaml': indexOf([{ version: '1.0.0', digest: 'a'.repeat(64) }]),
    '/store.tgz': archive,
  });
  expect((await take(url, await openTestWorld(folder))).warnings).toEqual([
    'the archive of store 1.0.0 has another digest than the index says; Flux does not check it',
  ]);
});

test('nobody listens', async () => {
  const gone = await serve(good);
  await gone.close();
  const error = await refusal(take(gone.url, await openTestWorld(folder)));
  expect(error).toMatchObject({ code: 'network' });
  expect(error.message).toContain('connection refused');
});

/** Neither in what is shown nor in what is kept; the index and the archive themselves have none. */
async function expectNoSecret(world: TestWorld, error: SourceError): Promise<void> {
  const files = await readdir(world.folder, { recursive: true, withFileTypes: true });
  const kept = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(path.join(file.parentPath, file.name), 'latin1')),
  );
  const told = [
    inspect(error, { depth: 9, showHidden: true }),
    JSON.stringify(error),
    error.stack,
    world.log.join('\n'),
    ...files.map(({ name }) => name),
    ...kept,
  ].join('\n');
  for (const secret of [mark, Buffer.from(`joe:${mark}`).toString('base64')]) {
    expect(told).not.toContain(secret);
  }
}
