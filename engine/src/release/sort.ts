import { compareStrings, parseInt, toLower, trimSpace } from '../gostd/index.ts';
import { readHead } from './head.ts';
import { installOrder, sortByKind } from './kindOrder.ts';
import { splitManifests } from './split.ts';
import type { Hook, HookEvent, Manifest, ManifestHead } from './types.ts';

/** Annotations that Helm reads. @see helm v4.3.1 pkg/release/v1/hook.go */
export const hookAnnotations = {
  hook: 'helm.sh/hook',
  weight: 'helm.sh/hook-weight',
  deletePolicy: 'helm.sh/hook-delete-policy',
  outputLogPolicy: 'helm.sh/hook-output-log-policy',
} as const;

const events: ReadonlyMap<string, HookEvent> = new Map<string, HookEvent>([
  ['pre-install', 'pre-install'],
  ['post-install', 'post-install'],
  ['pre-delete', 'pre-delete'],
  ['post-delete', 'post-delete'],
  ['pre-upgrade', 'pre-upgrade'],
  ['post-upgrade', 'post-upgrade'],
  ['pre-rollback', 'pre-rollback'],
  ['post-rollback', 'post-rollback'],
  ['test', 'test'],
  // Helm 2's name.
  ['test-success', 'test'],
]);

export interface SortedManifests {
  readonly hooks: readonly Hook[];
  readonly manifests: readonly Manifest[];
}

/**
 * Rendered files as single documents, hooks apart from the rest, each in the order of creation. Documents of hooks
 * that Helm does not know are left out.
 *
 * @param files text by path, without NOTES.txt
 * @throws ReleaseError `manifest`
 * @see helm v4.3.1 pkg/release/v1/util/manifest_sorter.go, SortManifests
 */
export function sortManifests(files: ReadonlyMap<string, string>): SortedManifests {
  const hooks: Hook[] = [];
  const manifests: Manifest[] = [];
  const paths = [...files.keys()].sort(compareStrings);
  for (const path of paths.filter((one) => !one.slice(one.lastIndexOf('/') + 1).startsWith('_'))) {
    for (const content of splitManifests(files.get(path) ?? '')) {
      const head = readHead(content, path);
      const hook = head.metadata?.annotations[hookAnnotations.hook];
      if (hook === undefined) {
        manifests.push({ path, content, head });
      } else {
        hooks.push(...readHook({ path, content, head }, hook));
      }
    }
  }
  return {
    hooks: sortByKind(hooks, ({ kind }) => kind, installOrder),
    manifests: sortByKind(manifests, ({ head }) => head.kind, installOrder),
  };
}

function readHook({ path, content, head }: Manifest, names: string): Hook[] {
  const found = names.split(',').map((name) => events.get(toLower(trimSpace(name))));
  const known = found.filter((event) => event !== undefined);
  if (known.length < found.length) {
    return [];
  }
  return [
    {
      name: head.metadata?.name ?? '',
      kind: head.kind,
      path,
      manifest: content,
      events: known,
      lastRun: { phase: '' },
      weight: weightOf(head),
      deletePolicies: listOf(head, hookAnnotations.deletePolicy),
      outputLogPolicies: listOf(head, hookAnnotations.outputLogPolicy),
    },
  ];
}

/** What is no number weighs nothing. */
function weightOf(head: ManifestHead): number {
  const { value, error } = parseInt(head.metadata?.annotations[hookAnnotations.weight] ?? '', 10, 64);
  return error === undefined ? Number(value) : 0;
}

function listOf(head: ManifestHead, annotation: string): string[] {
  const list = head.metadata?.annotations[annotation];
  return list === undefined ? [] : list.split(',').map((item) => toLower(trimSpace(item)));
}
