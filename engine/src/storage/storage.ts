import type { Release } from '../release/index.ts';
import type { Abortable } from '../support/index.ts';
import type { StorageDriver, StoredRelease } from './driver.ts';
import { StorageError } from './errors.ts';

/** The revisions of releases. @see helm v4.3.1 pkg/storage/storage.go, Storage */
export class Storage {
  readonly #driver: StorageDriver;

  constructor(driver: StorageDriver) {
    this.#driver = driver;
  }

  /** Every revision of a release, oldest first. */
  async history(name: string, options: Abortable): Promise<readonly Release[]> {
    const releases = await this.#driver.query(name, options);
    return [...releases].sort((a, b) => a.version - b.version);
  }

  /** The newest revision. */
  async last(name: string, options: Abortable): Promise<Release | undefined> {
    return (await this.history(name, options)).at(-1);
  }

  /** The newest revision that is deployed; more than one is tolerated, as Helm does. */
  async deployed(name: string, options: Abortable): Promise<Release | undefined> {
    return (await this.history(name, options)).findLast(({ info }) => info.status === 'deployed');
  }

  async list(options: Abortable): Promise<readonly Release[]> {
    return await this.#driver.list(options);
  }

  /** The newest revision of every release, as `helm list` shows them. */
  async newest(options: Abortable): Promise<readonly StoredRelease[]> {
    return await this.#driver.newest(options);
  }

  /**
   * Stores a new revision, making room first: the oldest ones go until at most `maxHistory` stay, this one counted and
   * the newest deployed one never. 0 keeps all.
   *
   * @throws StorageError code `already-exists` where somebody else stored this revision
   */
  async create(release: Release, options: Abortable & { readonly maxHistory: number }): Promise<void> {
    if (options.maxHistory > 0) {
      await this.#prune(release.name, options.maxHistory - 1, options);
    }
    await this.#driver.create(release, options);
  }

  async update(release: Release, options: Abortable): Promise<void> {
    await this.#driver.update(release, options);
  }

  async delete(name: string, version: number, options: Abortable): Promise<void> {
    await this.#driver.delete(name, version, options);
  }

  /** @see helm v4.3.1 pkg/storage/storage.go, removeLeastRecent */
  async #prune(name: string, keep: number, options: Abortable): Promise<void> {
    const history = await this.history(name, options);
    const deployed = history.findLast(({ info }) => info.status === 'deployed')?.version;
    const excess = Math.max(history.length - keep, 0);
    for (const { version } of history.filter((release) => release.version !== deployed).slice(0, excess)) {
      await this.#driver.delete(name, version, options).catch((error: unknown) => {
        // Somebody else made room too.
        if (!(error instanceof StorageError && error.code === 'not-found')) {
          throw error;
        }
      });
    }
  }
}
