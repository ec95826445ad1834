import { type AppliedObject, type ApplyFailure, applyObjects, isKubeError } from '../kube/index.ts';
import { type KubeObject, messageOf } from '../support/index.ts';
import type { ActionConfig, ActionOptions } from './config.ts';
import { ActionError } from './errors.ts';

interface ApplyAllOptions extends ActionOptions {
  readonly onApplied?: (applied: AppliedObject) => void;
}

/**
 * Applies the objects of an install: every one is tried, and all errors are told.
 *
 * @throws ActionError `failed` in Helm's words
 * @see helm v4.3.1 pkg/kube/client.go, Create
 */
export async function createAll(
  objects: readonly KubeObject[],
  config: ActionConfig,
  options: ActionOptions,
): Promise<void> {
  const failures: string[] = [];
  await applyObjects(config.client, objects, {
    ...applyOptions(config, options),
    onFailed: (failure) => {
      failures.push(failureText(failure));
    },
  });
  throwFailures(failures);
}

/**
 * Applies the objects of an upgrade or rollback: one that cannot be created ends it, one that cannot be changed is told
 * when all were tried.
 *
 * @throws ActionError `failed` in Helm's words
 * @see helm v4.3.1 pkg/kube/client.go, update
 */
export async function updateAll(
  objects: readonly KubeObject[],
  config: ActionConfig,
  options: ApplyAllOptions,
): Promise<void> {
  const failures: string[] = [];
  await applyObjects(config.client, objects, {
    ...applyOptions(config, options),
    ...(options.onApplied === undefined ? {} : { onApplied: options.onApplied }),
    onFailed: (failure) => {
      if (failure.before === undefined) {
        throw new ActionError('failed', `failed to create resource: ${failureText(failure)}`, { cause: failure.error });
      }
      failures.push(failureText(failure));
    },
  });
  throwFailures(failures);
}

function applyOptions(
  { fieldManager, forceConflicts }: ActionConfig,
  { signal }: ActionOptions,
): { readonly signal: AbortSignal; readonly fieldManager: string; readonly force: boolean } {
  return { signal, fieldManager, force: forceConflicts };
}

function throwFailures(failures: readonly string[]): void {
  if (failures.length > 0) {
    throw new ActionError('failed', failures.join('\n'));
  }
}

/** @see helm v4.3.1 pkg/kube/client.go, patchResourceServerSide */
function failureText({ object, error }: ApplyFailure): string {
  const { apiVersion, kind, metadata } = object;
  const version = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
  const what = `${metadata.namespace ?? ''}/${metadata.name} ${version}, Kind=${kind}`;
  const attempt = isKubeError(error, 'apply-conflict')
    ? 'conflict occurred while applying object'
    : 'server-side apply failed for object';
  return `${attempt} ${what}: ${messageOf(error)}`;
}
