import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isMap } from '../gostd/index.ts';
import { decode, YamlError } from '../yaml/index.ts';
import { openIndex, sliceIndex, SourceError } from './index.ts';

/** Indexes as text, in every style that YAML has, some of them broken in a place or two. */
const texts: fc.Arbitrary<string> = fc.gen().map((g) => {
  const pick = (...choices: readonly string[]): string => choices[g(fc.nat, { max: choices.length - 1 })] ?? '';
  const chance = (oneIn: number): boolean => g(fc.nat, { max: oneIn - 1 }) === 0;
  const spaces = (count: number): string => ' '.repeat(count);
  const noise = (indent: number): string =>
    chance(8) ? pick('\n', `${spaces(indent)}# web:\n`, '# "\n', `${spaces(indent)}# - 'x\n`) : '';

  const word = (): string =>
    pick('web', 'a: b', 'zip:', '"', "'", '- x', '# no', '#yes', '[', '}', '|', 'é', '\\', 'x');
  const plainWord = (): string => pick('web', 'a:b', 'x-y', 'it"s', "it's", 'é', 'v1', 'a#b', '1.0');
  const line = (): string => `${plainWord()} ${plainWord()}`;

  /** What follows `key:`, with its line end; its own lines stand further in than `indent`. */
  const value = (indent: number): string => {
    const deeper = spaces(indent + 1 + g(fc.nat, { max: 3 }));
    switch (
      pick('plain', 'plain', 'long', 'double', 'single', 'literal', 'folded', 'list', 'map', 'empty', 'comment')
    ) {
      case 'long':
        return ` ${line()}\n${chance(3) ? '\n' : ''}${deeper}${pick('"', "'", '- ', '', 'x')}${line()}\n`;
      case 'double':
        return ` "${line()} ${pick('', '\\"', '\\\n', 'a: b', '# x')}${chance(2) ? `\n${deeper}${plainWord()}` : ''}"${pick('', ' # c')}\n`;
      case 'single':
        return ` '${plainWord().replaceAll("'", "''")}${chance(2) ? `\n${deeper}zip: x` : ''}${pick('', "''")}'\n`;
      case 'literal':
      case 'folded':
        return ` ${pick('|', '>', '|-', '>-', '|+', '|2', '| # c')}\n${deeper} ${word()}\n${chance(3) ? '\n' : ''}${deeper} ${word()}\n`;
      case 'list':
        return ` [${plainWord()}, "${plainWord().replaceAll('"', '')}"${chance(2) ? `,\n${deeper}b` : ''}${pick('', ',')}]\n`;
      case 'map':
        return ` {a: ${pick('b', '"c"', "'d'", '[e]')}${chance(2) ? `,\n${deeper}"f": g` : ''}}\n`;
      case 'empty':
        return `${pick('', ' ', ' null', ' ~', ' []', ' {}', ' ""')}\n`;
      case 'comment':
        return ` ${plainWord()} # "${word()}\n`;
      default:
        return ` ${line()}\n`;
    }
  };

  const entry = (indent: number): string => {
    const inner = indent + pick('- ', '-  ').length;
    const dash = `${spaces(indent)}${spaces(0)}-${spaces(inner - indent - 1)}`;
    const fields = [`version: ${pick('1.0.0', '"2.0.0"', "'3.0.0-rc.1'")}\n`];
    for (const name of ['description', 'home', 'icon', 'appVersion', 'engine']) {
      if (chance(3)) {
        fields.push(`${name}:${value(inner)}`);
      }
    }
    if (chance(2)) {
      const list = inner + (chance(2) ? 2 : 0);
      fields.push(`${pick('urls', 'keywords')}:\n${spaces(list)}- ${line()}\n${spaces(list)}-${value(list)}`);
    }
    if (chance(3)) {
      fields.push(`annotations:\n${spaces(inner + 2)}${pick('zip', '"web"', 'a.b/c')}:${value(inner + 2)}`);
    }
    return fields.map((field, i) => `${i === 0 ? dash : spaces(inner)}${field}${noise(inner)}`).join('');
  };

  const keyIndent = 1 + g(fc.nat, { max: 2 });
  const names = ['web', 'zip', '"quoted"', "'single'", 'a.b', 'x-1', chance(20) ? pick('2048', 'yes') : 'y-1'].filter(
    () => chance(3),
  );
  const charts = names.map((name) => {
    const indent = keyIndent + pick('', '  ').length;
    const entries = Array.from({ length: g(fc.nat, { max: 2 }) }, () => entry(indent)).join('');
    return `${spaces(keyIndent)}${name}:${entries === '' ? pick(' []', ' null', '') : ''}\n${noise(indent)}${entries}`;
  });
  let text = [
    pick('', '', '---\n', '# c\n'),
    chance(20)
      ? pick('apiVersion: 1\n', 'apiVersion: null\n')
      : pick('apiVersion: v1\n', 'apiVersion: "v1"\n', "apiVersion: 'v1' # c\n"),
    `entries:${pick('', ' # c')}\n`,
    noise(keyIndent),
    ...charts,
    chance(20)
      ? pick('---\napiVersion: v2\n', '...\nentries:\n')
      : pick('generated: "2026-01-01T00:00:00Z"\n', '', 'serverInfo:\n  a: b\n'),
  ].join('');
  for (let changes = chance(2) ? 0 : g(fc.nat, { max: 2 }); changes > 0; changes--) {
    const at = g(fc.nat, { max: text.length });
    text =
      text.slice(0, at) +
      pick('"', "'", '\n', ' ', '  ', ':', '- ', '#', '\t', '&a ', '*a', '[', '\r', ',') +
      text.slice(at + g(fc.nat, { max: 2 }));
  }
  return (chance(6) ? '\ufeff' : '') + (chance(5) ? text.replaceAll('\n', '\r\n') : text);
});

/** Lifted by hand for long runs. */
const runs = Number(process.env['FAIRLEAD_INDEX_RUNS'] ?? 1000);

test('the parts of an index are those of a full parse, in whatever style it is written', { timeout: runs * 20 }, () => {
  const seen = { valid: 0, sliced: 0 };
  fc.assert(
    fc.property(texts, (text) => {
      const whole = entriesOf(text);
      const bytes = new TextEncoder().encode(text);
      const slices = sliceIndex(bytes);
      if (whole === undefined) {
        // What is wrong within a chart nobody asks about stays unseen.
        return;
      }
      seen.valid++;
      if (slices === undefined) {
        return;
      }
      seen.sliced++;
      expect([...slices.charts.keys()]).toEqual(Object.keys(whole));
      for (const [name, { start, end }] of slices.charts) {
        const part = entriesOf(`entries:\n${new TextDecoder().decode(bytes.subarray(start, end))}`);
        // A part that cannot stand for itself is read with the whole.
        if (part !== undefined) {
          expect(part[name]).toEqual(whole[name]);
        }
      }
    }),
    { numRuns: runs },
  );
  // Else it says nothing.
  expect(seen.valid).toBeGreaterThan(runs / 4);
  expect(seen.sliced).toBeGreaterThan(seen.valid / 4);
});

test('an index is read, or is invalid; nothing else comes of any text', () => {
  fc.assert(
    fc.property(texts, (text) => {
      try {
        const index = openIndex(new TextEncoder().encode(text));
        index.charts().forEach(({ name }) => index.chart(name));
      } catch (error) {
        expect(error).toBeInstanceOf(SourceError);
        expect(error).toMatchObject({ code: 'invalid-index' });
      }
    }),
    { numRuns: 500 },
  );
});

/** Undefined where it is no YAML that Flux would take. */
function entriesOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = decode(text, { strict: true });
    const entries = isMap(value) ? value['entries'] : undefined;
    return entries === null || entries === undefined ? {} : isMap(entries) ? entries : undefined;
  } catch (error) {
    if (error instanceof YamlError) {
      return undefined;
    }
    throw error;
  }
}
