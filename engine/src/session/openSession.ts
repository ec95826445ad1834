import type { ClusterInfo } from '../reconcile/index.ts';
import type { Abortable } from '../support/index.ts';
import type { SessionContext } from './context.ts';
import { decideActor } from './enrolment.ts';
import { historyOf, manifestOf, resourcesOf, valuesOf } from './inspect.ts';
import { lookupToShow } from './lookup.ts';
import { makePlan } from './makePlan.ts';
import { helmReleaseApi, listSources } from './readCluster.ts';
import { newReplay, type Replay } from './replay.ts';
import { rollBackRelease } from './rollBack.ts';
import { runPlan } from './run.ts';
import { fluxSchemas } from './schemas.ts';
import { statusReport } from './statusReport.ts';
import { summarizeSource } from './summaries.ts';
import { resumeRelease, suspendRelease } from './suspend.ts';
import type { ClusterSession } from './types.ts';
import { uninstallRelease } from './uninstallRelease.ts';

/** What a session works with from its beginning to its end. */
export interface SessionOptions extends SessionContext {
  /** Lets go of what the session was opened with. */
  readonly close: () => Promise<void>;
}

/** Plans whose time and randomness are kept, so that running one renders what was confirmed. */
const maxReplays = 50;

/** A session with the cluster of `client`. Nothing is asked of it before the first question. */
export function openSession({ close, ...context }: SessionOptions): ClusterSession {
  const replays = new Map<string, Replay>();
  const remember = (digest: string, replay: Replay): void => {
    replays.delete(digest);
    replays.set(digest, replay);
    for (const old of [...replays.keys()].slice(0, -maxReplays)) {
      replays.delete(old);
    }
  };
  return {
    info: (options) => clusterInfo(context, options),
    status: async (options) => statusReport(context, await clusterInfo(context, options), options),
    sources: async (options) => (await listSources(context.client, [], options)).map(summarizeSource),
    schemas: (options) => fluxSchemas(context.client, options),
    lookup: (key, options) => lookupToShow(context.client, key, options),
    history: (release, options) => historyOf(context, release, options),
    resources: (release, options) => resourcesOf(context, release, options),
    manifest: (release, options) => manifestOf(context, release, options),
    values: (release, options) => valuesOf(context, release, options),
    plan: async (target, options) => {
      const replay = newReplay(context.world);
      const { plan } = await makePlan(context, target, await clusterInfo(context, options), { ...options, replay });
      remember(plan.digest, replay);
      return plan;
    },
    reconcile: async (target, options) => {
      const replay = replays.get(options.planDigest) ?? newReplay(context.world);
      const info = await clusterInfo(context, options);
      const { plan, parts } = await makePlan(context, target, info, { ...options, replay });
      if (plan.digest !== options.planDigest) {
        return plan.releases.map(({ release: { namespace, name } }) => ({
          kind: 'refused',
          release: { namespace, name },
          reason: 'PlanChanged',
          message: 'what would be done is not what was confirmed any more: look at the plan again',
        }));
      }
      return await runPlan(context, parts, options);
    },
    rollback: (release, options) => rollBackRelease(context, release, options),
    suspend: (release, options) => suspendRelease(context, release, options),
    resume: (release, options) => resumeRelease(context, release, options),
    uninstall: (release, options) => uninstallRelease(context, release, options),
    close,
  };
}

/** What this cluster is, and who acts on its releases. */
async function clusterInfo(
  { context, client, enrolment }: SessionContext,
  { signal }: Abortable,
): Promise<ClusterInfo> {
  const [kubernetesVersion, discovery, actor] = await Promise.all([
    client.serverVersion({ signal }),
    client.discovery({ signal }),
    decideActor(client, enrolment, { signal }),
  ]);
  return {
    context,
    server: client.transport.server,
    kubernetesVersion,
    actor,
    hasFluxKinds: discovery.find(helmReleaseApi, 'HelmRelease') !== undefined,
  };
}
