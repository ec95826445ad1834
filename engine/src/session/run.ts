import { atomicRelease, type Outcome, type ProgressEvent } from '../reconcile/index.ts';
import { LeaseError } from '../kube/index.ts';
import type { Abortable } from '../support/index.ts';
import { askToReconcile } from './askFlux.ts';
import { actionConfig, fluxManager, locked, progressOf, type SessionContext, storageIn } from './context.ts';
import { keyOf, unreadyDependency } from './dependencies.ts';
import type { PlannedPart } from './makePlan.ts';

interface RunOptions extends Abortable {
  readonly onEvent: (event: ProgressEvent) => void;
}

/** How long a release waits for one that it depends on. @see helm-controller v1.6 --requeue-dependency */
const requeueDependencyMs = 30_000;

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
  { gathered, actor, plan, run }: PlannedPart,
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
  if (plan.failed !== undefined || run === undefined) {
    return { kind: 'refused', release, reason: 'PlanFailed', message: plan.failed ?? actor.reason };
  }
  const waits = await unreadyDependency(context, gathered, done, options);
  if (waits !== undefined) {
    options.onEvent({ release, severity: 'info', reason: 'DependencyNotReady', message: waits });
    return {
      kind: 'requeue',
      release,
      afterMs: requeueDependencyMs,
      reason: 'DependencyNotReady',
      message: waits,
    };
  }
  const { desired, store, storage } = run;
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
