import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BasicCredentials, CredentialHints, Credentials } from '../support/index.ts';
import { nodeCredentials } from './credentials.ts';
import { nodeFiles } from './files.ts';

let home = '';
let log: string[] = [];
let now = 0;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'fairlead-credentials-'));
  log = [];
  now = 1_000_000;
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

const { signal } = new AbortController();

async function write(path: string, text: string): Promise<string> {
  const file = join(home, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

/** A program of the user's: notes its arguments and standard input, and says `answer`. */
async function program(name: string, { says = '', warns = '', code = 0 }): Promise<void> {
  await write('answer', says);
  const script = `#!/bin/sh
printf '%s\\n' "$*" >> ${home}/arguments
cat >> ${home}/input
printf '%s\\n' '${warns}' >&2
cat ${home}/answer
exit ${String(code)}
`;
  await chmod(await write(join('bin', name), script), 0o755);
}

interface Options {
  readonly allowed?: boolean;
  readonly own?: Credentials;
  readonly variables?: Readonly<Record<string, string>>;
}

function credentials({ allowed = true, own, variables = {} }: Options = {}): Credentials {
  const note = (message: string): void => {
    log.push(message);
  };
  return nodeCredentials({
    files: nodeFiles,
    homeFolder: home,
    environment: { PATH: `${join(home, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`, ...variables },
    consent: { allowed: () => allowed },
    clock: { now: () => now },
    log: { debug: note, info: note, warn: note, error: note },
    ...(own && { own }),
  });
}

const noted = async (name: 'arguments' | 'input'): Promise<string> => await readFile(join(home, name), 'utf8');
const wasRun = (): Promise<boolean> =>
  stat(join(home, 'arguments')).then(
    () => true,
    () => false,
  );

test('logins of docker, helm and podman', async () => {
  const auth = Buffer.from('joe:hunter22').toString('base64');
  const config = JSON.stringify({ auths: { 'ghcr.io': { auth }, 'quay.io': { identitytoken: 'hunter22' } } });
  const from = await write('.docker/config.json', config);
  const here = credentials();
  expect(await here.forHost('ghcr.io', { signal })).toEqual({ username: 'joe', password: 'hunter22', from });
  expect(await here.forHost('quay.io', { signal })).toEqual({
    username: '',
    password: 'hunter22',
    isIdentityToken: true,
    from,
  });
  expect(await here.forHost('other.example.com', { signal })).toBeUndefined();
  const helm = await write('.config/helm/registry/config.json', JSON.stringify({ auths: { 'ghcr.io': { auth } } }));
  expect(await here.forHost('ghcr.io', { signal })).toMatchObject({ from: helm });
  const podman = await write('run/auth.json', JSON.stringify({ auths: { 'other.example.com/org': { auth } } }));
  const there = credentials({ variables: { REGISTRY_AUTH_FILE: podman } });
  expect(await there.forHost('other.example.com', { signal, path: 'org/app' })).toMatchObject({ from: podman });
  expect(await there.forHost('other.example.com', { signal, path: 'other/app' })).toBeUndefined();
  // Each is said once.
  expect(log).toEqual([
    `ghcr.io: logging in with ${from}`,
    `quay.io: logging in with ${from}`,
    `ghcr.io: logging in with ${helm}`,
    `other.example.com: logging in with ${podman}`,
  ]);
  await there.forHost('other.example.com', { signal, path: 'org/app' });
  expect(log).toHaveLength(4);
});

const helpers = { credHelpers: { 'ecr.example.com': 'ecr-login' }, credsStore: 'desktop' };

test('a helper is told the host by standard input, once in a while, and not without consent', async () => {
  await write('.docker/config.json', JSON.stringify(helpers));
  await program('docker-credential-ecr-login', { says: '{"ServerURL":"x","Username":"AWS","Secret":"hunter22"}\n' });
  expect(await credentials({ allowed: false }).forHost('ecr.example.com', { signal })).toBeUndefined();
  expect(await wasRun()).toBe(false);
  const here = credentials();
  const want = { username: 'AWS', password: 'hunter22', from: 'docker-credential-ecr-login get' };
  expect(await here.forHost('ecr.example.com', { signal })).toEqual(want);
  expect(await here.forHost('ecr.example.com', { signal })).toEqual(want);
  expect([await noted('arguments'), await noted('input')]).toEqual(['get\n', 'ecr.example.com\n']);
  now += 6 * 60_000;
  await here.forHost('ecr.example.com', { signal });
  expect(await noted('arguments')).toBe('get\nget\n');
  expect(log.join('\n')).not.toContain('hunter22');
});

test('a helper for everything, with the name that Docker Hub has there, and an identity token', async () => {
  await write('.docker/config.json', JSON.stringify(helpers));
  await program('docker-credential-desktop', { says: '{"Username":"<token>","Secret":"hunter22"}' });
  expect(await credentials().forHost('registry-1.docker.io', { signal })).toEqual({
    username: '',
    password: 'hunter22',
    isIdentityToken: true,
    from: 'docker-credential-desktop get',
  });
  expect(await noted('input')).toBe('https://index.docker.io/v1/\n');
});

test.for([
  {
    name: 'that knows nothing',
    helper: { says: 'credentials not found in native keychain\n', code: 1 },
    want: 'ghcr.io: docker-credential-desktop get: it knows no login',
  },
  {
    name: 'that says why on standard error, with a password in a URL',
    helper: { says: 'hunter22', warns: 'cannot unlock https://joe:hunter22@keys.example.com/?t=hunter22', code: 2 },
    want: 'ghcr.io: docker-credential-desktop get: cannot unlock https://keys.example.com/?•••',
  },
  {
    name: 'that says half an answer',
    helper: { says: '{"Username":"joe","Secret":"hunter22"' },
    want: 'ghcr.io: docker-credential-desktop get: it said nothing of use',
  },
  {
    name: 'that is not there',
    helper: undefined,
    want: 'ghcr.io: the login is with docker-credential-desktop, which is not there',
  },
])('a helper $name', async ({ helper, want }) => {
  await write('.docker/config.json', JSON.stringify(helpers));
  if (helper !== undefined) {
    await program('docker-credential-desktop', helper);
  }
  expect(await credentials().forHost('ghcr.io', { signal })).toBeUndefined();
  expect(log).toEqual([want]);
});

test('a helper that is a path is not run', async () => {
  await write('.docker/config.json', JSON.stringify({ credsStore: '../../tmp/x' }));
  await expect(credentials().forHost('ghcr.io', { signal })).rejects.toMatchObject({ code: 'invalid-credentials' });
});

const ecr = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
test.for([
  { provider: 'aws', host: ecr, name: 'aws', args: 'ecr get-login-password --region eu-west-1', username: 'AWS' },
  {
    provider: 'aws',
    host: 'public.ecr.aws',
    name: 'aws',
    args: 'ecr-public get-login-password --region us-east-1',
    username: 'AWS',
  },
  {
    provider: 'azure',
    host: 'charts.azurecr.io',
    name: 'az',
    args: 'acr login --name charts --expose-token --query accessToken --output tsv',
    username: '00000000-0000-0000-0000-000000000000',
  },
  {
    provider: 'gcp',
    host: 'europe-docker.pkg.dev',
    name: 'gcloud',
    args: 'auth print-access-token',
    username: 'oauth2accesstoken',
  },
  {
    provider: 'gcp',
    host: 'eu.gcr.io',
    name: 'gcloud',
    args: 'auth print-access-token',
    username: 'oauth2accesstoken',
  },
])('$provider logs in to $host', async ({ provider, host, name, args, username }) => {
  await program(name, { says: 'hunter22\n' });
  const want = { username, password: 'hunter22', from: `${name} ${args}` };
  expect(await credentials().forHost(host, { signal, provider })).toEqual(want);
  expect(await noted('arguments')).toBe(`${args}\n`);
});

test.for([
  { provider: 'aws', host: `${ecr}.example.com` },
  { provider: 'aws', host: 'ghcr.io' },
  { provider: 'azure', host: 'azurecr.io.example.com' },
  { provider: 'azure', host: 'a b.azurecr.io' },
  { provider: 'gcp', host: 'gcr.io.example.com' },
  { provider: 'gcp', host: 'docker.pkg.dev.example.com' },
  { provider: 'generic', host: ecr },
])('no token of $provider for $host', async ({ provider, host }) => {
  for (const name of ['aws', 'az', 'gcloud']) {
    await program(name, { says: 'hunter22\n' });
  }
  expect(await credentials().forHost(host, { signal, provider })).toBeUndefined();
  expect(await wasRun()).toBe(false);
});

test('a program that does not end is stopped with its question', async () => {
  await write('.docker/config.json', JSON.stringify(helpers));
  await chmod(await write('bin/docker-credential-desktop', '#!/bin/sh\nexec sleep 60\n'), 0o755);
  const stop = new AbortController();
  const asked = credentials().forHost('ghcr.io', { signal: stop.signal });
  stop.abort();
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
});

test('chart repositories have the logins of helm repo add', async () => {
  const ca = await write('ca.pem', 'CA');
  const from = await write(
    '.config/helm/repositories.yaml',
    `apiVersion: ""
generated: "0001-01-01T00:00:00Z"
repositories:
- {name: open, url: https://open.example.com}
- {name: a, url: https://charts.example.com/a/, username: joe, password: hunter22}
- {name: b, url: https://charts.example.com/b, username: joe, password: x, caFile: ${ca}, certFile: /none, insecure_skip_tls_verify: true}
`,
  );
  const at = async (repositoryUrl: string): Promise<BasicCredentials | undefined> =>
    credentials().forHost(new URL(repositoryUrl).host, { signal, repositoryUrl });
  expect(await at('https://charts.example.com/a')).toEqual({ username: 'joe', password: 'hunter22', from });
  expect(await at('https://charts.example.com/b/')).toEqual({
    username: 'joe',
    password: 'x',
    tls: { ca: 'CA', isInsecure: true },
    from,
  });
  expect(await at('https://charts.example.com')).toBeUndefined();
  expect(await at('https://open.example.com')).toBeUndefined();
  await write('.config/helm/repositories.yaml', 'repositories: [');
  expect(await at('https://charts.example.com/a')).toBeUndefined();
});

test('what the user told Fairlead comes first', async () => {
  await write('.docker/config.json', JSON.stringify({ auths: { 'ghcr.io': { username: 'a', password: 'b' } } }));
  const asked: CredentialHints[] = [];
  const own: Credentials = {
    forHost: (host, { signal: _, ...hints }) => {
      asked.push(hints);
      return Promise.resolve(host === 'ghcr.io' ? { username: 'joe', password: 'x', from: 'the editor' } : undefined);
    },
  };
  const here = credentials({ own });
  expect(await here.forHost('ghcr.io', { signal, path: 'org' })).toMatchObject({ from: 'the editor' });
  expect(await here.forHost('quay.io', { signal })).toBeUndefined();
  expect(asked).toEqual([{ path: 'org' }, {}]);
});
