/**
 * What a HelmRelease wants: from its object and the sources, ConfigMaps and Secrets around it to chart, values,
 * manifest and hooks. The one function behind preview, `render`, plan, diff and reconcile.
 * Follows helm-controller v1.6. Left out for now: kustomize patches of `postRenderers`, which are an error,
 * and `upgrade.preserveValues`, which is a refusal.
 */
export {
  type DesiredInput,
  type DesiredRelease,
  desiredRelease,
  type DesiredWorld,
  type Render,
  type Resolve,
  type TracedFiles,
} from './desiredRelease.ts';
export type { FetchLookup } from './lookups.ts';
export { postRender } from './postRender.ts';
export { problemOf } from './problem.ts';
export { refusedPlace, type WrittenPlace } from './refusedPlace.ts';
export { readReleases, type WorkingCopyReleases, type WrittenRelease } from './workingCopy.ts';
