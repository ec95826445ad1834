import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium, errors, type Locator, type Page } from 'playwright-core';
import { vi } from 'vitest';
import { root } from '../../scripts/support/run.ts';
import { installWorkbench } from '../../scripts/workbench/install.ts';
import { startWorkbench, type Workbench } from '../../scripts/workbench/serve.ts';

/** A real VS Code in a real browser, with the built extension, driven by keys and clicks. */
export interface Desk {
  readonly page: Page;
  /** Opens a file by name from the explorer. */
  open(file: string): Promise<void>;
  /** Runs a command from the palette by its title. */
  command(title: string): Promise<void>;
  /** Chooses the entry of the open list that has this label. */
  pick(label: string): Promise<void>;
  /** A row of Fairlead's trees, by its label. */
  treeRow(label: string): Locator;
  /** Opens a row of a tree. */
  expand(label: string): Promise<void>;
  /** Hovers over something until the hover with this text is there. */
  hover(over: Locator, text: string): Promise<void>;
  clearNotifications(): Promise<void>;
  /** Keeps a picture under this name. */
  picture(name: string): Promise<void>;
  close(): Promise<void>;
}

export interface DeskOptions {
  readonly workspace: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Where pictures go. */
  readonly pictures: string;
}

const waitMs = 60_000;
/** How long one step may take before it is tried again. */
const stepMs = 8_000;

/** Starts workbench and browser; needs `npm run build` and `npm run package` to have run. */
export async function openDesk(options: DeskOptions): Promise<Desk> {
  const state = await mkdtemp(path.join(os.tmpdir(), 'fairlead-desk-'));
  await mkdir(options.pictures, { recursive: true });
  const workbench: Workbench = await startWorkbench({
    codeServer: await installWorkbench((line) => process.stdout.write(`${line}\n`)),
    stateFolder: state,
    vsix: path.join(root, 'dist', 'fairlead.vsix'),
    workspace: options.workspace,
    settings: {
      'editor.fontFamily': 'DejaVu Sans Mono',
      'git.enabled': false,
      'editor.wordBasedSuggestions': 'off',
      ...options.settings,
    },
    env: options.env ?? {},
  });
  const browser: BrowserContext = await chromium.launchPersistentContext(path.join(state, 'browser'), {
    executablePath: '/usr/bin/chromium',
    headless: true,
    viewport: { width: 1280, height: 800 },
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const page = browser.pages()[0] ?? (await browser.newPage());
  page.setDefaultTimeout(waitMs);
  await page.goto(workbench.url);
  await page.locator('.monaco-workbench .explorer-folders-view .monaco-list-row').first().waitFor();
  return {
    page,
    open: (file) => quickOpen(page, file),
    command: (title) => runCommand(page, title),
    pick: (label) => pick(page, label),
    treeRow: (label) => treeRow(page, label),
    expand: async (label) => {
      await treeRow(page, label).locator('.monaco-tl-twistie').click();
    },
    hover: (over, text) => hover(page, over, text),
    clearNotifications: () => runCommand(page, 'Notifications: Clear All Notifications'),
    picture: async (name) => {
      // Not while something still fades in.
      await page.screenshot({ path: path.join(options.pictures, `${name}.png`), animations: 'disabled' });
    },
    close: async () => {
      await browser.close();
      await workbench.stop();
      await rm(state, { recursive: true, force: true });
    },
  };
}

async function quickOpen(page: Page, file: string): Promise<void> {
  const name = path.basename(file);
  await untilItWorks(page, async () => {
    // Until the search answers, the list shows what was opened last, and Enter would open that.
    await chooseQuickly(page, { key: 'Control+P', text: file, row: name });
    await page.locator('.tab.active', { hasText: name }).waitFor({ timeout: stepMs });
  });
  await page.locator('.editor-instance .view-lines').first().waitFor();
}

/** Opens the list that a key opens, and takes the row that a text finds in it. */
async function chooseQuickly(
  page: Page,
  { key, text, row }: { readonly key: string; readonly text: string; readonly row: string },
): Promise<void> {
  await page.keyboard.press(key);
  await page.locator('.quick-input-widget input').first().fill(text, { timeout: stepMs });
  const found = page.locator('.quick-input-list .monaco-list-row.focused', { hasText: row });
  await found.waitFor({ timeout: stepMs });
  await page.keyboard.press('Enter');
}

/** A key that comes while the list before still closes is lost: then all is closed, and tried again. */
async function untilItWorks(page: Page, attempt: () => Promise<void>): Promise<void> {
  await vi.waitUntil(
    async () => {
      try {
        await attempt();
        return true;
      } catch (error) {
        if (!(error instanceof errors.TimeoutError)) {
          throw error;
        }
        await page.keyboard.press('Escape');
        return false;
      }
    },
    { timeout: waitMs },
  );
}

/** The editor forgets a hover when something moves below the pointer, and a hover may not wait for the network. */
async function hover(page: Page, over: Locator, text: string): Promise<void> {
  const shown = page.locator('.monaco-hover', { hasText: text }).first();
  await untilItWorks(page, async () => {
    await page.mouse.move(0, 0);
    await over.hover({ timeout: stepMs });
    await shown.waitFor({ timeout: stepMs });
  });
}

async function runCommand(page: Page, title: string): Promise<void> {
  await untilItWorks(page, () => chooseQuickly(page, { key: 'F1', text: `>${title}`, row: title }));
}

async function pick(page: Page, label: string): Promise<void> {
  await quickInput(page);
  const name = page.locator('.quick-input-list .monaco-list-row .label-name', { hasText: new RegExp(`^${label}$`) });
  await name.first().click();
}

function treeRow(page: Page, label: string): Locator {
  const name = page.locator('.label-name', { hasText: new RegExp(`^${label}$`) });
  return page.locator('.pane-body .monaco-list-row').filter({ has: name }).first();
}

async function quickInput(page: Page): Promise<Locator> {
  const input = page.locator('.quick-input-widget input').first();
  await input.waitFor({ state: 'visible' });
  return input;
}
