/**
 * One operation on one release each: install, upgrade, rollback, uninstall, test. Each is recorded before it begins and
 * when it ends, as Helm 4.3.1 (pkg/action) does it and helm-controller 1.6 drives it.
 * Server-side apply only: releases that are kept client-side are refused.
 */
export type { ActionConfig, ActionOptions } from './config.ts';
export type { CrdPolicy } from './crds.ts';
export { ActionError, type ActionErrorCode } from './errors.ts';
export { install, type InstallOptions } from './install.ts';
export {
  foreignOwner,
  nameOfRelease,
  objectOfRelease,
  objectsOfRelease,
  readObjects,
  removedObjects,
} from './objects.ts';
export { newRecord, type ReleaseContent, rfc3339, withStatus } from './record.ts';
export { rollback, type RollbackOptions } from './rollback.ts';
export { runTests, type TestFilter } from './test.ts';
export { uninstall, type Uninstalled, type UninstallOptions } from './uninstall.ts';
export { upgrade, type UpgradeOptions } from './upgrade.ts';
