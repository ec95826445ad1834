import {
  findActingFlux,
  type FindActingFluxOptions,
  isSameServer,
  type KubeClient,
  serverIdentity,
} from '../kube/index.ts';
import type { Actor } from '../reconcile/index.ts';
import type { Enrolment } from './types.ts';

/** Who may act on releases here: Flux wherever it might be, else Fairlead in a cluster that the user enrolled, else nobody. */
export async function decideActor(
  client: KubeClient,
  enrolment: Enrolment | undefined,
  options: FindActingFluxOptions,
): Promise<Actor> {
  const flux = await findActingFlux(client, options);
  if (flux.kind === 'acting') {
    return { kind: 'flux', reason: flux.reason };
  }
  if (enrolment === undefined) {
    return { kind: 'nobody', reason: 'Flux does not run here, and Fairlead is not enrolled in this cluster' };
  }
  if (!isSameServer(enrolment, await serverIdentity(client, options))) {
    return { kind: 'nobody', reason: 'this is another cluster than the one that Fairlead was enrolled in' };
  }
  return { kind: 'fairlead', reason: 'Flux does not run here, and Fairlead is enrolled' };
}
