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
  const head = [
    ...(failed === undefined ? [] : failureLines(failed, file, fileName)),
    ...(rendered === undefined
      ? []
      : [
          ...(failed === undefined ? [] : ['', 'What follows was rendered before that.']),
          ...factLines(rendered, file),
        ]),
  ]
    .flatMap((line) => line.split(/\r\n|\r|\n/))
    .map((line) => (line === '' ? '#' : `# ${line}`));
  return { text: [...head, rendered?.text ?? ''].join('\n'), headLines: head.length };
}

function failureLines({ release, problem, place }: FailedRender, file: string, fileName: FileName): readonly string[] {
  const what = release === undefined ? file : `HelmRelease ${release.namespace}/${release.name}`;
  const where = place === undefined ? file : `${fileName(place.uri)}:${String(place.range.start.line + 1)}`;
  return [`${what} cannot be rendered (${where}):`, problem.message, ...hintLines(problem)];
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
