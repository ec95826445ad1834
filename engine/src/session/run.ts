import { atomicRelease, failBefore, type Outcome, type Prevented, type ProgressEvent } from '../reconcile/index.ts';
import { LeaseError } from '../kube/index.ts';
import type { Abortable } from '../support/index.ts';
import { askToReconcile } from './askFlux.ts';
import { actionConfig, fluxManager, locked, progressOf, type SessionContext, storageIn } from './context.ts';
import { keyOf, unreadyDependency } from './dependencies.ts';
import type { PlannedPart } from './makePlan.ts';

interface RunOptions extends Abortable {
  readonly onEvent: (event: ProgressEvent) => void;
}

/** Runs a plan, one release after the other. One that is refused or fails keeps only those back that depend on it. */
export async function runPlan(
  context: SessionContext,
  parts: readonly PlannedPart[],
  options: RunOptions,
): Promise<readonly Outcome[]> {
  const done = new Map<string, Outcome>();
  for (const part of parts) {
    options.signal.throwIfAborted();
    done.set(keyOf(part.plan.release), await runPart(context, part, done, options));
  }
  return [...done.values()];
}

async function runPart(
  context: SessionContext,
  { gathered, actor, plan, store, storage, desired, prevented }: PlannedPart,
  done: ReadonlyMap<string, Outcome>,
  options: RunOptions,
): Promise<Outcome> {
  const { namespace, name } = plan.release;
  const release = { namespace, name };
  if (plan.refused !== undefined) {
    return { kind: 'refused', release, reason: 'Refused', message: plan.refused };
  }
  if (actor.kind === 'flux') {
    return await askToReconcile(context, gathered.release, options);
  }
  const { clock } = context.world.environment;
  const waits = await unreadyDependency(context, gathered, done, options);
  const hindrance: Prevented | undefined =
    waits === undefined ? prevented : { kind: 'prerequisite', reason: 'DependencyNotReady', message: waits };
  if (hindrance !== undefined) {
    return await failBefore(gathered.release, hindrance, store, { ...options, clock });
  }
  if (desired === undefined) {
    return { kind: 'refused', release, reason: 'PlanFailed', message: plan.failed ?? actor.reason };
  }
  const config = actionConfig(context, storageIn(context, storage.namespace), {
    manager: fluxManager,
    onProgress: progressOf(release, options.onEvent),
  });
  try {
    return await locked(
      context,
      storage,
      options,
      async (signal) =>
        await atomicRelease(
          { release: gathered.release, desired, config, store, onEvent: options.onEvent },
          { signal },
        ),
    );
  } catch (error) {
    if (error instanceof LeaseError) {
      return { kind: 'refused', release, reason: 'Locked', message: error.message };
    }
    throw error;
  }
}
