import { deleteObject, refOf, waitForDeleted } from '../kube/index.ts';
import type { Hook, HookEvent, HookPhase, Release } from '../release/index.ts';
import { messageOf } from '../support/index.ts';
import type { ActionConfig, ActionOptions } from './config.ts';
import { ActionError } from './errors.ts';
import { objectsOfHook } from './objects.ts';
import { rfc3339 } from './record.ts';
import { waitUntilReady } from './wait.ts';

const beforeCreation = 'before-hook-creation';
const afterSuccess = 'hook-succeeded';
const afterFailure = 'hook-failed';

/**
 * Runs the hooks of an event one by one, in order of weight and name, waiting for each. Returns the release with how
 * they ran.
 *
 * @throws ActionError code `failed`; its release has how the hooks ran
 * @see helm v4.3.1 pkg/action/hooks.go, execHook
 */
export async function runHooks(
  release: Release,
  event: HookEvent,
  config: ActionConfig,
  options: ActionOptions,
): Promise<Release> {
  const due = release.hooks
    .filter((hook) => hook.events.includes(event))
    .sort((a, b) => a.weight - b.weight || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  let current = release;
  const done: Hook[] = [];
  for (const hook of due) {
    current = await runHook(current, hook, event, { config, options, done });
    done.push(hook);
  }
  // A test's pods stay until its logs were read.
  if (event !== 'test') {
    await deleteHooks([...done].reverse(), afterSuccess, current, config, options);
  }
  return current;
}

interface HookRun {
  readonly config: ActionConfig;
  readonly options: ActionOptions;
  /** Hooks of this event that succeeded before. */
  readonly done: readonly Hook[];
}

async function runHook(release: Release, hook: Hook, event: HookEvent, run: HookRun): Promise<Release> {
  const { config, options } = run;
  const { client, clock, fieldManager, storage } = config;
  const policies = hook.deletePolicies.length === 0 ? [beforeCreation] : hook.deletePolicies;
  if (policies.includes(beforeCreation)) {
    await deleteHook(hook, release, config, options);
  }
  config.onProgress(`running ${event} hook ${hook.kind} ${hook.name}`);
  const startedAt = rfc3339(clock.now());
  let current = withRun(release, hook, { startedAt, phase: 'Running' });
  await storage.update(current, options);
  try {
    const objects = await objectsOfHook(hook.manifest, release.namespace, client, options);
    for (const object of objects) {
      // A conflict with another manager is an error.
      await client.apply(object, { ...options, fieldManager, force: false });
    }
    await waitUntilReady(objects, config, { ...options, forHooks: true });
  } catch (error) {
    current = withRun(current, hook, { startedAt, completedAt: rfc3339(clock.now()), phase: 'Failed' });
    if (policies.includes(afterFailure)) {
      await deleteHook(hook, release, config, options);
    }
    await deleteHooks([...run.done].reverse(), afterSuccess, current, config, options);
    throw new ActionError('failed', failureText(event, messageOf(error)), { cause: error, release: current });
  }
  return withRun(current, hook, { startedAt, completedAt: rfc3339(clock.now()), phase: 'Succeeded' });
}

/** What Helm makes of a hook's failure; rollbacks, uninstalls and tests say it as it is. */
function failureText(event: HookEvent, cause: string): string {
  switch (event) {
    case 'pre-install':
    case 'post-install':
      return `failed ${event}: ${cause}`;
    case 'pre-upgrade':
    case 'post-upgrade':
      return `${event} hooks failed: ${cause}`;
    default:
      return cause;
  }
}

/** Deletes those of the hooks whose policy says so. */
async function deleteHooks(
  hooks: readonly Hook[],
  policy: string,
  release: Release,
  config: ActionConfig,
  options: ActionOptions,
): Promise<void> {
  for (const hook of hooks) {
    if (hook.deletePolicies.includes(policy)) {
      await deleteHook(hook, release, config, options);
    }
  }
}

async function deleteHook(hook: Hook, release: Release, config: ActionConfig, options: ActionOptions): Promise<void> {
  // Custom resources would go with their definition.
  if (hook.kind === 'CustomResourceDefinition') {
    return;
  }
  const objects = await objectsOfHook(hook.manifest, release.namespace, config.client, options);
  const deleted = [];
  for (const object of objects) {
    if (await deleteObject(config.client, refOf(object), { signal: options.signal, propagation: 'background' })) {
      deleted.push({ ref: refOf(object) });
    }
  }
  await waitForDeleted(config.client, deleted, {
    signal: options.signal,
    pollMs: config.pollMs,
    timeoutMs: options.timeoutMs,
  });
}

function withRun(
  release: Release,
  hook: Hook,
  lastRun: { readonly startedAt: string; readonly completedAt?: string; readonly phase: HookPhase },
): Release {
  return {
    ...release,
    hooks: release.hooks.map((other) =>
      other.name === hook.name && other.path === hook.path ? { ...other, lastRun } : other,
    ),
  };
}
