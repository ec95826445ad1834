import { mkdtempSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, onTestFinished, vi } from 'vitest';

/** A folder for the tests of one file, gone after them; called at the file's top. */
export function useFolder(name: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), `fairlead-${name}-`));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Where this process makes its temporary folders until the test is over: nobody else of the machine writes there. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'fairlead-own-'));
  vi.stubEnv('TMPDIR', folder);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Has what it is given closed when the test that gave it is over; called at the file's top. */
export function useClosing(): <T extends { close(): Promise<void> }>(thing: T) => T {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(closers.splice(0).map((close) => close()));
  });
  return (thing) => {
    closers.push(() => thing.close());
    return thing;
  };
}
