import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { objectSet } from '../../engine/src/flux/index.ts';
import { resolveChart } from '../../engine/src/source/index.ts';
import { type Distribution, startDistribution } from '../support/distribution.ts';
import { storeChart, useRegistryCharts } from '../support/registryCharts.ts';
import { openTestWorld, secretLookup, sourceOf } from '../support/sourceWorld.ts';

/** Both ways to log in to a registry that others wrote, and where a login comes from. */
const { folder, ociChart } = useRegistryCharts('registry-logins');
const asking = { signal: new AbortController().signal, maxAgeMs: 0 };

const login = { username: 'joe', password: 'hunter22-password', identityToken: 'hunter22-identity' };

describe.for(['htpasswd', 'token'] as const)('with a login by %s', (kind) => {
  let registry: Distribution;
  beforeAll(async () => {
    registry = await startDistribution({ auth: { ...login, kind } });
    await registry.push(storeChart, '1.0.0', 'charts');
  });
  afterAll(() => registry.close());

  const pair = (password = login.password): string => Buffer.from(`${login.username}:${password}`).toString('base64');
  const dockerConfig = (host: string, entry: object): string => JSON.stringify({ auths: { [host]: entry } });
  const ref = { semver: '1.x' };

  test('from a Secret with a Docker configuration', async () => {
    const lookup = secretLookup({ pull: { '.dockerconfigjson': dockerConfig(registry.host, { auth: pair() }) } });
    const world = await openTestWorld(folder);
    const resolved = await ociChart(registry, { ref, secretRef: { name: 'pull' } }, { world, lookup });
    expect(resolved.warnings).toEqual([]);
    expect(world.log).toContain(`${registry.host}/charts/store: logging in with Secret apps/pull`);
  });

  test('from what the user logged in with', async () => {
    const world = await openTestWorld(folder);
    const file = path.join(world.folder, '.docker', 'config.json');
    await mkdir(path.dirname(file));
    await writeFile(file, dockerConfig(registry.host, { auth: pair() }));
    await ociChart(registry, { ref }, { world });
    expect(world.log).toContain(`${registry.host}/charts/store: logging in with ${file}`);
  });

  test('from a credential helper', async () => {
    const world = await openTestWorld(folder, { variables: { PATH: `${folder}/bin:${process.env['PATH'] ?? ''}` } });
    await mkdir(path.join(folder, 'bin'), { recursive: true });
    const helper = path.join(folder, 'bin', 'docker-credential-tests');
    const answer = JSON.stringify({ Username: login.username, Secret: login.password });
    await writeFile(helper, `#!/bin/sh\nread host\n[ "$host" = ${registry.host} ] && echo '${answer}'\n`);
    await chmod(helper, 0o755);
    await mkdir(path.join(world.folder, '.docker'));
    await writeFile(path.join(world.folder, '.docker', 'config.json'), '{"credsStore":"tests"}');
    await ociChart(registry, { ref }, { world });
    expect(world.log).toContain(`${registry.host}/charts/store: logging in with docker-credential-tests get`);
  });

  test('from a Secret with user and password, which an OCIRepository does not take', async () => {
    const lookup = secretLookup({ pull: { username: login.username, password: login.password } });
    const secretRef = { name: 'pull' };
    const world = await openTestWorld(folder);
    const source = sourceOf('HelmRepository', { type: 'oci', url: `oci://${registry.host}/charts`, secretRef });
    const template = { chart: 'store', version: '1.x', sourceRef: { kind: 'HelmRepository', name: 'store' } };
    const request = { source, template, generation: 1, objects: objectSet([]), lookup };
    expect(await resolveChart(request, world, asking)).toMatchObject({ version: '1.0.0', warnings: [] });
    await expect(ociChart(registry, { ref, secretRef }, { lookup })).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringContaining('no login was found') as string,
    });
  });

  test('not with a wrong password, and it says whose it was', async () => {
    const lookup = secretLookup({
      pull: { '.dockerconfigjson': dockerConfig(registry.host, { auth: pair('hunter22-wrong') }) },
    });
    const refused = ociChart(registry, { ref, secretRef: { name: 'pull' } }, { lookup });
    await expect(refused).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringMatching(/401 Unauthorized, with the login of Secret apps\/pull$/) as string,
    });
  });

  test('not without one, and it says so', async () => {
    await expect(ociChart(registry, { ref })).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringMatching(/401 Unauthorized, no login was found for 127\.0\.0\.1:[0-9]+$/) as string,
    });
  });

  test('a Secret that is out of reach leaves it to the user’s own login, and says so', async () => {
    const world = await openTestWorld(folder);
    await mkdir(path.join(world.folder, '.docker'));
    await writeFile(
      path.join(world.folder, '.docker', 'config.json'),
      dockerConfig(registry.host, { username: login.username, password: login.password }),
    );
    const { warnings } = await ociChart(registry, { ref, secretRef: { name: 'pull' } }, { world });
    expect(warnings).toEqual(['Secret apps/pull is not used: not found']);
  });
});

test('an identity token is changed for a token, and sent nowhere else', async () => {
  const registry = await startDistribution({ auth: { ...login, kind: 'token' } });
  try {
    await registry.push(storeChart, '1.0.0', 'charts');
    const before = registry.tokenRequests.length;
    const config = JSON.stringify({ auths: { [registry.host]: { identitytoken: login.identityToken } } });
    const lookup = secretLookup({ pull: { '.dockerconfigjson': config } });
    await ociChart(registry, { ref: { tag: '1.0.0' }, secretRef: { name: 'pull' } }, { lookup });
    expect(registry.tokenRequests.slice(before)).toEqual([
      { method: 'POST', authorization: undefined, scope: 'repository:charts/store:pull', grant: 'refresh_token' },
    ]);
  } finally {
    await registry.close();
  }
});
