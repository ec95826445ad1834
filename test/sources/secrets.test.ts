import { chmod, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { objectSet, type ValuesLookup } from '../../engine/src/flux/index.ts';
import { resolveChart } from '../../engine/src/source/index.ts';
import { digestOf, messageOf } from '../../engine/src/support/index.ts';
import { listenOnLoopback } from '../../scripts/servers/listen.ts';
import { packFiles } from '../../scripts/servers/packedChart.ts';
import { issueCertificate, makeAuthority } from '../support/certificates.ts';
import { useClosing, useFolder } from '../support/scratch.ts';
import { openTestWorld, secretLookup, sourceOf } from '../support/sourceWorld.ts';

/**
 * Secrets are planted wherever a source may have one, and looked for in everything that is kept or shown: errors with
 * their causes and stacks, logs, warnings, the cache's files and their names, arguments of programs.
 */
const folder = useFolder('secrets');
const closing = useClosing();

/** Every secret has it, also in base64: it is long enough to stay whole in the middle of one. */
const mark = 'pLaNtEdSeCrEt';
const marks = [mark, ...[0, 1, 2].map((shift) => middleOfBase64(shift))];
const planted = `${mark}-${mark}`;

function middleOfBase64(shift: number): string {
  const text = Buffer.from(`${'x'.repeat(shift)}${mark}`)
    .toString('base64')
    .replace(/=+$/, '');
  return text.slice(4, -2);
}

const archive = packFiles(
  [{ name: 'Chart.yaml', data: Buffer.from('apiVersion: v2\nname: store\nversion: 1.0.0\n') }],
  {
    version: '1.0.0',
    created: '2026-01-01T00:00:00Z',
  },
).archive;
const manifest = JSON.stringify({
  schemaVersion: 2,
  layers: [
    {
      mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
      digest: digestOf(archive),
      size: archive.length,
    },
  ],
});
const index = JSON.stringify({
  apiVersion: 'v1',
  entries: { store: [{ name: 'store', version: '1.0.0', urls: ['store.tgz'] }] },
});

/** How a server treats who comes: lets everybody in, wants a login of a kind, or says what it heard and fails. */
type Manner = 'open' | 'basic' | 'token' | 'echo' | 'signed';

async function serve(manner: Manner): Promise<string> {
  let host = '';
  const server = createServer((request, response) => {
    answer(request, response, { manner, host });
  });
  ({ host } = closing(await listenOnLoopback(server)));
  return host;
}

function answer(
  { url = '', headers }: IncomingMessage,
  response: ServerResponse,
  { manner, host }: { readonly manner: Manner; readonly host: string },
): void {
  const heard = `${headers.authorization ?? ''} ${headers['proxy-authorization'] ?? ''}`;
  if (url.startsWith('/token')) {
    response.end(JSON.stringify({ token: `token-${planted}` }));
  } else if (manner === 'basic' && headers.authorization === undefined) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="charts"' }).end();
  } else if (manner === 'token' && headers.authorization?.startsWith('Bearer') !== true) {
    const realm = `http://${host}/token?key=${planted}`;
    response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="s"` }).end();
  } else if (manner === 'echo' && headers.authorization === undefined) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="charts"' }).end();
  } else if (manner === 'echo') {
    response.writeHead(403, { 'x-heard': heard, 'www-authenticate': `Basic realm="${planted}"` }).end(heard);
  } else if (manner === 'signed' && url.includes('/blobs/')) {
    response.writeHead(307, { location: `http://joe:${planted}@${host}/missing?signature=${planted}` }).end();
  } else if (url.includes('/tags/list')) {
    response.end('{"tags":["1.0.0"]}');
  } else if (url.includes('/manifests/')) {
    response.end(manifest);
  } else if (url.includes('/blobs/') || url.includes('.tgz')) {
    response.end(archive);
  } else if (url.includes('/index.yaml')) {
    response.end(index);
  } else {
    response.writeHead(404).end(heard);
  }
}

interface Scenario {
  readonly name: string;
  readonly manner: Manner;
  readonly kind: 'OCIRepository' | 'HelmRepository';
  readonly spec?: (host: string) => object;
  readonly secrets?: (host: string) => Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Files of the user, by path below home. */
  readonly home?: (host: string) => Readonly<Record<string, string>>;
  readonly fails?: boolean;
}

const login = (host: string, entry: object): string => JSON.stringify({ auths: { [host]: entry } });
const password = { username: 'joe', password: planted };
const helper = `#!/bin/sh
echo "$0 $*" >> "$HOME/arguments"
echo "unlocking with ${planted}" >&2
cat > /dev/null
echo '{"Username":"joe","Secret":"${planted}"}'
`;
const clientKey = issueCertificate(makeAuthority('tests'), { dnsNames: ['client'] });

const scenarios: readonly Scenario[] = [
  ...(['basic', 'token', 'echo'] as const).flatMap((manner): Scenario[] => [
    {
      name: `a Docker configuration in a Secret, for a registry with ${manner}`,
      manner,
      kind: 'OCIRepository',
      spec: () => ({ secretRef: { name: 'pull' } }),
      secrets: (host) => ({ pull: { '.dockerconfigjson': login(host, password) } }),
      fails: manner === 'echo',
    },
    {
      name: `an identity token in a Secret, for a registry with ${manner}`,
      manner,
      kind: 'OCIRepository',
      spec: () => ({ secretRef: { name: 'pull' } }),
      secrets: (host) => ({ pull: { '.dockerconfigjson': login(host, { identitytoken: planted }) } }),
      fails: manner !== 'token',
    },
    {
      name: `the user's Docker configuration, for a registry with ${manner}`,
      manner,
      kind: 'OCIRepository',
      home: (host) => ({ '.docker/config.json': login(host, password) }),
      fails: manner === 'echo',
    },
    {
      name: `a credential helper, for a registry with ${manner}`,
      manner,
      kind: 'OCIRepository',
      home: () => ({ '.docker/config.json': '{"credsStore":"tests"}', 'bin/docker-credential-tests': helper }),
      fails: manner === 'echo',
    },
  ]),
  {
    name: 'a helper that fails and complains',
    manner: 'basic',
    kind: 'OCIRepository',
    home: () => ({
      '.docker/config.json': '{"credsStore":"tests"}',
      'bin/docker-credential-tests': `#!/bin/sh\necho '{"Secret":"${planted}"'\necho "cannot open https://joe:${planted}@keys.example.com/?key=${planted}" >&2\nexit 1\n`,
    }),
    fails: true,
  },
  {
    name: 'a broken Docker configuration in a Secret',
    manner: 'basic',
    kind: 'OCIRepository',
    spec: () => ({ secretRef: { name: 'pull' } }),
    secrets: () => ({ pull: { '.dockerconfigjson': `{"auths": ${planted}` } }),
    fails: true,
  },
  {
    name: 'a broken auth of a Docker configuration',
    manner: 'basic',
    kind: 'OCIRepository',
    home: (host) => ({
      '.docker/config.json': login(host, { auth: Buffer.from(`x${planted}`).toString('base64') }),
    }),
    fails: true,
  },
  { name: 'a signed URL of a blob', manner: 'signed', kind: 'OCIRepository', fails: true },
  {
    name: 'a proxy',
    manner: 'open',
    kind: 'OCIRepository',
    spec: () => ({ proxySecretRef: { name: 'proxy' } }),
    secrets: () => ({ proxy: { address: 'http://127.0.0.1:1', username: 'joe', password: planted } }),
    fails: true,
  },
  {
    name: 'a proxy whose address is broken',
    manner: 'open',
    kind: 'OCIRepository',
    spec: () => ({ proxySecretRef: { name: 'proxy' } }),
    secrets: () => ({ proxy: { address: `joe:${planted}@127.0.0.1`, password: planted } }),
    fails: true,
  },
  {
    name: 'a private key that does not fit its certificate',
    manner: 'open',
    kind: 'OCIRepository',
    spec: () => ({ insecure: true, certSecretRef: { name: 'tls' } }),
    secrets: () => ({
      tls: {
        'tls.crt': clientKey.cert,
        'tls.key': `-----BEGIN PRIVATE KEY-----\n${planted}\n-----END PRIVATE KEY-----\n`,
      },
    }),
  },
  {
    name: 'a private key where a public one belongs',
    manner: 'open',
    kind: 'OCIRepository',
    spec: () => ({ verify: { provider: 'cosign', secretRef: { name: 'keys' } } }),
    secrets: () => ({ keys: { 'cosign.pub': `-----BEGIN PUBLIC KEY-----\n${planted}\n-----END PUBLIC KEY-----\n` } }),
  },
  ...(['basic', 'echo'] as const).flatMap((manner): Scenario[] => [
    {
      name: `user and password in a Secret, for a chart repository with ${manner}`,
      manner,
      kind: 'HelmRepository',
      spec: () => ({ secretRef: { name: 'pull' } }),
      secrets: () => ({ pull: password }),
      fails: manner === 'echo',
    },
    {
      name: `user, password and token in the URL of a chart repository with ${manner}`,
      manner,
      kind: 'HelmRepository',
      spec: (host) => ({ url: `http://joe:${planted}@${host}/charts?token=${planted}` }),
      fails: manner === 'echo',
    },
    {
      name: `the login of helm repo add, for a chart repository with ${manner}`,
      manner,
      kind: 'HelmRepository',
      home: (host) => ({
        '.config/helm/repositories.yaml': `repositories: [{name: a, url: 'http://${host}/charts', username: joe, password: ${planted}}]\n`,
      }),
      fails: manner === 'echo',
    },
  ]),
];

test.for(scenarios)('$name', async ({ manner, kind, spec, secrets, home, fails = false }) => {
  const host = await serve(manner);
  const homeFolder = await mkdtemp(path.join(folder, 'home-'));
  for (const [name, text] of Object.entries(home?.(host) ?? {})) {
    const file = path.join(homeFolder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
    await chmod(file, 0o700);
  }
  const world = await openTestWorld(folder, {
    variables: { HOME: homeFolder, PATH: `${homeFolder}/bin:${process.env['PATH'] ?? ''}` },
  });
  const isOci = kind === 'OCIRepository';
  const source = sourceOf(kind, {
    url: isOci ? `oci://${host}/charts/store` : `http://${host}/charts`,
    ...(isOci && { ref: { semver: '*' } }),
    ...spec?.(host),
  });
  const lookup: ValuesLookup = secretLookup(secrets?.(host) ?? {});
  const template = { chart: 'store', version: '*', sourceRef: { kind: 'HelmRepository', name: 'store' } };
  const request = { source, ...(!isOci && { template }), generation: 1, objects: objectSet([]), lookup };
  const options = { signal: new AbortController().signal, maxAgeMs: 0 };
  const outcome = await resolveChart(request, world, options).then(
    ({ from, warnings, refusals, version }) => ({ failed: false, shown: [from, ...warnings, ...refusals, version] }),
    (error: unknown) => ({ failed: true, shown: shownOf(error) }),
  );
  const argumentsFile = await readFile(path.join(homeFolder, 'arguments'), 'utf8').catch(() => '');
  const kept = await contentOf(world.folder);
  const everything = [...outcome.shown, ...world.log, argumentsFile, ...kept].join('\n');
  expect(outcome.failed, everything).toBe(fails);
  for (const text of marks) {
    expect(everything).not.toContain(text);
  }
});

test('what is planted would be found', () => {
  for (const shift of [0, 1, 2, 3]) {
    const text = Buffer.from(`${'a'.repeat(shift)}:${planted}`).toString('base64');
    expect(marks.some((candidate) => text.includes(candidate))).toBe(true);
  }
});

/** Everything that an error could be printed as, with its causes. */
function shownOf(error: unknown): string[] {
  const cause = error instanceof Error ? error.cause : undefined;
  return [
    messageOf(error),
    inspect(error, { depth: 10, showHidden: true }),
    error instanceof Error ? (error.stack ?? '') : '',
    JSON.stringify(error),
    ...(cause === undefined ? [] : shownOf(cause)),
  ];
}

/** Names and texts of all files below a folder. */
async function contentOf(parent: string): Promise<string[]> {
  const entries = await readdir(parent, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return [...entries.map(({ name }) => name), ...(await Promise.all(files.map((file) => readFile(file, 'utf8'))))];
}
