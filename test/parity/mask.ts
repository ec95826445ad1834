/**
 * Whether a text is what Helm prints, where Helm itself prints other random values, certificates and dates each time.
 * A byte that all runs of Helm have in common must be ours too; where they differ, ours is of the same length and
 * class. Where even their lengths differ, as those of certificates do, ours is no shorter and no longer than theirs.
 *
 * @param runs what Helm printed for one and the same chart and values, twice or more often
 */
export function equalsButForRandom(text: string, runs: readonly string[]): boolean {
  const [first = [], ...others] = runs.map((run) => run.split('\n'));
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
  return runs.every((run) => run.length === first.length) ? columnsFit(line, runs) : middleFits(line, runs);
}

/** Column by column: stretches of columns that differ are compared by class, all others as they are. */
function columnsFit(line: string, runs: readonly string[]): boolean {
  const [first = ''] = runs;
  if (line.length !== first.length) {
    return false;
  }
  for (let start = 0; start < first.length; start++) {
    let end = start;
    while (end < first.length && runs.some((run) => run[end] !== first[end])) {
      end++;
    }
    const stretches = runs.map((run) => run.slice(start, end));
    if (end === start ? line[start] !== first[start] : !hasClassOf(line.slice(start, end), stretches)) {
      return false;
    }
    start = Math.max(start, end - 1);
  }
  return true;
}

/** What the runs share at the start and at the end must be there; between, class and length are compared. */
function middleFits(line: string, runs: readonly string[]): boolean {
  const [first = ''] = runs;
  const lengths = runs.map((run) => run.length);
  const [shortest, longest] = [Math.min(...lengths), Math.max(...lengths)];
  let start = 0;
  while (start < shortest && runs.every((run) => run[start] === first[start])) {
    start++;
  }
  let end = 0;
  while (end < shortest - start && runs.every((run) => run.at(-1 - end) === first.at(-1 - end))) {
    end++;
  }
  return (
    line.length >= shortest &&
    line.length <= longest &&
    line.startsWith(first.slice(0, start)) &&
    line.endsWith(first.slice(first.length - end)) &&
    hasClassOf(
      line.slice(start, line.length - end),
      runs.map((run) => run.slice(start, run.length - end)),
    )
  );
}

function hasClassOf(text: string, others: readonly string[]): boolean {
  return classOf(text) <= Math.max(...others.map(classOf));
}

const classes = [/^[0-9]*$/, /^[a-z0-9]*$/, /^[A-Za-z0-9]*$/, /^[A-Za-z0-9+/=]*$/, /^[!-~]*$/] as const;

/** The narrowest class of characters that holds all of a text. */
function classOf(text: string): number {
  const found = classes.findIndex((pattern) => pattern.test(text));
  return found < 0 ? classes.length : found;
}
