import { type Abortable, at, type KubeObject, type ObjectRef } from '../support/index.ts';
import type { KubeClient } from './client.ts';
import { refText } from './object.ts';
import { inParallel } from './parallel.ts';
import { type ObjectStatus, objectStatus, type StatusRules } from './status.ts';

export interface WaitOptions extends Abortable {
  readonly timeoutMs: number;
  /** Between two looks. */
  readonly pollMs: number;
  /** Whether one failed object ends the waiting at once. */
  readonly failFast: boolean;
  readonly rules: Omit<StatusRules, 'nowMs'>;
  /** Judges what it knows better, by a rule of the user's; `undefined` leaves an object to the usual rules. */
  readonly statusOf?: (object: KubeObject) => ObjectStatus | undefined;
  /** Objects that remove themselves when they are done: one that is gone is good. */
  readonly mayVanish?: (ref: ObjectRef) => boolean;
  /** Called after each look with what is not there yet. */
  readonly onPending?: (pending: readonly WaitedObject[]) => void;
}

export interface WaitedObject extends ObjectStatus {
  readonly ref: ObjectRef;
}

/** How the waiting ended. `objects` are those that are not good, in the order they were given. */
export type WaitResult =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly objects: readonly WaitedObject[] }
  | { readonly kind: 'timeout'; readonly objects: readonly WaitedObject[] };

/**
 * Looks at objects until all of them are current. An object that was current once is not looked at again. A paused
 * Deployment is current, since nothing will happen to it.
 *
 * @throws KubeError when the cluster cannot be asked; the signal's reason when it aborts
 * @see fluxcd/pkg ssa, ResourceManager.WaitForSetWithContext, whose words `waitMessage` has
 */
export async function waitForReady(
  client: KubeClient,
  refs: readonly ObjectRef[],
  options: WaitOptions,
): Promise<WaitResult> {
  const deadlineMs = client.clock.now() + options.timeoutMs;
  let pending: readonly ObjectRef[] = refs;
  for (;;) {
    const looks = await lookAll(client, pending, options);
    const open = looks.filter(
      ({ ref, status }) => status !== 'Current' && !(status === 'NotFound' && options.mayVanish?.(ref) === true),
    );
    if (open.length === 0) {
      return { kind: 'ready' };
    }
    if (options.failFast && open.some(({ status }) => status === 'Failed')) {
      return { kind: 'failed', objects: open };
    }
    options.onPending?.(open);
    const leftMs = deadlineMs - client.clock.now();
    if (leftMs <= 0) {
      return { kind: 'timeout', objects: open };
    }
    await client.clock.sleep(Math.min(options.pollMs, leftMs), options);
    pending = open.map(({ ref }) => ref);
  }
}

/** What helm-controller says when objects did not become ready. @see fluxcd/pkg ssa, ResourceManager.WaitForSetWithContext */
export function waitMessage(result: Exclude<WaitResult, { readonly kind: 'ready' }>): string {
  const objects = result.objects.map(({ ref, status }) => `${refText(ref)} status: '${status}'`).join(', ');
  return result.kind === 'timeout'
    ? `timeout waiting for: [${objects}]`
    : `failed early due to stalled resources: [${objects}]`;
}

export interface WaitForDeletedOptions extends Abortable {
  readonly timeoutMs: number;
  readonly pollMs: number;
}

/** An object whose end is waited for; with its uid, a new one of the same name does not count as the old one. */
export interface DeletedRef {
  readonly ref: ObjectRef;
  readonly uid?: string;
}

/** Looks at objects until none of them is there any more. Resolves with those that still are when time is up. */
export async function waitForDeleted(
  client: KubeClient,
  objects: readonly DeletedRef[],
  options: WaitForDeletedOptions,
): Promise<readonly ObjectRef[]> {
  const deadlineMs = client.clock.now() + options.timeoutMs;
  let left = objects;
  for (;;) {
    const found = await inParallel(left, async ({ ref }) => await client.find(ref, options));
    left = left.filter(({ uid }, index) => {
      const object = found[index];
      return object !== undefined && (uid === undefined || object.metadata.uid === uid);
    });
    const leftMs = deadlineMs - client.clock.now();
    if (left.length === 0 || leftMs <= 0) {
      return left.map(({ ref }) => ref);
    }
    await client.clock.sleep(Math.min(options.pollMs, leftMs), options);
  }
}

/** How objects are now, in the order given. */
export async function lookAll(
  client: KubeClient,
  refs: readonly ObjectRef[],
  options: Abortable & Pick<WaitOptions, 'rules' | 'statusOf'>,
): Promise<readonly WaitedObject[]> {
  return await inParallel(refs, async (ref) => {
    const object = await client.find(ref, options);
    if (object === undefined) {
      return { ref, status: 'NotFound', message: 'Resource not found' };
    }
    return { ref, ...statusOfFound(object, { ...options, nowMs: client.serverNow() }) };
  });
}

function statusOfFound(
  object: KubeObject,
  options: Pick<WaitOptions, 'rules' | 'statusOf'> & { readonly nowMs: number },
): ObjectStatus {
  if (object.kind === 'Deployment' && at(object, 'spec', 'paused') === true) {
    return { status: 'Current', message: 'Deployment is paused' };
  }
  return options.statusOf?.(object) ?? objectStatus(object, { ...options.rules, nowMs: options.nowMs });
}
