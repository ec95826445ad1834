import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GitRepository, objectSet } from '../../engine/src/flux/index.ts';
import { gitFolder, type SourceFolder, type SourceWorld } from '../../engine/src/source/index.ts';
import { createRepository, serveSsh, type SshServer } from '../support/gitServer.ts';
import { temporaryFolder, useFolder } from '../support/scratch.ts';
import { caught, digestsOf } from '../support/sourceFolder.ts';
import { openSourceOracle, type SourceOracle } from '../support/sourceOracle.ts';
import { openTestWorld, secretLookup } from '../support/sourceWorld.ts';

/** GitRepositories over ssh, as source-controller's own packages fetch them, from OpenSSH's own server. */
const folder = useFolder('ssh-test');
let oracle: SourceOracle;
let server: SshServer;
let url: string;

beforeAll(async () => {
  oracle = await openSourceOracle();
  server = await serveSsh(folder);
  url = `${server.url}/web/.git`;
  const web = await createRepository(path.join(folder, 'web'));
  await web.commit({ 'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n', 'a.txt': 'a\n' }, 1_750_000_000);
});

afterAll(() => server.close());

const asking = { signal: new AbortController().signal, maxAgeMs: 0 };

function fetchWith(data: Readonly<Record<string, string>> | undefined, world: SourceWorld): Promise<SourceFolder> {
  const source: GitRepository = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'web', namespace: 'apps' },
    spec: { url, ref: { branch: 'main' }, ...(data && { secretRef: { name: 'login' } }) },
  };
  return gitFolder({ source, objects: objectSet([]), lookup: secretLookup({ login: data ?? {} }) }, world, asking);
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
  const ours = await fetchWith(data(), await openTestWorld(folder));
  const theirs = await oracle({ git: { url, ref: { branch: 'main' }, secret: data() } });
  expect({ revision: ours.revision, files: await digestsOf(ours) }).toEqual(theirs);
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
  const world = await openTestWorld(folder);
  const error = await caught(fetchWith(data(), world));
  expect(error).toMatchObject({ code });
  expect(error.message).toContain(says);
  const told = JSON.stringify([error, error.message, String(error.stack), world.log]);
  for (const secret of ['Planted', 'PRIVATE KEY', server.passphrase]) {
    expect(told).not.toContain(secret);
  }
  expect((await oracle({ git: { url, ref: { branch: 'main' }, secret: data() } })).error).toBeDefined();
});

test('keys are in no argument of a program, and gone afterwards', async () => {
  const temporary = await temporaryFolder();
  const recorder = await recordCalls(['git', 'ssh']);
  const login = {
    identity: server.lockedIdentity,
    known_hosts: server.knownHosts,
    password: server.passphrase,
  };
  await fetchWith(login, await openTestWorld(folder, { variables: { PATH: recorder.path } }));
  const calls = await recorder.calls();
  expect(calls).toMatch(/^git .*ls-remote/m);
  expect(calls).toMatch(/^ssh .*git-upload-pack/m);
  expect(calls).not.toContain(server.passphrase);
  expect(calls).not.toContain('PRIVATE KEY');
  expect(await readdir(temporary)).toEqual([]);
});

interface Recorder {
  /** A PATH on which the programs write down how they are called before they run. */
  readonly path: string;
  /** A line for each call. */
  readonly calls: () => Promise<string>;
}

async function recordCalls(programs: readonly string[]): Promise<Recorder> {
  const place = await mkdtemp(path.join(folder, 'recorder-'));
  const log = path.join(place, 'calls');
  for (const program of programs) {
    const real = execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
    const script = `#!/bin/sh\necho "${program} $*" >> '${log}'\nexec '${real}' "$@"\n`;
    await writeFile(path.join(place, program), script, { mode: 0o755 });
  }
  return { path: `${place}:${process.env['PATH'] ?? ''}`, calls: () => readFile(log, 'utf8') };
}
