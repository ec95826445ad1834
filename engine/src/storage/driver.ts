import type { Release } from '../release/index.ts';
import type { Abortable } from '../support/index.ts';

/** A release, and the namespace its records are in, which need not be the one its objects are in. */
export interface StoredRelease {
  readonly storageNamespace: string;
  readonly release: Release;
}

/** Where releases are kept: one record a revision. @see helm v4.3.1 pkg/storage/driver/driver.go */
export interface StorageDriver {
  /** Every revision of a release, in any order. Records that cannot be read are left out. */
  query(name: string, options: Abortable): Promise<readonly Release[]>;
  /** Every revision of every release of the namespace, or of all. */
  list(options: Abortable): Promise<readonly Release[]>;
  /** The newest revision of every release, without reading the others. */
  newest(options: Abortable): Promise<readonly StoredRelease[]>;
  /** @throws StorageError code `already-exists`: this is the fence between two that act at once */
  create(release: Release, options: Abortable): Promise<void>;
  /** @throws StorageError code `not-found` */
  update(release: Release, options: Abortable): Promise<void>;
  /** @throws StorageError code `not-found` */
  delete(name: string, version: number, options: Abortable): Promise<void>;
}

/** `sh.helm.release.v1.NAME.vN` */
export function keyOf(name: string, version: number): string {
  return `sh.helm.release.v1.${name}.v${version}`;
}
