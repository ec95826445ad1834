import type { Measured } from './measure.ts';
import { median, ninetieth, total } from './statistics.ts';

/** One line a chart, the slowest in process last. */
export function showCharts(measured: readonly Measured[]): string {
  const columns = [...times, ...ratios];
  const rows = [...measured]
    .sort((a, b) => a.warmMs - b.warmMs)
    .map((one) => [
      one.name + (one.isRandom ? ' (random)' : ''),
      String(one.templates),
      ...columns.map(({ of }) => show(of(one))),
    ]);
  return table([['chart', 'templates', ...columns.map(({ name }) => name)], ...rows]);
}

/** Medians, ninetieth percentiles and totals; charts with random output apart. */
export function showReport(measured: readonly Measured[], skipped: readonly string[]): string {
  const fixed = measured.filter(({ isRandom }) => !isRandom);
  const random = measured.filter(({ isRandom }) => isRandom);
  return [
    section(`${String(fixed.length)} charts with fixed output`, fixed),
    ...(random.length === 0 ? [] : [section(`${String(random.length)} charts with random output`, random)]),
    ...(skipped.length === 0 ? [] : [`${String(skipped.length)} charts left out:\n  ${skipped.join('\n  ')}`]),
  ].join('\n\n');
}

interface Column {
  readonly name: string;
  readonly of: (one: Measured) => number;
  /** Above and below the line of a ratio; of their totals the ratio in total is made. */
  readonly parts?: readonly [(one: Measured) => number, (one: Measured) => number];
  /** Charts that it is about. */
  readonly only?: (one: Measured) => boolean;
}

const times: readonly Column[] = [
  { name: 'ours, warm', of: (one) => one.warmMs },
  { name: 'ours, warm, traced', of: (one) => one.tracedMs },
  { name: 'ours, warm, worker', of: (one) => one.workerMs },
  { name: 'Helm in Go, engine', of: (one) => one.goEngineMs },
  { name: 'Helm in Go, values + engine', of: (one) => one.goPreparedMs },
  { name: 'ours, cold', of: (one) => one.coldMs },
  { name: 'ours, cold, traced', of: (one) => one.tracedColdMs },
  { name: 'Helm in Go, cold', of: (one) => one.goColdMs },
  { name: 'fairlead template', of: (one) => one.ourProcessMs },
  { name: 'helm template', of: (one) => one.helmProcessMs },
];

const ratios: readonly Column[] = [
  ratio(
    'warm ÷ Go engine',
    (one) => one.warmMs,
    (one) => one.goEngineMs,
  ),
  ratio(
    'warm ÷ Go values + engine',
    (one) => one.warmMs,
    (one) => one.goPreparedMs,
  ),
  ratio(
    'cold ÷ Go cold',
    (one) => one.coldMs,
    (one) => one.goColdMs,
  ),
  ratio(
    'traced ÷ warm',
    (one) => one.tracedMs,
    (one) => one.warmMs,
  ),
  ratio(
    'traced, cold ÷ cold',
    (one) => one.tracedColdMs,
    (one) => one.coldMs,
  ),
  ratio(
    'helm template ÷ warm',
    (one) => one.helmProcessMs,
    (one) => one.warmMs,
  ),
  ratio(
    'helm template ÷ worker',
    (one) => one.helmProcessMs,
    (one) => one.workerMs,
  ),
  ratio(
    'fairlead ÷ helm template',
    (one) => one.ourProcessMs,
    (one) => one.helmProcessMs,
  ),
  {
    ...ratio(
      '… of 20 templates or more',
      (one) => one.ourProcessMs,
      (one) => one.helmProcessMs,
    ),
    only: ({ templates }) => templates >= 20,
  },
];

function ratio(name: string, above: (one: Measured) => number, below: (one: Measured) => number): Column {
  return { name, of: (one) => above(one) / below(one), parts: [above, below] };
}

function section(title: string, measured: readonly Measured[]): string {
  const row = ({ name, of, parts, only }: Column): string[] => {
    const charts = only === undefined ? measured : measured.filter(only);
    const figures = charts.map(of);
    const sum = parts === undefined ? total(figures) : total(charts.map(parts[0])) / total(charts.map(parts[1]));
    return [name, show(median(figures)), show(ninetieth(figures)), show(sum)];
  };
  return [
    `${title}, in ms`,
    table([['', 'median', '90 %', 'total'], ...times.map(row)]),
    '',
    table([['ratio', 'median', '90 %', 'of totals'], ...ratios.map(row)]),
  ].join('\n');
}

function show(figure: number): string {
  return Number.isNaN(figure) ? '–' : figure.toFixed(figure < 10 ? 2 : 1);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    )
    .join('\n');
}
