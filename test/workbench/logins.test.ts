import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openConsent } from '../../engine/src/node/consent.ts';
import type { LoopbackServer } from '../../scripts/servers/listen.ts';
import { packFiles } from '../../scripts/servers/packedChart.ts';
import { helmImage, serveRegistry } from '../../scripts/servers/registry.ts';
import { root } from '../../scripts/support/run.ts';
import { type Desk, openDesk } from '../support/workbench.ts';

/** What a person does with a registry that wants a login. */
let state: string;
let registry: LoopbackServer;
let desk: Desk;

const login = { scheme: 'basic', username: 'joe', password: 'hunter22' } as const;

beforeAll(async () => {
  state = await mkdtemp(path.join(os.tmpdir(), 'fairlead-desk-logins-'));
  const images = ['1.0.0', '1.2.0', '2.0.0'].map((version) =>
    helmImage(
      'charts/web',
      packFiles([{ name: 'Chart.yaml', data: Buffer.from('apiVersion: v2\nname: web\nversion: 0.0.0\n') }], {
        version,
        created: '2026-01-01T00:00:00Z',
      }),
    ),
  );
  registry = await serveRegistry(images, { port: 0, login });
  const workspace = path.join(state, 'fleet');
  await mkdir(workspace);
  await writeFile(
    path.join(workspace, 'web.yaml'),
    `apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: charts, namespace: apps}
spec: {type: oci, interval: 5m, url: 'oci://${registry.host}/charts'}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: web
  namespace: apps
spec:
  interval: 10m
  chart:
    spec:
      chart: web
      version: 1.x
      sourceRef: {kind: HelmRepository, name: charts}
`,
  );
  const configFolder = path.join(state, 'config');
  const consent = await openConsent({ configFolder, allowHosts: [] });
  await consent.allow([registry.host]);
  desk = await openDesk({
    workspace,
    pictures: path.join(root, 'dist', 'pictures'),
    // Nobody is logged in anywhere else.
    env: { FAIRLEAD_CONFIG: configFolder, FAIRLEAD_CACHE: path.join(state, 'cache'), DOCKER_CONFIG: state },
  });
});

afterAll(async () => {
  await desk.close();
  await registry.close();
  await rm(state, { recursive: true, force: true });
});

test('a login is asked for by host, kept, used and forgotten', async () => {
  const { page } = desk;
  const version = page.locator('.view-line', { hasText: 'version: 1.x' });
  await desk.open('web.yaml');
  await version.waitFor();
  const chosen = version.locator('span span', { hasText: '1.x' }).last();
  // The registry is asked behind the first hover, which does not wait for it.
  await desk.hover(chosen, `401 Unauthorized, no login was found for ${registry.host}`);
  await page.keyboard.press('Escape');

  await desk.command('Fairlead: Log In to Chart Host');
  await desk.pick(registry.host.replaceAll('.', '\\.'));
  const input = page.locator('.quick-input-widget input').first();
  await page.locator('.quick-input-title', { hasText: `Log In to ${registry.host}` }).waitFor();
  await input.fill(login.username);
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-message', { hasText: 'Password or token of joe' }).waitFor();
  expect(await input.getAttribute('type')).toBe('password');
  await desk.picture('log-in');
  await input.fill(login.password);
  await page.keyboard.press('Enter');
  await page.locator('.view-line', { hasText: '1.2.0' }).waitFor();
  await desk.picture('logged-in');

  await desk.command('Fairlead: Log Out of Chart Host');
  await desk.pick(registry.host.replaceAll('.', '\\.'));
  await desk.command('Fairlead: Log Out of Chart Host');
  await page.getByText('Fairlead keeps no login').first().waitFor();
});
