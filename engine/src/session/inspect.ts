import { objectsOfRelease, readObjects } from '../action/index.ts';
import { isSecret, lookAll, maskSecrets, refOf, toYaml } from '../kube/index.ts';
import { leadingComments, splitManifests } from '../release/index.ts';
import { type Abortable, mask, type NamespacedName } from '../support/index.ts';
import { encode } from '../yaml/index.ts';
import type { SessionContext } from './context.ts';
import { locate, revisionOf } from './locate.ts';
import { maskValues, secretTexts, secretValuesOf } from './secretValues.ts';
import { historyEntry } from './summaries.ts';
import type { HistoryReport, OwnedResource } from './types.ts';

interface OfRevision extends Abortable {
  readonly revision?: number;
}

export async function historyOf(
  context: SessionContext,
  name: NamespacedName,
  options: Abortable,
): Promise<HistoryReport> {
  const located = await locate(context, name, options);
  const history = await located.storage.history(located.releaseName, options);
  return {
    version: 1,
    release: { ...located.name, releaseName: located.releaseName },
    history: history.map(historyEntry),
  };
}

/** The objects of the newest revision, and how each is. */
export async function resourcesOf(
  context: SessionContext,
  name: NamespacedName,
  options: Abortable,
): Promise<readonly OwnedResource[]> {
  const { client } = context;
  const release = await revisionOf(await locate(context, name, options), undefined, options);
  const objects = await objectsOfRelease(release.manifest, release, client, options);
  const looks = await lookAll(client, objects.map(refOf), { ...options, rules: { jobs: 'completed', pods: 'ready' } });
  return looks.map(({ ref, status, message }) => ({ ...ref, status, message }));
}

/** The manifest of a revision as it is stored; Secrets' data and what came from Secrets masked. */
export async function manifestOf(context: SessionContext, name: NamespacedName, options: OfRevision): Promise<string> {
  const located = await locate(context, name, options);
  const release = await revisionOf(located, options.revision, options);
  const secrets = secretTexts(release.config, await secretValuesOf(located.owner?.release, context.client, options));
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
  const documents = splitManifests(release.manifest).map((text) => {
    const objects = readObjects(text);
    const shown = objects.some(isSecret)
      ? leadingComments(text) +
        objects.map((object) => toYaml(maskSecrets({ before: undefined, after: object }, []).after ?? {})).join('')
      : `${text.trimEnd()}\n`;
    return `---\n${longestFirst.reduce((result, secret) => result.replaceAll(secret, mask), shown)}`;
  });
  return documents.join('');
}

/** The values that a revision was given, as `helm get values` shows them; what came from Secrets masked. */
export async function valuesOf(context: SessionContext, name: NamespacedName, options: OfRevision): Promise<string> {
  const located = await locate(context, name, options);
  const release = await revisionOf(located, options.revision, options);
  return encode(maskValues(release.config, await secretValuesOf(located.owner?.release, context.client, options)));
}
