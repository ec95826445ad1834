import { applyObjects, refOf } from '../kube/index.ts';
import type { KubeObject } from '../support/index.ts';
import type { ActionConfig, ActionOptions } from './config.ts';
import { readObjects } from './objects.ts';
import type { ReleaseContent } from './record.ts';
import { waitUntilReady } from './wait.ts';

/** `Create` makes those that are missing, `CreateReplace` brings all to what the chart has, `Skip` does nothing. */
export type CrdPolicy = 'Skip' | 'Create' | 'CreateReplace';

/** How long a definition may take to be established. @see helm-controller v1.6 internal/action/crds.go */
const establishedMs = 60_000;

/**
 * Applies the definitions of a chart's crds/ before its objects. They are never deleted; what is no definition there is
 * left out.
 */
export async function applyCrds(
  crds: ReleaseContent['crds'],
  policy: CrdPolicy,
  config: ActionConfig,
  options: ActionOptions,
): Promise<void> {
  if (policy === 'Skip' || crds.length === 0) {
    return;
  }
  const { client, fieldManager } = config;
  const wanted: KubeObject[] = [];
  for (const object of crds.flatMap(({ text }) => readObjects(text))) {
    if (object.kind !== 'CustomResourceDefinition') {
      config.onProgress(`skipping ${object.kind} ${object.metadata.name} in crds/: it is no CustomResourceDefinition`);
    } else if (policy === 'CreateReplace' || (await client.find(refOf(object), options)) === undefined) {
      wanted.push(object);
    }
  }
  if (wanted.length === 0) {
    return;
  }
  config.onProgress(`applying ${wanted.length} CustomResourceDefinition${wanted.length === 1 ? '' : 's'}`);
  await applyObjects(client, wanted, { signal: options.signal, fieldManager, force: true });
  await waitUntilReady(wanted, config, {
    ...options,
    timeoutMs: Math.min(establishedMs, options.timeoutMs),
  });
  client.forgetKinds();
}
