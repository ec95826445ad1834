import { Pieces, type TracedStretch } from './pieces.ts';
import type { RenderTrace } from './trace.ts';

/** Who wrote each line of a rendered file. A line feed belongs to the line that it ends. */
export function traceLines(trace: RenderTrace, name: string, text: string): readonly TracedStretch[] {
  const pieces = new Pieces(trace, name, text);
  const lines: TracedStretch[] = [];
  for (let start = 0; start < text.length;) {
    const lineFeed = text.indexOf('\n', start);
    const end = lineFeed < 0 ? text.length : lineFeed + 1;
    lines.push(pieces.between(start, end));
    start = end;
  }
  return lines;
}
