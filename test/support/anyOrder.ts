/**
 * Helm's library visits properties in the order of Go's maps, that is in any: lines that stand beside each other are
 * sorted, and so are the names within a line. Where a bad property name stands it tells from memory that it has
 * meanwhile used for something else, so that is not compared.
 */
export function inAnyOrder(text: string): string {
  const top: Line = { text: '', below: [] };
  // A line that is no failure names a chart: the failures behind it are that chart's.
  let open = [{ indent: -2, line: top }];
  for (const one of text.split('\n').filter((each) => each !== '')) {
    const lead = /^( *)- at /.exec(one)?.[1];
    const indent = lead?.length ?? -1;
    const line: Line = { text: comparable(one), below: [] };
    open = open.filter((each) => each.indent < indent);
    open.at(-1)?.line.below.push(line);
    open.push({ indent, line });
  }
  return sorted(top);
}

/** A line of an error, and the lines that are further in. */
interface Line {
  readonly text: string;
  readonly below: Line[];
}

function comparable(line: string): string {
  return line
    .replace(/^( *- at ).*(: invalid propertyName )/, '$1…$2')
    .replace(/(?<= at )("[^"]*") and ("[^"]*")$/, (_, one: string, other: string) => [one, other].sort().join(' and '))
    .replace(/additional properties (.*) not allowed$/, (_, names: string) => names.split(', ').sort().join(', '));
}

function sorted({ text, below }: Line): string {
  return [text, ...below.map(sorted).sort()].join('\n');
}
