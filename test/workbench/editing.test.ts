import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DemoServers } from '../../scripts/servers/demo.ts';
import { root } from '../../scripts/support/run.ts';
import { serveDemoCopy } from '../support/demoCopy.ts';
import { type Desk, openDesk } from '../support/workbench.ts';

/** What a person sees while editing the demo, without a cluster and without the network. */
let desk: Desk;
let state: string;
let workspace: string;
let servers: DemoServers;

beforeAll(async () => {
  state = await mkdtemp(path.join(os.tmpdir(), 'fairlead-desk-editing-'));
  workspace = path.join(state, 'fleet');
  servers = await serveDemoCopy(workspace);
  desk = await openDesk({
    workspace,
    pictures: path.join(root, 'dist', 'pictures'),
    env: { FAIRLEAD_CONFIG: path.join(state, 'config'), FAIRLEAD_CACHE: path.join(state, 'cache') },
    settings: {
      'editor.minimap.enabled': false,
      // Only when asked: Control+Space does something else where the list is open already.
      'editor.quickSuggestions': false,
      'editor.suggestOnTriggerCharacters': false,
      'fairlead.sources.local': { 'https://git.example.com/shop/fleet.git': workspace },
    },
  });
});

afterAll(async () => {
  await desk.close();
  await servers.close();
  await rm(state, { recursive: true, force: true });
});

test('mistakes are underlined and listed in Problems', async () => {
  const { page } = desk;
  await desk.open('broken/release.yaml');
  await page.locator('.monaco-editor .squiggly-error').first().waitFor({ state: 'attached' });
  await page.keyboard.press('Control+Shift+M');
  const rows = page.locator('.markers-panel .monaco-list-row');
  await rows.filter({ hasText: 'unknown field "spec.maxHistroy"; did you mean maxHistory?' }).waitFor();
  await rows.filter({ hasText: 'spec.interval: "1d" is not a duration' }).waitFor();
  await desk.picture('diagnostics');
  await page.keyboard.press('Control+Shift+M');
});

test('completion offers the fields that fit, with their documentation', async () => {
  const { page } = desk;
  await desk.open('apps/web.yaml');
  await page.locator('.editor-instance .view-lines', { hasText: 'driftDetection' }).first().click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\n');
  await page.keyboard.press('Home');
  await page.keyboard.type('  s');
  await page.keyboard.press('Control+Space');
  const row = page.locator('.suggest-widget.visible .monaco-list-row', { hasText: 'suspend' });
  await row.waitFor();
  await page.keyboard.press('Control+Space');
  await page.locator('.suggest-details .docs').waitFor();
  await desk.picture('completion');
  await page.keyboard.press('Escape');
  expect(await row.count()).toBe(0);
  await desk.command('View: Revert and Close Editor');
  await page.locator('.tab', { hasText: 'web.yaml' }).waitFor({ state: 'detached' });
});

test('hover explains a field', async () => {
  const { page } = desk;
  await desk.open('apps/worker.yaml');
  const word = page.locator('.view-line span span', { hasText: 'commonMetadata' }).first();
  await desk.hover(word, 'commonMetadata');
  await desk.picture('hover');
});

test('a preview shows what is rendered, follows what is typed, and says what made a line', async () => {
  const { page } = desk;
  await desk.command('View: Close All Editors');
  await page.locator('.tab').first().waitFor({ state: 'detached' });
  await desk.open('apps/worker.yaml');
  await page.keyboard.press('Control+B');
  const source = page.locator('.editor-instance', { hasText: 'HelmRelease' }).first();
  const schedule = source.locator('.view-line', { hasText: 'schedule' });
  await schedule.click();
  await desk.command('Fairlead: Preview Rendered Manifest');
  await page.locator('.tab', { hasText: 'worker (rendered).yaml' }).waitFor();
  const shown = page.locator('.editor-instance', { hasText: 'CronJob' });
  const line = shown.locator('.view-line', { hasText: 'schedule' }).first();
  await line.waitFor();
  await schedule.click();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('1-5');
  await line.filter({ hasText: '1-5' }).waitFor();
  await desk.hover(line.locator('span span').last(), 'Values in it');
  await desk.picture('preview');
  await line.locator('span span').last().click();
  await page.keyboard.press('F12');
  await page.locator('.statusbar-item', { hasText: 'Ln 23, Col 5' }).waitFor();
  // The value's place is shown beside the preview, and an unfinished word leaves what was rendered where it is.
  await line.filter({ hasText: '1-5' }).waitFor();
  const { y } = (await line.boundingBox()) ?? { y: 0 };
  await page.keyboard.press('Control+Enter');
  await page.keyboard.type('unfinished');
  await shown.locator('.view-line', { hasText: 'below is what was rendered before' }).waitFor();
  expect((await line.boundingBox())?.y).toBe(y);
  await desk.picture('preview-unfinished');
  await page.keyboard.press('Control+B');
});

test('a preview whose chart is at a host that was not allowed says so, and comes once it is', async () => {
  const { page } = desk;
  await desk.command('File: Revert File');
  await page.locator('.tab.dirty').first().waitFor({ state: 'detached' });
  await desk.command('View: Close All Editors');
  await page.locator('.tab').first().waitFor({ state: 'detached' });
  await desk.open('apps/store.yaml');
  await page.locator('.view-line', { hasText: 'replicaCount' }).click();
  await desk.command('Fairlead: Preview Rendered Manifest');
  const allow = page.locator('.notification-list-item', { hasText: servers.repositoryHost });
  await allow.waitFor();
  await page.locator('.view-line', { hasText: 'cannot' }).waitFor();
  await desk.picture('preview-offline');
  await allow.locator('.monaco-button', { hasText: 'Allow' }).click();
  await page.locator('.view-line', { hasText: 'templates/secret.yaml' }).waitFor();
  expect(await page.locator('.view-line', { hasText: 'cannot' }).count()).toBe(0);
  await desk.picture('preview-allowed');
});
