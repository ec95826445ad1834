import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { composeAll, type YamlNode } from './index.ts';

/** The text that a node covers; of two nodes of a map, its key and its value. */
function sourcesOf(text: string, node: YamlNode): unknown {
  const source = text.slice(node.start.offset, node.end.offset);
  switch (node.kind) {
    case 'scalar':
    case 'alias':
      return source;
    case 'sequence':
      return [source, ...node.items.map((item) => sourcesOf(text, item))];
    case 'mapping':
      return [
        source,
        ...node.keys.map((key, index) => {
          const value = node.values[index];
          return [sourcesOf(text, key), value === undefined ? undefined : sourcesOf(text, value)];
        }),
      ];
  }
}

describe('composeAll', () => {
  test.for([
    { name: 'a block map', text: 'a: b\nc: d\n', want: ['a: b\nc: d', ['a', 'b'], ['c', 'd']] },
    {
      name: 'a list at the indentation of its key',
      text: 'a:\n- b\n- c\n',
      want: ['a:\n- b\n- c', ['a', ['- b\n- c', 'b', 'c']]],
    },
    { name: 'a flow list', text: '[ a, "b" ] # c', want: ['[ a, "b" ]', 'a', '"b"'] },
    { name: 'an empty value', text: 'a:\nb: c', want: ['a:\nb: c', ['a', ''], ['b', 'c']] },
    { name: 'an anchor and its alias', text: 'a: &x b\nc: *x', want: ['a: &x b\nc: *x', ['a', '&x b'], ['c', '*x']] },
    {
      name: 'a scalar over lines',
      text: 'a: b\n  c\n\nd: e',
      want: ['a: b\n  c\n\nd: e', ['a', 'b\n  c'], ['d', 'e']],
    },
    { name: 'text behind a byte order mark', text: '\ufeffa: b', want: ['a: b', ['a', 'b']] },
  ])('nodes cover their text: $name', ({ text, want }) => {
    const { documents, error } = composeAll(text);
    expect(error).toBeUndefined();
    expect(documents.map((root) => sourcesOf(text, root))).toEqual([want]);
  });

  test('styles, tags and anchors are kept', () => {
    const { documents } = composeAll('- a\n- \'b\'\n- "c"\n- |\n  d\n- >\n  e\n- !!int &x 5\n- !foo g\n');
    const [root] = documents;
    const items = root?.kind === 'sequence' ? root.items : [];
    expect(items.map((item) => (item.kind === 'scalar' ? item.style : item.kind))).toEqual([
      'plain',
      'single-quoted',
      'double-quoted',
      'literal',
      'folded',
      'plain',
      'plain',
    ]);
    expect(items.slice(5).map(({ tag, anchor }) => ({ tag, anchor }))).toEqual([
      { tag: 'tag:yaml.org,2002:int', anchor: 'x' },
      { tag: '!foo', anchor: undefined },
    ]);
  });

  test('an alias knows its target', () => {
    const [root] = composeAll('- &x a\n- *x').documents;
    const items = root?.kind === 'sequence' ? root.items : [];
    const [target, alias] = items;
    expect(alias?.kind === 'alias' ? alias.target : undefined).toBe(target);
  });

  test('documents before the broken one are there', () => {
    const { documents, error } = composeAll('a: 1\n---\nb: 2\n---\nc: [\n');
    expect(documents).toHaveLength(2);
    expect(error?.message).toBe('yaml: line 5: did not find expected node content');
  });

  test('it never throws, and nodes lie in the text and in their parents', () => {
    const fragment = fc.constantFrom(
      ...[
        'a',
        'b c',
        ': ',
        ':',
        '- ',
        '? ',
        '\n',
        '\n  ',
        '\n    ',
        '  ',
        '\t',
        '#',
        ' # c',
        '"',
        "'",
        '[',
        ']',
        '{',
        '}',
      ],
      ...[
        ', ',
        '&x ',
        '*x',
        '!!str ',
        '!',
        '|',
        '|-\n  x\n',
        '>\n  y\n',
        '---\n',
        '...\n',
        '\r\n',
        '%YAML 1.1\n',
        '<<: ',
      ],
      ...['1', 'yes', '~', 'é', '😀', '\u2028', '\u0085', '\0', '\ud800', '\\'],
    );
    const texts = fc.oneof(
      fc.array(fragment, { maxLength: 20 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        for (const root of composeAll(text).documents) {
          expectInside(root, 0, text.length);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

function expectInside(node: YamlNode, from: number, to: number): void {
  expect(node.start.offset).toBeGreaterThanOrEqual(from);
  expect(node.end.offset).toBeGreaterThanOrEqual(node.start.offset);
  expect(node.end.offset).toBeLessThanOrEqual(to);
  const children =
    node.kind === 'sequence' ? node.items : node.kind === 'mapping' ? [...node.keys, ...node.values] : [];
  for (const child of children) {
    expectInside(child, node.start.offset, node.end.offset);
  }
}
