import type { ChartCrd } from '../chart/index.ts';
import { fromBytes } from '../gostd/index.ts';
import type { Hook, Manifest } from './types.ts';

/**
 * The text of a release: each document behind `---` and the template that wrote it.
 *
 * @param crds files of crds/ to put in front, as `--include-crds` asks
 * @see helm v4.3.1 pkg/action/action.go, renderResources
 */
export function assembleManifest(manifests: readonly Manifest[], crds: readonly ChartCrd[] = []): string {
  return [
    ...crds.map(({ path, file }) => documentText(path, fromBytes(file.data))),
    ...manifests.map(({ path, content }) => documentText(path, content)),
  ].join('');
}

/** Hooks in the form that `helm template` prints behind the manifest. */
export function assembleHooks(hooks: readonly Hook[]): string {
  return hooks.map(({ path, manifest }) => documentText(path, manifest)).join('');
}

/**
 * Rendered files that could not be taken apart, in one text for people to look at.
 *
 * @see helm v4.3.1 pkg/action/action.go, renderResources
 */
export function assembleBroken(files: ReadonlyMap<string, string>): string {
  return [...files]
    .filter(([, text]) => text.trim() !== '')
    .map(([path, text]) => documentText(path, text))
    .join('');
}

function documentText(path: string, content: string): string {
  return `---\n# Source: ${path}\n${content}\n`;
}
