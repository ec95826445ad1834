import { chartCrds } from '@fairlead/engine/chart';
import {
  assembleBroken,
  assembleManifest,
  ReleaseError,
  shownHooks,
  type SortedManifests,
  sortManifests,
  templateOutput,
} from '@fairlead/engine/release';
import { type Rendered, splitNotes } from '@fairlead/engine/render';
import type { TemplateContext } from '../commands/context.ts';
import { writeOutputFolder } from './outputFolder.ts';

/** How `helm template` is to print. */
export interface OutputOptions {
  readonly includeCrds: boolean;
  readonly hooks: boolean;
  readonly skipTests: boolean;
  readonly showOnly: readonly string[];
  readonly outputDir?: string;
  readonly releaseName: boolean;
  readonly debug: boolean;
}

/**
 * What `helm template` prints of a chart. Files are written before, where they are to be.
 *
 * @param of the release's name, and how to print it
 * @throws ReleaseError, InputFileError, with Helm's message
 * @see helm v4.3.1 pkg/cmd/template.go
 */
export function templateResult(
  { io, cwd }: Pick<TemplateContext, 'io' | 'cwd'>,
  rendered: Rendered,
  { name, options }: { readonly name: string; readonly options: OutputOptions },
): string {
  const { includeCrds, hooks, skipTests, showOnly, outputDir: folder = '', releaseName } = options;
  const { files } = splitNotes(rendered.chart, rendered.files);
  const shown = { noHooks: !hooks, skipTests, showOnly };
  const sorted = sortedOrTold(files, (broken) => {
    if (options.debug) {
      io.result(templateOutput(broken, [], shown));
    }
  });
  const crds = includeCrds ? chartCrds(rendered.chart) : [];
  if (folder === '') {
    return templateOutput(assembleManifest(sorted.manifests, crds), sorted.hooks, shown);
  }
  const documents = { crds, manifests: sorted.manifests, hooks: shownHooks(sorted.hooks, shown) };
  writeOutputFolder(documents, {
    folder,
    cwd,
    ...(releaseName && { releaseName: name }),
    tell: (line) => {
      io.result(`${line}\n`);
    },
  });
  return templateOutput('', [], shown);
}

/** @throws ReleaseError `manifest`, once `tell` has got what could not be taken apart */
function sortedOrTold(files: ReadonlyMap<string, string>, tell: (broken: string) => void): SortedManifests {
  try {
    return sortManifests(files);
  } catch (error) {
    if (error instanceof ReleaseError && error.code === 'manifest') {
      unlessNotFound(() => {
        tell(assembleBroken(files));
      });
    }
    throw error;
  }
}

/** The first thing wrong is what counts. */
function unlessNotFound(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ReleaseError && error.code === 'show-only')) {
      throw error;
    }
  }
}
