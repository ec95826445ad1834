import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** The user's folder for things that take long to build or fetch: `$FAIRLEAD_CACHE`, else below the XDG cache folder. */
export function cacheFolder(): string {
  return (
    process.env['FAIRLEAD_CACHE'] ??
    path.join(process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'fairlead')
  );
}

/**
 * The folder `name` of the cache, filled by `make` when it is not there yet. `make` works in a folder of its own that
 * is moved into place when it is complete, so a broken run leaves nothing half-made behind.
 */
export async function cached(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const target = path.join(cacheFolder(), name);
  if (await exists(target)) {
    return target;
  }
  await mkdir(path.dirname(target), { recursive: true });
  const work = await mkdtemp(`${target}.`);
  try {
    await make(work);
    await rename(work, target).catch(async (error: unknown) => {
      // Another process was quicker: its folder is as good.
      if (!(await exists(target))) {
        throw error;
      }
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return target;
}

export async function exists(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    () => false,
  );
}
