import { matchPath } from '../chart/index.ts';
import { trimSpace } from '../gostd/index.ts';
import { assembleHooks } from './assemble.ts';
import { ReleaseError } from './errors.ts';
import { splitManifests } from './split.ts';
import type { Hook } from './types.ts';

export interface TemplateOutputOptions {
  readonly noHooks: boolean;
  readonly skipTests: boolean;
  /** Paths in the chart, with wildcards; all documents when empty. */
  readonly showOnly: readonly string[];
}

/**
 * What `helm template` prints.
 *
 * @throws ReleaseError `show-only`
 * @see helm v4.3.1 pkg/cmd/template.go
 */
export function templateOutput(manifest: string, hooks: readonly Hook[], options: TemplateOutputOptions): string {
  const text = `${trimSpace(manifest)}\n${assembleHooks(shownHooks(hooks, options))}`;
  return options.showOnly.length === 0 ? text : showOnly(text, options.showOnly);
}

/** Those that are printed at all. */
export function shownHooks(
  hooks: readonly Hook[],
  { noHooks, skipTests }: Pick<TemplateOutputOptions, 'noHooks' | 'skipTests'>,
): readonly Hook[] {
  return noHooks ? [] : hooks.filter(({ events }) => !skipTests || !events.includes('test'));
}

function showOnly(text: string, patterns: readonly string[]): string {
  const documents = splitManifests(text);
  const shown: string[] = [];
  for (const pattern of patterns) {
    const matching = documents.filter((document) => {
      const [, path] = /# Source: [^/]+\/([^\n]+)/.exec(document) ?? [];
      return path !== undefined && matchPath(pattern, path) === true;
    });
    if (matching.length === 0) {
      throw new ReleaseError('show-only', pattern, `could not find template ${pattern} in chart`);
    }
    shown.push(...matching);
  }
  return shown.map((document) => `---\n${document}\n`).join('');
}
