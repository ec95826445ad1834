import type { FailedRender, RenderedRelease } from '@fairlead/server/protocol';
import type { FileName } from './traceMarkdown.ts';

/** The text of a preview: what is to know of it as comments, then the manifest. */
export interface PreviewText {
  readonly text: string;
  /** How many lines stand above the manifest. */
  readonly headLines: number;
}

export interface PreviewState {
  /** The last render that came off. */
  readonly rendered: RenderedRelease | undefined;
  /** Why there is none of what the files say now. */
  readonly failed: FailedRender | undefined;
}

/** @param source URI of the HelmRelease's file */
export function previewText({ rendered, failed }: PreviewState, source: string, fileName: FileName): PreviewText {
  const file = fileName(source);
  const facts = rendered === undefined ? [] : toLines(factLines(rendered, file));
  const failure = failed === undefined ? undefined : toLines(failureLines(failed, file, fileName, rendered));
  // A failure takes the place of the facts, and no less room, so that what is below stays where it is while one types.
  const head = failure === undefined ? facts : [...failure, ...facts.slice(failure.length).fill('')];
  const comments = head.map((line) => (line === '' ? '#' : `# ${line}`));
  return { text: [...comments, rendered?.text ?? ''].join('\n'), headLines: comments.length };
}

function toLines(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => text.trimEnd().split(/\r\n|\r|\n/));
}

function failureLines(
  { release, problem, place }: FailedRender,
  file: string,
  fileName: FileName,
  before: RenderedRelease | undefined,
): readonly string[] {
  const what = release === undefined ? file : `HelmRelease ${release.namespace}/${release.name}`;
  const where = place === undefined ? file : `${fileName(place.uri)}:${String(place.range.start.line + 1)}`;
  const below = before === undefined ? '' : '; below is what was rendered before';
  return [`${what} cannot be rendered (${where})${below}:`, problem.message, ...hintLines(problem)];
}

function hintLines({ code, host }: FailedRender['problem']): readonly string[] {
  switch (code) {
    case 'offline':
      return [`Run "Fairlead: Allow Chart Hosts" to let Fairlead ask ${host ?? 'it'}.`];
    case 'unauthorized':
    case 'forbidden':
      return ['Run "Fairlead: Log In to Chart Host" if the chart is not for everyone.'];
    default:
      return [];
  }
}

function factLines(rendered: RenderedRelease, file: string): readonly string[] {
  const { release, chart, warnings, refusals, assumedEmpty, unknown } = rendered;
  return [
    `HelmRelease ${release.namespace}/${release.name} of ${file}, as a first install`,
    `Chart ${chart.name} ${chart.version}: ${chart.from}`,
    ...warnings.map((warning) => `Warning: ${warning}`),
    ...assumedEmpty.map(
      ({ kind, namespace, name }) =>
        `Assumed empty, as no cluster answered: ${kind} ${[namespace, name === '' ? '*' : name].filter((part) => part !== '').join('/')}`,
    ),
    ...unknown.map((one) => `Known in the cluster only: ${one}`),
    ...refusals.map((refusal) => `Would not be applied: ${refusal}`),
    'Hover over a line for what made it; Go to Definition leads to the value.',
  ];
}
