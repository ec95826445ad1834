import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueCertificate, makeAuthority } from '../support/certificates.ts';
import { createRepository, type GitHttpOptions, type GitHttpServer, serveGit } from '../support/gitServer.ts';
import { firstCommitSeconds, useGitSources } from '../support/gitSources.ts';
import { temporaryFolder, useClosing } from '../support/scratch.ts';
import { caught, digestsOf } from '../support/sourceFolder.ts';
import { openTestWorld } from '../support/sourceWorld.ts';

/** What a GitRepository may make us send, run and leave behind, over HTTP as git itself serves it. */
const git = useGitSources('git-test');
const closing = useClosing();

test('nothing is sent to a host that is not allowed', async () => {
  const before = git.server.authorizations.length;
  const source = git.repository({ ref: { branch: 'main' } });
  const world = await openTestWorld(git.folder, { allowHosts: [] });
  const error = await caught(git.fetch(source, { world }));
  expect(error).toMatchObject({ code: 'offline', host: git.server.host });
  expect(git.server.authorizations).toHaveLength(before);
});

test('a hostile repository makes git run nothing and read nothing else', async () => {
  for (const url of ['ext::sh -c touch% /tmp/fairlead-ran', `file://${git.folder}/web`, '--upload-pack=touch']) {
    const source = git.repository({ url, ref: { branch: 'main' } });
    expect(await caught(git.fetch(source))).toMatchObject({ code: 'invalid-url' });
  }
  const evil = await createRepository(path.join(git.folder, 'evil'));
  await writeFile(
    path.join(evil.folder, '.gitmodules'),
    `[submodule "a"]\n\tpath = a\n\turl = ext::sh -c 'touch ${git.folder}/ran'\n`,
  );
  await evil.commit({ a: `@ ${git.commits.first}` }, firstCommitSeconds);
  const source = git.repository({
    url: `${git.server.url}/evil/.git`,
    ref: { branch: 'main' },
    recurseSubmodules: true,
  });
  await git.fetch(source).catch(() => undefined);
  expect(await readdir(git.folder)).not.toContain('ran');
});

describe('with a login', () => {
  const password = 'p@ss:word/Planted-1';
  const token = 'Planted-bearer-2';
  const basic = `Basic ${Buffer.from(`flux:${password}`).toString('base64')}`;
  let guarded: GitHttpServer;
  beforeAll(async () => {
    guarded = await serveGit(git.folder, { allowed: [basic, `Bearer ${token}`] });
  });
  afterAll(() => guarded.close());

  test.for([
    { name: 'user and password', data: { username: 'flux', password } },
    { name: 'a token', data: { bearerToken: token } },
  ])('$name', async ({ data }) => {
    const { ours, theirs } = await git.both({ url: `${guarded.url}/web/.git`, ref: { branch: 'main' } }, data);
    expect(ours).toEqual(theirs);
  });

  test.for([
    { name: 'no login', data: undefined, url: '' },
    { name: 'a wrong password', data: { username: 'flux', password: 'Planted-wrong-3' }, url: '' },
    { name: 'a wrong token', data: { bearerToken: 'Planted-wrong-4' }, url: '' },
    { name: 'a wrong password in the URL', data: undefined, url: 'flux:Planted-wrong-5@' },
  ])('$name is refused, and no secret is told', async ({ data, url }) => {
    const source = git.repository({
      url: `${guarded.url.replace('://', `://${url}`)}/web/.git`,
      ref: { branch: 'main' },
      ...(data && { secretRef: { name: 'login' } }),
    });
    const world = await openTestWorld(git.folder);
    const error = await caught(git.fetch(source, { world, login: data }));
    expect(error.code).toBe('unauthorized');
    expect(JSON.stringify([error, error.message, error.cause, String(error.stack), world.log])).not.toContain(
      'Planted',
    );
  });

  test('a private authority and a client certificate, as source-controller takes them', async () => {
    const authority = makeAuthority('git');
    const certificate = issueCertificate(authority, { addresses: ['127.0.0.1'] });
    const client = issueCertificate(authority, {});
    const tls = { cert: certificate.cert, key: certificate.key, ca: authority.cert, requestCert: true };
    const safe = closing(await serveGit(git.folder, { tls }));
    const spec = { url: `${safe.url}/web/.git`, ref: { branch: 'main' } };
    const login = { 'ca.crt': authority.cert, 'tls.crt': client.cert, 'tls.key': client.key };
    const { ours, theirs } = await git.both(spec, login);
    expect(ours).toEqual(theirs);
    for (const { lacking, code } of [
      { lacking: {}, code: 'tls' },
      { lacking: { 'ca.crt': authority.cert }, code: /tls|network/ },
    ]) {
      const source = git.repository({ ...spec, secretRef: { name: 'login' } });
      const error = await caught(git.fetch(source, { login: lacking }));
      expect(error.code).toMatch(code);
      expect(error.message).toContain('GitRepository/apps/web');
    }
  });

  test('a redirect to another host takes no login along', async () => {
    const other = closing(await serveGit(git.folder));
    const instead: GitHttpOptions['instead'] = ({ headers, url = '' }, response) => {
      if (headers.authorization === undefined) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      } else {
        response.writeHead(302, { location: `${other.url}${url}` }).end();
      }
      return true;
    };
    const redirecting = closing(await serveGit(git.folder, { instead }));
    for (const login of [{ username: 'flux', password }, { bearerToken: token }]) {
      const source = git.repository({
        url: `${redirecting.url}/web/.git`,
        ref: { branch: 'main' },
        secretRef: { name: 'login' },
      });
      await git.fetch(source, { login }).catch(() => undefined);
    }
    expect(other.authorizations.filter((value) => value !== undefined)).toEqual([]);
    expect(redirecting.authorizations).toContain(basic);
  });

  test('a submodule on another host takes no login along', async () => {
    const source = git.repository({
      url: `${guarded.url}/web/.git`,
      ref: { branch: 'submodules' },
      recurseSubmodules: true,
      secretRef: { name: 'login' },
    });
    const before = git.server.authorizations.length;
    const files = await digestsOf(await git.fetch(source, { login: { username: 'flux', password } }));
    expect(Object.keys(files)).toContain('vendor/absolute/lib/Chart.yaml');
    const sent = git.server.authorizations.slice(before);
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.filter((value) => value !== undefined)).toEqual([]);
  });

  test('nothing that was written for git is left behind', async () => {
    const temporary = await temporaryFolder();
    const source = git.repository({
      url: `${guarded.url}/web/.git`,
      ref: { branch: 'main' },
      secretRef: { name: 'login' },
    });
    await git.fetch(source, { login: { username: 'flux', password } });
    expect(await readdir(temporary)).toEqual([]);
  });
});
