import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, encode } from '../yaml/index.ts';
import { isMap, newMap, type Value } from '../gostd/index.ts';
import { type IndexedChart, openIndex, sliceIndex, SourceError } from './index.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const readChart = (text: string, chart: string): IndexedChart | undefined => openIndex(bytesOf(text)).chart(chart);

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
  expect(readChart(text, 'web')).toEqual({
    entries: [
      { name: 'web', version: '1.10.0', deprecated: true, urls: ['web-1.10.0.tgz'] },
      { name: 'web', version: '1.2.0', urls: ['web-1.2.0.tgz'] },
      { name: 'web', version: '1.0.0', appVersion: '1.0', created: '2026-01-01T00:00:00Z', urls: ['web-1.0.0.tgz'] },
    ],
    dropped: [],
  });
  expect(readChart(text, 'none')).toBeUndefined();
  expect(openIndex(bytesOf(text)).charts()).toEqual([{ name: 'other' }, { name: 'web' }]);
});

test('entries that Flux drops are told and harm nothing', () => {
  const text = `apiVersion: v1
entries:
  web:
${entry('1.0.0')}  -
  - name: web
  - version: 1.0.0
  - {name: web, version: one}
  - {name: web, version: 2.0.0, type: plugin}
`;
  const indexed = readChart(text, 'web');
  expect(indexed?.entries.map(({ version }) => version)).toEqual(['1.0.0']);
  expect(indexed?.dropped).toEqual([
    'entry 2 of web: validation: chart metadata is missing',
    'entry 3 of web: validation: chart.metadata.version is required',
    'entry 4 of web: validation: chart.metadata.name is required',
    'entry 5 of web: validation: chart.metadata.version "one" is invalid',
    'entry 6 of web: validation: chart.metadata.type must be application or library',
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
    fast: true,
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
    fast: true,
  },
  {
    name: 'annotations in flow style at the top',
    text: `apiVersion: v1\nannotations: {a: b}\nentries:\n  web:\n${entry('1.0.0')}`,
    fast: false,
  },
  {
    name: 'entries in flow style, with quotes',
    text: `apiVersion: v1\nentries:\n  zap:\n  - {name: zap, version: "1.0.0", urls: ['it''s', "a]b"]}\n  web:\n${entry('1.0.0')}`,
    fast: true,
  },
  {
    name: 'a flow list that hides a chart in the first column of charts',
    text: `apiVersion: v1\nentries:\n  web:\n${entry('1.0.0', '    keywords: [a,\n  "zip:", b]\n')}`,
    fast: false,
  },
  {
    name: 'a plain scalar that goes on with what looks like a quote',
    text: `apiVersion: v1\nentries:\n  web:\n${entry('1.0.0', '    description: a\n      "b\n    home: "\n')}  zap:\n  - name: zap\n    version: 2.0.0\n    home: "x"\n`.replace(
      'home: "\n',
      'home: c"\n',
    ),
    fast: true,
  },
  {
    name: 'a second document',
    text: `apiVersion: v1\nentries:\n  web:\n${entry('1.0.0')}---\napiVersion: v1\nentries:\n  zip:\n${entry('1.0.0')}`,
    fast: false,
  },
  {
    name: 'names that YAML reads as numbers or booleans',
    text: `apiVersion: v1\nentries:\n  1.50:\n  - name: a\n    version: 1.0.0\n  yes:\n  - name: a\n    version: 1.0.0\n  web:\n${entry('1.0.0')}`,
    fast: false,
  },
  {
    name: 'lines that end as on old Macs',
    text: `apiVersion: v1\nentries:\n  web:\n${entry('1.0.0')}`.replaceAll('\n', '\r'),
    fast: false,
  },
  {
    name: 'a line separator of Unicode',
    text: `apiVersion: v1\nentries:\n  web:\n${entry('1.0.0', '    description: "a\u2028      b"\n')}`,
    fast: false,
  },
  {
    name: 'letters from elsewhere',
    text: `apiVersion: v1\nentries:\n  web:\n${entry('1.0.0', '    description: Grüße 🚀\n')}`,
    fast: true,
  },
  {
    name: 'fields in other cases',
    text: 'apiVersion: v1\nentries:\n  web:\n  - Name: web\n    VERSION: 1.0.0\n    Urls: [a.tgz]\n',
    fast: true,
  },
  {
    name: 'flow style that looks like JSON',
    text: '{apiVersion: v1, entries: {web: [{name: web, version: 1.0.0}]}}\n',
    fast: false,
  },
  {
    name: 'serverInfo',
    text: `apiVersion: v1\nserverInfo:\n  contextPath: /a\nentries:\n  web:\n${entry('1.0.0')}`,
    fast: true,
  },
];

test.for(styles)('index style: $name', ({ text, fast }) => {
  expect(sliceIndex(bytesOf(text)) !== undefined).toBe(fast);
  expect(readChart(text, 'web')?.entries.map(({ version }) => version)).toEqual(['1.0.0']);
  expect(readChart(text, 'zip')).toBeUndefined();
});

test('an index in JSON is read too', () => {
  const text = JSON.stringify({ apiVersion: 'v1', entries: { web: [{ name: 'web', version: '1.0.0', urls: [] }] } });
  expect(readChart(text, 'web')?.entries).toHaveLength(1);
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
  {
    name: 'a field that entries do not have',
    text: `apiVersion: v1\nentries:\n  zip:\n${entry('1.0.0', '    sha: abc\n')}  web:\n${entry('1.0.0')}`,
    message: /json: unknown field "sha"/,
  },
  {
    name: 'a field that indexes do not have',
    text: `apiVersion: v1\nextra: 1\nentries:\n  web:\n${entry('1.0.0')}`,
    message: /json: unknown field "extra"/,
  },
  {
    name: 'a number for a text',
    text: `apiVersion: v1\nentries:\n  web:\n${entry('1.0.0', '    appVersion: 1.10\n')}`,
    message:
      /json: cannot unmarshal number into Go struct field ChartVersion.entries.Metadata.appVersion of type string/,
  },
  {
    name: 'a time that is none',
    text: `apiVersion: v1\nentries:\n  web:\n${entry('1.0.0', '    created: yesterday\n')}`,
    message: /parsing time "yesterday" as "2006-01-02T15:04:05Z07:00"/,
  },
  {
    name: 'a map for a list of entries',
    text: 'apiVersion: v1\nentries:\n  web:\n    name: web\n    version: 1.0.0\n',
    message: /json: cannot unmarshal object into Go struct field IndexFile.entries of type repo.ChartVersions/,
  },
  {
    name: 'text for an entry',
    text: 'apiVersion: v1\nentries:\n  web:\n  - web 1.0.0\n',
    message: /cannot unmarshal string into Go value of type repo.ChartVersion/,
  },
  { name: 'no API version, said so', text: 'apiVersion: null\nentries: {}\n', message: 'no API version specified' },
  { name: 'a page in HTML', text: '<html><body>Sign in: here</body></html>', message: /./ },
])('a broken index: $name', ({ text, message }) => {
  let thrown: unknown;
  try {
    readChart(text, 'web');
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
      const text = bytesOf(encode(index));
      const whole = decode(encode(index));
      const wholeEntries = isMap(whole) ? whole['entries'] : undefined;
      const slices = sliceIndex(text);
      for (const [name, { start, end }] of slices?.charts ?? []) {
        const part = decode(new TextDecoder().decode(text.subarray(start, end)));
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
