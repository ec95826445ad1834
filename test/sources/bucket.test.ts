import { createServer } from 'node:http';
import { connect } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bucket, type BucketSpec, objectSet, type ValuesLookup } from '../../engine/src/flux/index.ts';
import { bucketFolder, resolveChart, type SourceFolder, type SourceWorld } from '../../engine/src/source/index.ts';
import { listenOnLoopback } from '../../scripts/servers/listen.ts';
import { issueCertificate, makeAuthority } from '../support/certificates.ts';
import { useFolder } from '../support/scratch.ts';
import { type S3Server, startS3 } from '../support/s3Server.ts';
import { openSourceOracle, type SourceOracle } from '../support/sourceOracle.ts';
import { caught, digestsOf } from '../support/sourceFolder.ts';
import { openTestWorld, secretLookup } from '../support/sourceWorld.ts';

/** Buckets as source-controller's own client fetches them, from an S3 server that others wrote. */
const folder = useFolder('bucket-test');
let oracle: SourceOracle;
let server: S3Server;

const objects = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\n',
  'charts/web/values.yaml': 'replicas: 1\n',
  'charts/web/templates/a.yaml': 'kind: A\n',
  'charts/web/logo.png': 'a picture is not left out of a bucket\n',
  'charts/web/ünïcode + name&co.txt': 'a name\n',
  "charts/web/~!*'().txt": 'another name\n',
  'other.txt': 'other\n',
  'web.txt': 'web\n',
};

beforeAll(async () => {
  oracle = await openSourceOracle();
  server = await startS3();
  await server.createBucket('plain');
  await server.createBucket('ruled');
  await server.createBucket('many');
  for (const [key, text] of Object.entries(objects)) {
    await server.put('plain', key, text);
    await server.put('ruled', key, text);
  }
  await server.put('ruled', '.sourceignore', '*.txt\n!web.txt\n');
  for (let index = 0; index < 1100; index++) {
    await server.put('many', `files/${String(index)}.yaml`, `index: ${String(index)}\n`);
  }
});

afterAll(() => server.close());

const asking = { signal: new AbortController().signal, maxAgeMs: 0 };

function bucket(spec: Partial<BucketSpec>): Bucket {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'Bucket',
    metadata: { name: 'files', namespace: 'apps' },
    spec: { bucketName: 'plain', endpoint: server.endpoint, insecure: true, secretRef: { name: 'keys' }, ...spec },
  };
}

function keys(data: Readonly<Record<string, string>> = {}): ValuesLookup {
  return secretLookup({ keys: { accesskey: server.accessKey, secretkey: server.secretKey, ...data } });
}

describe('the same revision and files as source-controller', () => {
  const cases: readonly { readonly name: string; readonly spec: Partial<BucketSpec> }[] = [
    { name: 'a bucket', spec: {} },
    { name: 'a bucket, with a region', spec: { region: 'us-east-1' } },
    { name: 'what begins with a prefix', spec: { prefix: 'charts/web/t' } },
    { name: 'a bucket with rules of its own', spec: { bucketName: 'ruled' } },
    {
      name: 'rules of its own, and spec.ignore after them',
      spec: { bucketName: 'ruled', ignore: '!other.txt\n*.png\n' },
    },
    { name: 'more objects than a page has', spec: { bucketName: 'many' } },
    { name: 'a prefix that nothing has', spec: { prefix: 'none/' } },
  ];
  test.for(cases)('$name', async ({ spec }) => {
    const source = bucket(spec);
    const { endpoint, bucketName, prefix, region, ignore } = source.spec;
    const secret = { accesskey: server.accessKey, secretkey: server.secretKey };
    const theirs = await oracle({ bucket: { endpoint, bucket: bucketName, prefix, region, ignore, secret } });
    const ours = await bucketFolder({ source, lookup: keys() }, await openTestWorld(folder), asking);
    expect({ revision: ours.revision, files: await digestsOf(ours) }).toEqual({ files: {}, ...theirs });
  });
});

test('a chart of a bucket, with the revision in its version where that is asked for', async () => {
  const source = bucket({});
  const here = await openTestWorld(folder);
  const { revision } = await bucketFolder({ source, lookup: keys() }, here, asking);
  const template = { chart: 'charts/web', sourceRef: { kind: 'Bucket', name: 'files' } };
  const request = { source, generation: 3, objects: objectSet([]), lookup: keys() };
  const chart = await resolveChart({ ...request, template }, here, asking);
  expect(chart).toMatchObject({ name: 'web', version: '1.2.3', refusals: [] });
  expect(chart.from).toBe(`charts/web of http://${server.endpoint}/plain at ${revision} (Bucket/apps/files)`);
  const byRevision = { ...template, reconcileStrategy: 'Revision', valuesFiles: ['charts/web/values.yaml'] } as const;
  expect((await resolveChart({ ...request, template: byRevision }, here, asking)).version).toBe(
    `1.2.3+${revision.slice('sha256:'.length, 'sha256:'.length + 12)}.3`,
  );
});

test('what was fetched is kept by revision: only the list is asked for again', async () => {
  const here = await openTestWorld(folder);
  const source = bucket({});
  const paths: string[] = [];
  const { environment } = here;
  const watched: SourceWorld = { ...here, ...(await watching(here, paths)) };
  const first = await bucketFolder({ source, lookup: keys() }, watched, asking);
  expect(paths.length).toBeGreaterThan(Object.keys(objects).length);
  paths.splice(0);
  const again = await bucketFolder({ source, lookup: keys() }, watched, asking);
  expect(again.revision).toBe(first.revision);
  expect(paths).toEqual(['HEAD /plain', 'GET /plain/.sourceignore', 'GET /plain']);
  expect(environment.consent.allowed(server.endpoint)).toBe(true);
});

/** The same world, with every request to a bucket noted. */
async function watching(here: SourceWorld, paths: string[]): Promise<Pick<SourceWorld, 'remote'>> {
  const { nodeBuckets } = await import('../../engine/src/node/bucket.ts');
  const { http } = here.environment;
  const buckets = nodeBuckets({
    request: (request, options) => {
      paths.push(`${request.method} ${new URL(request.url).pathname.replace(/\/$/, '')}`);
      return http.request(request, options);
    },
  });
  if (here.remote === undefined) {
    throw new Error('this world has no remote sources');
  }
  return { remote: { ...here.remote, buckets } };
}

describe('refused', () => {
  const cases: readonly {
    readonly name: string;
    readonly spec?: Partial<BucketSpec>;
    readonly data?: Readonly<Record<string, string>>;
    readonly code: string;
    readonly says: string;
  }[] = [
    {
      name: 'a bucket that is not there',
      spec: { bucketName: 'none' },
      code: 'not-found',
      says: "bucket 'none' not found",
    },
    {
      name: 'a wrong secret key',
      data: { secretkey: 'Planted-wrong' },
      code: 'unauthorized',
      says: 'SignatureDoesNotMatch',
    },
    {
      name: 'a wrong access key',
      data: { accesskey: 'Planted-nobody' },
      code: 'not-found',
      says: 'No user exists with the provided access key ID',
    },
    { name: 'no Secret', spec: { secretRef: { name: 'none' } }, code: 'forbidden', says: 'AccessDenied' },
    {
      name: 'provider gcp',
      spec: { provider: 'gcp' },
      code: 'unsupported',
      says: 'provider gcp speaks a protocol of its own',
    },
    {
      name: 'provider azure',
      spec: { provider: 'azure' },
      code: 'unsupported',
      says: 'provider azure speaks a protocol of its own',
    },
    {
      name: 'provider aws without keys',
      spec: { provider: 'aws', secretRef: { name: 'none' } },
      code: 'unsupported',
      says: 'Secret apps/none is not used: not found',
    },
    {
      name: 'keys that a service gives out',
      spec: { sts: { provider: 'ldap', endpoint: 'https://sts.example.com' } },
      code: 'unsupported',
      says: 'spec.sts.provider ldap',
    },
    {
      name: 'an endpoint that is a URL',
      spec: { endpoint: 'https://s3.example.com' },
      code: 'invalid-url',
      says: 'spec.endpoint is no host',
    },
  ];
  test.for(cases)('$name', async ({ spec = {}, data = {}, code, says }) => {
    const here = await openTestWorld(folder);
    const error = await caught(bucketFolder({ source: bucket(spec), lookup: keys(data) }, here, asking));
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(says);
    expect(JSON.stringify([error, error.message, String(error.stack), here.log])).not.toContain('Planted');
  });

  test('a Secret without keys, in the words of source-controller', async () => {
    const lookup = secretLookup({ keys: { accesskey: 'a' } });
    const error = await caught(bucketFolder({ source: bucket({}), lookup }, await openTestWorld(folder), asking));
    expect(error).toMatchObject({ code: 'invalid-credentials' });
    expect(error.message).toBe("invalid 'keys' secret data: required fields 'accesskey' and 'secretkey'");
    const { endpoint } = server;
    expect((await oracle({ bucket: { endpoint, bucket: 'plain', secret: { accesskey: 'a' } } })).error).toBe(
      "invalid '' secret data: required fields 'accesskey' and 'secretkey'",
    );
  });

  test('a host that is not allowed: nothing is sent', async () => {
    let requests = 0;
    const silent = createServer((_, response) => {
      requests++;
      response.end();
    });
    const { host, close } = await listenOnLoopback(silent);
    const source = bucket({ endpoint: host });
    const offline = await openTestWorld(folder, { allowHosts: [] });
    const error = await caught(bucketFolder({ source, lookup: keys() }, offline, asking));
    expect(error).toMatchObject({ code: 'offline', host });
    expect(requests).toBe(0);
    await close();
  });

  test.for([
    { name: 'a server that is in trouble', status: 500, code: 'server' },
    { name: 'a server that has too much to do', status: 429, code: 'rate-limited' },
    { name: 'a server that lists no XML', status: 200, code: 'server' },
  ])('$name', async ({ status, code }) => {
    const broken = createServer((_, response) => {
      response.writeHead(status, { 'content-type': 'application/xml' }).end('<not xml');
    });
    const { host, close } = await listenOnLoopback(broken);
    const source = bucket({ endpoint: host });
    const error = await caught(bucketFolder({ source, lookup: keys() }, await openTestWorld(folder), asking));
    expect(error).toMatchObject({ code });
    await close();
  });
});

test('a server with a certificate of a private authority', async () => {
  const authority = makeAuthority('s3');
  const { cert, key } = issueCertificate(authority, { addresses: ['127.0.0.1'] });
  const [address, port] = server.endpoint.split(':');
  const safe = createTlsServer({ cert, key }, (socket) => {
    const plain = connect(Number(port), address);
    socket.pipe(plain).pipe(socket);
    socket.on('error', () => plain.destroy());
  });
  const { host: endpoint, close } = await listenOnLoopback(safe);
  const authorities = secretLookup({ ca: { 'ca.crt': authority.cert } });
  const lookup: ValuesLookup = (reference) => authorities(reference) ?? keys()(reference);
  const take = async (spec: Partial<BucketSpec>): Promise<SourceFolder> =>
    bucketFolder(
      { source: bucket({ endpoint, insecure: false, ...spec }), lookup },
      await openTestWorld(folder),
      asking,
    );
  try {
    const plain = await bucketFolder({ source: bucket({}), lookup }, await openTestWorld(folder), asking);
    const files = await digestsOf(await take({ certSecretRef: { name: 'ca' } }));
    expect(files).toEqual(await digestsOf(plain));
    await expect(take({})).rejects.toMatchObject({ code: 'tls' });
  } finally {
    await close();
  }
});
