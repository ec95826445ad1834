import type { KubeClient } from './client.ts';
import { KubeError } from './errors.ts';

/** What speaks for Flux's controllers being at work in a cluster. */
export type FluxSigns =
  /** Nothing of it is there, and everything could be looked at. */
  | { readonly kind: 'none' }
  | { readonly kind: 'acting'; readonly reason: string }
  /** Not allowed to look, or no answer: whoever decides must take it for acting. */
  | { readonly kind: 'unknown'; readonly reason: string };

const leasePrefix = 'helm-controller-leader-election';

/**
 * Looks for helm-controller: its leader-election Lease in any namespace, or a Deployment of its name, even at 0
 * replicas. One that may not be looked for counts as unknown.
 */
export async function findFlux(client: KubeClient, signal: AbortSignal): Promise<FluxSigns> {
  try {
    const leases = await client.list('coordination.k8s.io/v1', 'Lease', { signal });
    const lease = leases.find(({ metadata }) => metadata.name.startsWith(leasePrefix));
    if (lease !== undefined) {
      return { kind: 'acting', reason: `helm-controller holds a Lease in namespace ${lease.metadata.namespace ?? ''}` };
    }
    const deployments = await client.list('apps/v1', 'Deployment', { signal });
    const deployment = deployments.find(
      ({ metadata }) =>
        metadata.name === 'helm-controller' || metadata.labels?.['app.kubernetes.io/component'] === 'helm-controller',
    );
    return deployment === undefined
      ? { kind: 'none' }
      : { kind: 'acting', reason: `helm-controller is deployed in namespace ${deployment.metadata.namespace ?? ''}` };
  } catch (error) {
    if (error instanceof KubeError) {
      return { kind: 'unknown', reason: `whether Flux runs could not be seen: ${error.message}` };
    }
    throw error;
  }
}
