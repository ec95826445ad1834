import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach } from 'vitest';

/** A folder for the tests of one file, gone after them; called at the file's top. */
export function useFolder(name: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), `fairlead-${name}-`));
  afterAll(() => rm(folder, { recursive: true, force: true }));
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
