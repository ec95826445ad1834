/**
 * Releases and what they are made of, as Helm 4.3.1 keeps them (pkg/release/v1): rendered files taken apart into hooks
 * and manifests, put in order, and written as one text.
 * Left out: storing releases (storage/) and acting on them (action/).
 */
export { assembleBroken, assembleHooks, assembleManifest } from './assemble.ts';
export { ReleaseError } from './errors.ts';
export type { ReleaseErrorCode } from './errors.ts';
export { readHead } from './head.ts';
export { installOrder, sortByKind, uninstallOrder } from './kindOrder.ts';
export { hookAnnotations, sortManifests } from './sort.ts';
export type { SortedManifests } from './sort.ts';
export { leadingComments, splitManifests } from './split.ts';
export { shownHooks, templateOutput } from './template.ts';
export type { TemplateOutputOptions } from './template.ts';
export { isPending } from './types.ts';
export type {
  Hook,
  HookEvent,
  HookExecution,
  HookPhase,
  Manifest,
  ManifestHead,
  Release,
  ReleaseInfo,
  ReleaseStatus,
  StoredChart,
} from './types.ts';
