import type { Release } from '../release/index.ts';
import type { ActionConfig, ActionOptions } from './config.ts';
import { ActionError } from './errors.ts';
import { runHooks } from './hooks.ts';

/** Only hooks of these names; with `exclude`, all but them. */
export interface TestFilter {
  readonly name: string;
  readonly exclude?: boolean;
}

/**
 * Runs a release's tests and stores how they went.
 *
 * @throws ActionError code `failed` with the record
 * @see helm v4.3.1 pkg/action/release_testing.go, Run
 */
export async function runTests(
  name: string,
  config: ActionConfig,
  options: ActionOptions & { readonly filters: readonly TestFilter[] },
): Promise<Release> {
  const last = await config.storage.last(name, options);
  if (last === undefined) {
    throw new ActionError('no-release', 'release: not found');
  }
  const included = options.filters.filter(({ exclude }) => exclude !== true).map((filter) => filter.name);
  const excluded = new Set(options.filters.filter(({ exclude }) => exclude === true).map((filter) => filter.name));
  const chosen = last.hooks.filter(
    (hook) =>
      !hook.events.includes('test') ||
      ((included.length === 0 || included.includes(hook.name)) && !excluded.has(hook.name)),
  );
  try {
    const tested = await runHooks({ ...last, hooks: chosen }, 'test', config, options);
    const release = withHooksOf(last, tested);
    await config.storage.update(release, options);
    return release;
  } catch (error) {
    if (error instanceof ActionError && error.release !== undefined) {
      const release = withHooksOf(last, error.release);
      await config.storage.update(release, { signal: AbortSignal.timeout(30_000) });
      throw new ActionError(error.code, error.message, { cause: error.cause, release });
    }
    throw error;
  }
}

/** The release with how the hooks ran; those that were filtered out stay as they were. */
function withHooksOf(release: Release, ran: Release): Release {
  return {
    ...release,
    hooks: release.hooks.map(
      (hook) => ran.hooks.find((other) => other.name === hook.name && other.path === hook.path) ?? hook,
    ),
  };
}
