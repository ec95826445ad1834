import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, encode } from '../yaml/index.ts';
import { isMap, newMap, type Value } from '../gostd/index.ts';
import { readChartNames, readIndexedChart, sliceIndex, SourceError } from './index.ts';

const entry = (version: string, more = ''): string => `  - apiVersion: v2
    name: web
    version: ${version}
${more}    urls:
    - web-${version}.tgz
`;

test('the versions of one chart come newest first with what the index says of them', () => {
  const text = `apiVersion: v1
entries:
  other:
  - name: other
    version: 9.9.9
  web:
${entry('1.0.0', '    appVersion: "1.0"\n    created: "2026-01-01T00:00:00Z"\n')}${entry('1.10.0', '    deprecated: true\n')}${entry('1.2.0')}generated: "2026-01-01T00:00:00Z"
`;
  expect(readIndexedChart(text, 'web')).toEqual({
    entries: [
      { name: 'web', version: '1.10.0', deprecated: true, urls: ['web-1.10.0.tgz'] },
      { name: 'web', version: '1.2.0', urls: ['web-1.2.0.tgz'] },
      { name: 'web', version: '1.0.0', appVersion: '1.0', created: '2026-01-01T00:00:00Z', urls: ['web-1.0.0.tgz'] },
    ],
    dropped: [],
  });
  expect(readIndexedChart(text, 'none')).toBeUndefined();
  expect(readChartNames(text)).toEqual([{ name: 'other' }, { name: 'web' }]);
});

test('entries that Flux drops are told and harm nothing', () => {
  const text = `apiVersion: v1
entries:
  web:
${entry('1.0.0')}  -
  - just text
  - name: web
  - version: 1.0.0
  - {name: web, version: one}
  - {name: web, version: 2.0.0, type: plugin}
`;
  const indexed = readIndexedChart(text, 'web');
  expect(indexed?.entries.map(({ version }) => version)).toEqual(['1.0.0']);
  expect(indexed?.dropped).toEqual([
    'entry 2 of web: validation: chart metadata is missing',
    'entry 3 of web: validation: chart metadata is missing',
    'entry 4 of web: validation: chart.metadata.version is required',
    'entry 5 of web: validation: chart.metadata.name is required',
    'entry 6 of web: validation: chart.metadata.version "one" is invalid',
    'entry 7 of web: validation: chart.metadata.type must be application or library',
  ]);
});

// Every one is valid YAML; the want is whether the fast way may take it. Either way the answer is that of a full parse.
const styles: { name: string; text: string; fast: boolean }[] = [
  { name: 'as helm writes it', text: `apiVersion: v1\nentries:\n  web:\n${entry('1.0.0')}`, fast: true },
  {
    name: 'line ends of Windows',
    text: `apiVersion: v1\nentries:\n  web:\n${entry('1.0.0')}`.replaceAll('\n', '\r\n'),
    fast: true,
  },
  { name: 'a byte order mark', text: `\ufeffapiVersion: v1\nentries:\n  web:\n${entry('1.0.0')}`, fast: true },
  {
    name: 'comments everywhere',
    text: `# a\napiVersion: v1 # b\nentries: # c\n# d\n  web: # e\n  # f\n${entry('1.0.0')}`,
    fast: true,
  },
  { name: 'a document start', text: `---\napiVersion: v1\nentries:\n  web:\n${entry('1.0.0')}`, fast: true },
  {
    name: 'lists indented further',
    text: 'apiVersion: v1\nentries:\n  web:\n    - name: web\n      version: 1.0.0\n',
    fast: true,
  },
  {
    name: 'quoted names',
    text: `apiVersion: 'v1'\nentries:\n  "web":\n${entry('1.0.0')}  'x':\n  - version: 1.0.0\n`,
    fast: true,
  },
  {
    name: 'a block scalar with lines that look like charts',
    text: `apiVersion: v1\nentries:\n  web:\n${entry('1.0.0', '    description: |\n      web:\n\n      - version: 2.0.0\n')}`,
    fast: true,
  },
  {
    name: 'a folded quoted scalar',
    text: `apiVersion: v1\nentries:\n  web:\n${entry('1.0.0', '    description: "a: b\n      c: \\"d"\n')}`,
    fast: true,
  },
  {
    name: 'a folded plain scalar',
    text: `apiVersion: v1\nentries:\n  web:\n${entry('1.0.0', '    description: a\n      b\n')}`,
    fast: true,
  },
  {
    name: 'a quoted scalar that hides a chart in the first column of charts',
    text: `apiVersion: v1\nentries:\n  web:\n${entry('1.0.0', '    description: "a\n  zip:\n  - version: 3.0.0"\n')}`,
    fast: false,
  },
  { name: 'flow style', text: 'apiVersion: v1\nentries: {web: [{name: web, version: 1.0.0}]}\n', fast: false },
  {
    name: 'a flow list over lines',
    text: `apiVersion: v1\nentries:\n  web:\n${entry('1.0.0', '    keywords: [a,\n      b]\n')}`,
    fast: false,
  },
  {
    name: 'an alias to another chart',
    text: 'apiVersion: v1\nentries:\n  old: &old\n  - name: web\n    version: 1.0.0\n  web: *old\n',
    fast: false,
  },
  {
    name: 'an alias inside an entry',
    text: 'apiVersion: v1\nentries:\n  old:\n  - name: &n web\n    version: 1.0.0\n  web:\n  - name: *n\n    version: 1.0.0\n',
    fast: false,
  },
  {
    name: 'a list that is empty',
    text: `apiVersion: v1\nentries:\n  none: []\n  web:\n${entry('1.0.0')}`,
    fast: false,
  },
  {
    name: 'other keys at the top',
    text: `apiVersion: v1\nextra: {a: b}\nentries:\n  web:\n${entry('1.0.0')}`,
    fast: false,
  },
  {
    name: 'serverInfo',
    text: `apiVersion: v1\nserverInfo:\n  contextPath: /a\nentries:\n  web:\n${entry('1.0.0')}`,
    fast: true,
  },
];

test.for(styles)('index style: $name', ({ text, fast }) => {
  expect(sliceIndex(text) !== undefined).toBe(fast);
  expect(readIndexedChart(text, 'web')?.entries.map(({ version }) => version)).toEqual(['1.0.0']);
  expect(readIndexedChart(text, 'zip')).toBeUndefined();
});

test('an index in JSON is read too', () => {
  const text = JSON.stringify({ apiVersion: 'v1', entries: { web: [{ name: 'web', version: '1.0.0', urls: [] }] } });
  expect(readIndexedChart(text, 'web')?.entries).toHaveLength(1);
});

test.for([
  { name: 'empty', text: ' \n', message: 'empty index.yaml file' },
  { name: 'no version', text: 'entries:\n  web: []\n', message: 'no API version specified' },
  { name: 'not YAML', text: 'apiVersion: v1\nentries:\n  web:\n  - a: [b\n', message: /yaml: line/ },
  {
    name: 'a chart twice',
    text: `apiVersion: v1\nentries:\n  web:\n${entry('1.0.0')}  web:\n${entry('1.0.0')}`,
    message: /already set in map/,
  },
  { name: 'a page in HTML', text: '<html><body>Sign in: here</body></html>', message: /./ },
])('a broken index: $name', ({ text, message }) => {
  let thrown: unknown;
  try {
    readIndexedChart(text, 'web');
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(SourceError);
  expect(thrown).toMatchObject({ code: 'invalid-index' });
  expect(String(thrown)).toMatch(message);
});

const texts = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: fc.constantFrom('"', "'", '\n', ' ', ':', '-', '|', '#', 'a', 'web', '\\'), maxLength: 30 }),
  fc.constantFrom(
    'web:\n  - version: 9.0.0',
    '|',
    '> folded',
    'a "quoted',
    'x'.repeat(200),
    `${'long words '.repeat(20)}: end`,
  ),
);

test('the parts of an index say what the whole says, whatever is in it', () => {
  const charts = fc.dictionary(
    fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/),
    fc.array(
      fc.record({
        version: fc.constantFrom('1.0.0', '2.1.0-rc.1', '0.3.4+x'),
        description: texts,
        keywords: fc.array(texts, { maxLength: 2 }),
      }),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
    { minKeys: 1, maxKeys: 4 },
  );
  fc.assert(
    fc.property(charts, (given) => {
      const index = toValue({
        apiVersion: 'v1',
        entries: Object.fromEntries(
          Object.entries(given).map(([name, versions]) => [
            name,
            versions.map((fields) => ({ name, ...fields, urls: ['a.tgz'] })),
          ]),
        ),
      });
      const text = encode(index);
      const whole = decode(text);
      const wholeEntries = isMap(whole) ? whole['entries'] : undefined;
      const slices = sliceIndex(text);
      for (const [name, { start, end }] of slices?.charts ?? []) {
        const part = decode(text.slice(start, end));
        expect(isMap(part) && isMap(wholeEntries) ? [part[name], wholeEntries[name]] : undefined).toEqual(
          isMap(wholeEntries) ? [wholeEntries[name], wholeEntries[name]] : undefined,
        );
      }
      if (slices !== undefined) {
        expect([...slices.charts.keys()].sort()).toEqual(Object.keys(given).sort());
      }
    }),
    { numRuns: 300 },
  );
});

function toValue(json: unknown): Value {
  if (Array.isArray(json)) {
    return json.map(toValue);
  }
  return typeof json === 'object' && json !== null
    ? newMap(Object.entries(json).map(([key, value]) => [key, toValue(value)]))
    : typeof json === 'string'
      ? json
      : null;
}
