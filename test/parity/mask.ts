/**
 * Whether a text is what Helm prints, where Helm itself prints other random values, certificates and dates each time:
 * outside of what differs between runs of Helm every byte is the same, and inside it is of the same length and class.
 *
 * @param runs what Helm printed for one and the same chart and values, twice or more often
 */
export function equalsButForRandom(text: string, runs: readonly string[]): boolean {
  const [first = '', ...others] = runs.map((run) => run.split('\n'));
  const lines = text.split('\n');
  return (
    others.every((run) => run.length === first.length) &&
    lines.length === first.length &&
    lines.every((line, index) =>
      lineFits(
        line,
        [first, ...others].map((run) => run[index] ?? ''),
      ),
    )
  );
}

function lineFits(line: string, runs: readonly string[]): boolean {
  const [first = ''] = runs;
  if (runs.every((run) => run === first)) {
    return line === first;
  }
  const shortest = Math.min(...runs.map((run) => run.length));
  let start = 0;
  while (start < shortest && runs.every((run) => run[start] === first[start])) {
    start++;
  }
  let end = 0;
  while (end < shortest - start && runs.every((run) => run.at(-1 - end) === first.at(-1 - end))) {
    end++;
  }
  const middles = runs.map((run) => run.slice(start, run.length - end));
  const middle = line.slice(start, line.length - end);
  return (
    line.startsWith(first.slice(0, start)) &&
    line.endsWith(first.slice(first.length - end)) &&
    line.length >= start + end &&
    (middles.some((other) => other.length !== middles[0]?.length) || middle.length === middles[0]?.length) &&
    classOf(middle) <= Math.max(...middles.map(classOf))
  );
}

const classes = [/^[0-9]*$/, /^[a-z0-9]*$/, /^[A-Za-z0-9]*$/, /^[A-Za-z0-9+/=]*$/, /^[!-~]*$/] as const;

/** The narrowest class of characters that holds all of a text. */
function classOf(text: string): number {
  const found = classes.findIndex((pattern) => pattern.test(text));
  return found < 0 ? classes.length : found;
}
