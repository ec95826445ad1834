import { pointerKeys } from '@fairlead/engine/support';
import type { LineWriter, TracedLine, TracedValue } from '@fairlead/server/protocol';

/** Names a file of the workspace as people do. */
export type FileName = (uri: string) => string;

/** More of one sort are counted only. */
const maxValues = 12;

/** What made a line, for a hover. Everything that charts and files say is escaped. */
export function traceMarkdown(
  { object, pointer, writer, data, keys, control }: TracedLine,
  fileName: FileName,
): string {
  const name = object.namespace === undefined ? object.name : `${object.namespace}/${object.name}`;
  const field = pointer === '' ? '' : ` ${code(fieldPath(pointer))}`;
  const seen = new Set([...data, ...keys].map(({ path }) => path));
  const decided = control.filter(({ path }) => !seen.has(path));
  return [
    `**${escaped(`${object.kind} ${name}`)}**${field}`,
    ...writerLines(writer, fileName),
    ...section('Values in it', data, fileName),
    ...section('Names of values in it', keys, fileName),
    ...section('Values that decided about it', decided, fileName),
  ].join('\n\n');
}

function writerLines(writer: LineWriter, fileName: FileName): readonly string[] {
  if (writer.kind === 'flux') {
    const what = writer.field === 'labels' ? 'label' : 'annotation';
    const from =
      writer.place === undefined ? 'commonMetadata' : linkTo(writer.place.uri, writer.place.range.start.line, fileName);
    return [
      writer.isOwn
        ? `helm-controller adds this ${what}: it says which HelmRelease the object belongs to.`
        : `helm-controller adds this ${what}, as \`spec.commonMetadata\` says: ${from}`,
    ];
  }
  const { template, position, calls } = writer;
  const own = position === undefined ? code(template) : code(placeText(template, position));
  const outwards = calls
    .toReversed()
    .map(
      ({ template: from, position: at, name }) =>
        `${name === 'gotpl' ? 'through a text that \`tpl\` renders' : `in template ${code(name)}`}, called at ${code(placeText(from, at))}`,
    );
  return [[`Written by ${own}`, ...outwards].join('  \n')];
}

function section(title: string, values: readonly TracedValue[], fileName: FileName): readonly string[] {
  if (values.length === 0) {
    return [];
  }
  const rest = values.length - maxValues;
  const lines = values.slice(0, maxValues).map((value) => `- ${valueText(value, fileName)}`);
  return [`${title}:\n\n${[...lines, ...(rest > 0 ? [`- and ${String(rest)} more`] : [])].join('\n')}`];
}

function valueText({ path, text, origin }: TracedValue, fileName: FileName): string {
  const value = text === undefined ? code(path) : `${code(path)} = ${code(text)}`;
  switch (origin?.kind) {
    case undefined:
      return `${value}, not set`;
    case 'file': {
      const layer = origin.layer === 'values' ? '' : ` of ${escaped(origin.layer)}`;
      return `${value}: ${linkTo(origin.uri, origin.range.start.line, fileName)}${layer}`;
    }
    case 'chart':
      return `${value}: default of chart ${escaped(origin.chart)}, ${code(`${origin.file}:${String(origin.position.line + 1)}`)}`;
    case 'secret':
      return `${value}: Secret ${escaped(origin.object)}, key ${code(origin.key)}, not shown`;
    case 'unknown':
      return `${value}: known in the cluster only, ${escaped(origin.reason)}`;
    case 'computed':
      return `${value}: from ${escaped(origin.by)}`;
  }
}

/** `data.replicas`, `spec.containers[0]` */
function fieldPath(pointer: string): string {
  return pointerKeys(pointer)
    .map((part, i) =>
      /^\d+$/.test(part)
        ? `[${part}]`
        : /^[\w-]+$/.test(part)
          ? `${i === 0 ? '' : '.'}${part}`
          : `[${JSON.stringify(part)}]`,
    )
    .join('');
}

function placeText(
  template: string,
  { line, character }: { readonly line: number; readonly character: number },
): string {
  return `${template}:${String(line + 1)}:${String(character + 1)}`;
}

function linkTo(uri: string, line: number, fileName: FileName): string {
  const target = uri.replace(/[()<>\s\\]/g, (char) => encodeURIComponent(char).replace('(', '%28').replace(')', '%29'));
  return `[${escaped(`${fileName(uri)}:${String(line + 1)}`)}](${target}#L${String(line + 1)})`;
}

/** A text as it is, in one line; a long one is cut. */
function code(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const short = line.length > 120 ? `${line.slice(0, 119)}…` : line;
  const longest = Math.max(0, ...[...short.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${short}${fence}` : `${fence} ${short} ${fence}`;
}

function escaped(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]()#+\-.!|<>&~]/g, '\\$&');
}
