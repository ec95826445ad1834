import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GitRepository, objectSet, type ValuesLookup } from '../../engine/src/flux/index.ts';
import { openWorld } from '../../engine/src/node/index.ts';
import { gitFolder, SourceError, type SourceFolder, type SourceWorld } from '../../engine/src/source/index.ts';
import { createRepository, serveSsh, type SshServer } from '../support/gitServer.ts';
import { openSourceOracle, type SourceOracle } from '../support/sourceOracle.ts';

/** GitRepositories over ssh, as source-controller's own packages fetch them, from OpenSSH's own server. */
let oracle: SourceOracle;
let folder: string;
let server: SshServer;
let url: string;

beforeAll(async () => {
  oracle = await openSourceOracle();
  folder = await mkdtemp(path.join(os.tmpdir(), 'fairlead-ssh-test-'));
  server = await serveSsh(folder);
  url = `${server.url}/web/.git`;
  const web = await createRepository(path.join(folder, 'web'));
  await web.commit({ 'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n', 'a.txt': 'a\n' }, 1_750_000_000);
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const asking = { signal: new AbortController().signal, maxAgeMs: 0 };
const log: string[] = [];

async function world(): Promise<SourceWorld> {
  const place = await mkdtemp(path.join(folder, 'world-'));
  const note = (message: string): void => {
    log.push(message);
  };
  return openWorld({
    configFolder: path.join(place, 'config'),
    cacheFolder: path.join(place, 'cache'),
    allowHosts: ['*'],
    localSources: {},
    usesProxyVariables: false,
    variables: { HOME: place, PATH: process.env['PATH'] },
    version: 'test',
    log: { debug: note, info: note, warn: note, error: note },
  });
}

function fetchWith(data: Readonly<Record<string, string>> | undefined): Promise<SourceFolder> {
  const source: GitRepository = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'web', namespace: 'apps' },
    spec: { url, ref: { branch: 'main' }, ...(data && { secretRef: { name: 'login' } }) },
  };
  const lookup: ValuesLookup = () => ({ kind: 'known', data: new Map(Object.entries(data ?? {})), sealed: new Map() });
  return world().then((here) => gitFolder({ source, objects: objectSet([]), lookup }, here, asking));
}

async function caught(promise: Promise<unknown>): Promise<SourceError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof SourceError) {
      return error;
    }
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** Of the right kind, and nobody's. */
const otherHostKey = `ssh-ed25519 ${Buffer.concat([
  Buffer.from([0, 0, 0, 11]),
  Buffer.from('ssh-ed25519'),
  Buffer.from([0, 0, 0, 32]),
  Buffer.alloc(32, 7),
]).toString('base64')}`;

test.for([
  { name: 'a key', data: () => ({ identity: server.identity, known_hosts: server.knownHosts }) },
  {
    name: 'a key with a passphrase',
    data: () => ({ identity: server.lockedIdentity, known_hosts: server.knownHosts, password: server.passphrase }),
  },
])('$name', async ({ data }) => {
  const ours = await fetchWith(data());
  const theirs = await oracle({ git: { url, ref: { branch: 'main' }, secret: data() } });
  const files: Record<string, string> = {};
  for (const name of ['web/Chart.yaml', 'a.txt']) {
    const bytes = await ours.files.read(`${ours.root}/${name}`, { ...asking, maxBytes: 1e6 });
    files[name] = createHash('sha256')
      .update(bytes ?? '')
      .digest('hex');
  }
  expect({ revision: ours.revision, files }).toEqual(theirs);
});

test.for([
  {
    name: 'a key that may not log in',
    data: () => ({ identity: server.strangerIdentity, known_hosts: server.knownHosts }),
    code: 'unauthorized',
    says: 'Permission denied (publickey)',
  },
  {
    name: 'a server that is not known',
    data: () => ({ identity: server.identity, known_hosts: 'example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBd\n' }),
    code: 'host-key',
    says: 'host key is known',
  },
  {
    name: 'a server with another key than is known',
    data: () => ({
      identity: server.identity,
      known_hosts: server.knownHosts.replace(/ \S+$/m, '').replace(/ssh-ed25519 \S+/, otherHostKey),
    }),
    code: 'host-key',
    says: 'the server shows another host key than known_hosts has',
  },
  {
    name: 'a wrong passphrase',
    data: () => ({ identity: server.lockedIdentity, known_hosts: server.knownHosts, password: 'Planted-wrong' }),
    code: 'unauthorized',
    says: '',
  },
  {
    name: 'a key that is none',
    data: () => ({ identity: 'Planted-identity', known_hosts: server.knownHosts }),
    code: 'unauthorized',
    says: '',
  },
  {
    name: 'no known_hosts',
    data: () => ({ identity: server.identity }),
    code: 'invalid-credentials',
    says: "invalid 'ssh' auth option: 'known_hosts' is required",
  },
  {
    name: 'no Secret',
    data: () => undefined,
    code: 'invalid-credentials',
    says: "invalid 'ssh' auth option: 'identity' is required",
  },
])('$name is refused, and no secret is told', async ({ data, code, says }) => {
  const error = await caught(fetchWith(data()));
  expect(error).toMatchObject({ code });
  expect(error.message).toContain(says);
  const told = JSON.stringify([error, error.message, String(error.stack), log]);
  for (const secret of ['Planted', 'PRIVATE KEY', server.passphrase]) {
    expect(told).not.toContain(secret);
  }
  expect((await oracle({ git: { url, ref: { branch: 'main' }, secret: data() } })).error).toBeDefined();
});

test('keys are in no argument of a process, and gone afterwards', async () => {
  const before = await left();
  const fetch = { isDone: false };
  const fetching = fetchWith({
    identity: server.lockedIdentity,
    known_hosts: server.knownHosts,
    password: server.passphrase,
  }).finally(() => {
    fetch.isDone = true;
  });
  const seen = new Set<string>();
  while (!fetch.isDone) {
    for (const line of await commandLines()) {
      seen.add(line);
    }
  }
  await fetching;
  const all = [...seen].join('\n');
  expect(all).toContain('ls-remote');
  expect(all).not.toContain(server.passphrase);
  expect(all).not.toContain('PRIVATE KEY');
  expect(await left()).toEqual(before);
});

async function left(): Promise<readonly string[]> {
  return (await readdir(os.tmpdir())).filter((name) => /^fairlead-(?:git|fetch)-\w{6}$/.test(name));
}

/** What everybody on the machine sees of the processes that run now. */
async function commandLines(): Promise<readonly string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines.map((line) => line.replaceAll('\0', ' ')).filter((line) => line.includes('git'));
}
