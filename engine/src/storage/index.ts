/**
 * Releases in storage, as Helm 4.3.1 keeps them (pkg/storage): Secrets `sh.helm.release.v1.NAME.vN`, which helm reads
 * and writes too. Left out: the ConfigMap and SQL drivers.
 */
export { decodeRelease, encodeRelease } from './codec.ts';
export { keyOf, type StorageDriver, type StoredRelease } from './driver.ts';
export { StorageError, type StorageErrorCode } from './errors.ts';
export {
  hookToJson,
  infoToJson,
  mapToJson,
  metadataToJson,
  object as jsonObject,
  optional as optionalJson,
  optionalList as optionalJsonList,
} from './json.ts';
export { memoryDriver } from './memory.ts';
export { readSecret, secretsDriver, type SecretsOptions } from './secrets.ts';
export { Storage } from './storage.ts';
