import type { Release } from '../release/index.ts';
import { keyOf, type StorageDriver } from './driver.ts';
import { StorageError } from './errors.ts';

/** A driver that keeps releases in memory: for plans without a cluster, and for tests. */
export function memoryDriver(initial: readonly Release[] = []): StorageDriver {
  const releases = new Map(initial.map((release) => [keyOf(release.name, release.version), release]));
  const existing = (key: string): void => {
    if (!releases.has(key)) {
      throw new StorageError('not-found', 'release: not found');
    }
  };
  return {
    query: (name) => Promise.resolve([...releases.values()].filter((release) => release.name === name)),
    list: () => Promise.resolve([...releases.values()]),
    newest: () =>
      Promise.resolve(
        newestOfEach([...releases.values()]).map((release) => ({ storageNamespace: release.namespace, release })),
      ),
    create: (release) =>
      attempt(() => {
        const key = keyOf(release.name, release.version);
        if (releases.has(key)) {
          throw new StorageError('already-exists', `secrets "${key}" already exists`);
        }
        releases.set(key, release);
      }),
    update: (release) =>
      attempt(() => {
        const key = keyOf(release.name, release.version);
        existing(key);
        releases.set(key, release);
      }),
    delete: (name, version) =>
      attempt(() => {
        const key = keyOf(name, version);
        existing(key);
        releases.delete(key);
      }),
  };
}

function newestOfEach(releases: readonly Release[]): readonly Release[] {
  const newest = new Map<string, Release>();
  for (const release of releases) {
    const key = `${release.namespace}/${release.name}`;
    const other = newest.get(key);
    if (other === undefined || other.version < release.version) {
      newest.set(key, release);
    }
  }
  return [...newest.values()];
}

function attempt(work: () => void): Promise<void> {
  try {
    work();
    return Promise.resolve();
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }
}
