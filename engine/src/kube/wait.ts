import type { Clock, KubeObject, ObjectRef } from '../support/index.ts';
import type { KubeClient } from './client.ts';
import { KubeError } from './errors.ts';
import { nameOf } from './object.ts';
import { jobEnd, type ObjectStatus, objectStatus } from './status.ts';

export interface WaitOptions {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly pollMs: number;
  readonly timeoutMs: number;
  /** Whether Jobs must have ended rather than only run. */
  readonly forJobs: boolean;
  /** Called when what is waited for changes, with the objects that are not ready. */
  readonly onWaiting?: (waiting: readonly string[]) => void;
}

/**
 * Waits until every object is current. An object that failed ends the wait at once.
 *
 * @throws KubeError code `timeout`, naming what was not ready, or `invalid` for an object that failed
 */
export async function waitForReady(
  client: KubeClient,
  refs: readonly ObjectRef[],
  options: WaitOptions,
): Promise<void> {
  await poll(refs, options, async (ref) => {
    const object = await client.get(ref, options);
    const status =
      object === undefined
        ? { status: 'InProgress' as const, message: 'not found' }
        : statusFor(object, options.forJobs);
    if (status.status === 'Failed') {
      throw new KubeError('invalid', `failed to wait for ${nameOf(ref)}: ${status.message}`);
    }
    return status.status === 'Current' ? undefined : `${nameOf(ref)} status: '${status.status}'`;
  });
}

/** Waits until every object is gone. @throws KubeError code `timeout` */
export async function waitForDeleted(
  client: KubeClient,
  refs: readonly ObjectRef[],
  options: WaitOptions,
): Promise<void> {
  await poll(refs, options, async (ref) =>
    (await client.get(ref, options)) === undefined ? undefined : `${nameOf(ref)} status: 'Terminating'`,
  );
}

function statusFor(object: KubeObject, forJobs: boolean): ObjectStatus {
  const status = objectStatus(object);
  if (object.kind !== 'Job' || !forJobs || status.status === 'Failed') {
    return status;
  }
  return jobEnd(object) === 'succeeded' ? status : { status: 'InProgress', message: status.message };
}

/** Looks at the objects that are left until none is, or the time is over. */
async function poll(
  refs: readonly ObjectRef[],
  options: WaitOptions,
  look: (ref: ObjectRef) => Promise<string | undefined>,
): Promise<void> {
  const { clock, signal, timeoutMs, pollMs } = options;
  const deadline = clock.now() + timeoutMs;
  let left = refs;
  let told = '';
  for (;;) {
    const looks = await Promise.all(left.map(async (ref) => ({ ref, waiting: await look(ref) })));
    const waiting = looks.flatMap((found) => (found.waiting === undefined ? [] : [found.waiting]));
    left = looks.filter((found) => found.waiting !== undefined).map(({ ref }) => ref);
    if (left.length === 0) {
      return;
    }
    if (waiting.join() !== told) {
      told = waiting.join();
      options.onWaiting?.(waiting);
    }
    if (clock.now() >= deadline) {
      throw new KubeError('timeout', `timeout waiting for: [${waiting.join(', ')}]`);
    }
    await clock.sleep(Math.min(pollMs, Math.max(deadline - clock.now(), 1)), { signal });
  }
}
