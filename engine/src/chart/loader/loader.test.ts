import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { limits } from '../../support/index.ts';
import {
  ChartError,
  type ChartFile,
  chartCrds,
  chartFullPath,
  loadArchive,
  loadChartFile,
  loadFiles,
} from '../index.ts';

const encoder = new TextEncoder();
const chartYaml = 'apiVersion: v2\nname: demo\nversion: 1.0.0\n';

function file(name: string, text: string): ChartFile {
  return { name, data: encoder.encode(text) };
}

interface Entry {
  readonly name: string;
  readonly text?: string;
  readonly type?: string;
  readonly prefix?: string;
}

/** A tar archive with just what a test needs, in gzip. */
function archive(entries: readonly Entry[]): Uint8Array {
  return gzipSync(Buffer.concat([...entries.map(tarEntry), Buffer.alloc(1024)]));
}

function tarEntry({ name, text = '', type = '0', prefix = '' }: Entry): Buffer {
  const data = Buffer.from(text);
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(`${data.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write(`${(1_600_000_000).toString(8)}\0`, 136);
  header.write(' '.repeat(8), 148);
  header.write(type, 156);
  header.write('ustar\x0000', 257);
  header.write(prefix, 345);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, data, Buffer.alloc((512 - (data.length % 512)) % 512)]);
}

/** A pax record says its own length. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const guess = rest.length + 2;
  return `${String(guess).length + rest.length === guess ? guess : guess + 1}${rest}`;
}

function namesOf(chart: { readonly raw: readonly ChartFile[] }): string[] {
  return chart.raw.map(({ name }) => name);
}

function errorOf(run: () => unknown): { readonly code: string; readonly message: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof ChartError) {
      return { code: error.code, message: error.message };
    }
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('an archive', () => {
  test('loses the first folder of its names, and byte order marks', () => {
    const chart = loadArchive(
      archive([
        { name: 'demo/', type: '5' },
        { name: 'demo/Chart.yaml', text: `\ufeff${chartYaml}` },
        { name: 'demo/templates/./x.yaml', text: 'kind: X\n' },
      ]),
    );
    expect(namesOf(chart)).toEqual(['Chart.yaml', 'templates/x.yaml']);
    expect(chart.metadata.name).toBe('demo');
    expect(chart.modTime).toBe('2020-09-13T12:26:40Z');
  });

  test('may have long names as ustar, pax and GNU tar write them', () => {
    const long = `${'long-folder/'.repeat(12)}name.txt`;
    const chart = loadArchive(
      archive([
        { name: 'pax_global_header', type: 'g', text: paxRecord('comment', 'of git') },
        { name: 'demo/Chart.yaml', text: chartYaml },
        { name: 'short.txt', prefix: 'demo/prefix' },
        { name: 'PaxHeaders/x', type: 'x', text: paxRecord('path', `demo/pax/${long}`) },
        { name: 'cut', text: 'pax' },
        { name: '././@LongLink', type: 'L', text: `demo/gnu/${long}\0` },
        { name: 'cut', text: 'gnu' },
        { name: 'demo\\windows\\x.txt' },
      ]),
    );
    expect(namesOf(chart)).toEqual(['Chart.yaml', 'prefix/short.txt', `pax/${long}`, `gnu/${long}`, 'windows/x.txt']);
  });

  test.for([
    {
      name: 'a name above the chart',
      entries: [{ name: 'demo/../../etc/passwd' }],
      want: { code: 'path', message: 'chart illegally references parent directory' },
    },
    {
      name: 'an absolute name',
      entries: [{ name: 'demo//etc/passwd' }],
      want: { code: 'path', message: 'chart illegally contains absolute paths' },
    },
    {
      name: 'a drive of Windows',
      entries: [{ name: 'demo/c:/x' }],
      want: { code: 'path', message: 'chart contains illegally named files' },
    },
    {
      name: 'a file beside the folder',
      entries: [{ name: 'stray.txt' }],
      want: {
        code: 'path',
        message: 'chart illegally contains content outside the base directory: "stray.txt"',
      },
    },
    {
      name: 'Chart.yaml as the folder',
      entries: [{ name: 'Chart.yaml/x' }],
      want: { code: 'path', message: 'chart yaml not in base directory' },
    },
    { name: 'no files', entries: [], want: { code: 'archive', message: 'no files in chart archive' } },
    {
      name: 'no Chart.yaml',
      entries: [{ name: 'demo/values.yaml' }],
      want: { code: 'missing', message: 'unable to detect chart version, no Chart.yaml found' },
    },
  ])('with $name is refused', ({ entries, want }) => {
    expect(errorOf(() => loadArchive(archive(entries)))).toEqual(want);
  });

  test('that is no gzip, or is cut off, is refused', () => {
    expect(errorOf(() => loadArchive(encoder.encode('not gzip at all')))).toEqual({
      code: 'archive',
      message: 'gzip: invalid header',
    });
    const whole = archive([{ name: 'demo/Chart.yaml', text: chartYaml }]);
    expect(errorOf(() => loadArchive(whole.subarray(0, -20))).code).toBe('archive');
    expect(errorOf(() => loadArchive(gzipSync(Buffer.from('x'.repeat(600)))))).toEqual({
      code: 'archive',
      message: 'archive/tar: invalid tar header',
    });
  });

  test('that unpacks to more than a chart may hold is refused before it is unpacked', () => {
    const bomb = gzipSync(Buffer.alloc(2 * limits.maxChartBytes + 1));
    expect(errorOf(() => loadArchive(bomb))).toEqual({
      code: 'too-large',
      message: `decompressed chart is larger than the maximum size ${String(limits.maxChartBytes)}`,
    });
  });
});

describe('an archive that is not as it was', () => {
  const whole = archive([{ name: 'demo/Chart.yaml', text: chartYaml }]);
  const trailerBytes = 8;

  function changed(at: number): Uint8Array {
    const bytes = Uint8Array.from(whole);
    bytes[bytes.length - at] = 1 + (bytes.at(-at) ?? 0);
    return bytes;
  }

  // Helm stops reading where the archive says that it ends.
  test.for([
    { name: 'cut in its length', bytes: whole.subarray(0, -1) },
    { name: 'cut before its checksum', bytes: whole.subarray(0, -trailerBytes) },
    { name: 'with another checksum', bytes: changed(trailerBytes) },
    { name: 'with another length', bytes: changed(1) },
    { name: 'with more behind it', bytes: Buffer.concat([whole, encoder.encode('more')]) },
  ])('$name is read', ({ bytes }) => {
    expect(loadArchive(bytes).metadata.name).toBe('demo');
  });

  test.for([
    { name: 'cut in the middle', bytes: whole.subarray(0, whole.length / 2) },
    { name: 'cut behind its head', bytes: whole.subarray(0, 10) },
    { name: 'cut in its head', bytes: whole.subarray(0, 5) },
    {
      name: 'cut where a file ends',
      bytes: gzipSync(tarEntry({ name: 'demo/Chart.yaml', text: chartYaml })).subarray(0, -trailerBytes),
    },
  ])('$name is refused', ({ bytes }) => {
    expect(errorOf(() => loadArchive(bytes))).toEqual({ code: 'archive', message: 'unexpected EOF' });
  });

  test('may hold times before 1970', () => {
    const tar = Buffer.concat([tarEntry({ name: 'demo/Chart.yaml', text: chartYaml }), Buffer.alloc(1024)]);
    Buffer.alloc(12, 0xff).copy(tar, 136);
    tar.write(' '.repeat(8), 148);
    const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    expect(loadArchive(gzipSync(tar)).modTime).toBe('1969-12-31T23:59:59Z');
  });

  test('holds no sparse files', () => {
    const sparse = archive([
      { name: 'demo/Chart.yaml', text: chartYaml },
      { name: 'demo/x', type: 'S' },
    ]);
    expect(() => loadChartFile(sparse, 'x.tgz')).toThrow('sparse files in archives are not read');
  });

  test('holds files whose names end like those of folders', () => {
    const named = archive([
      { name: 'demo/Chart.yaml', text: chartYaml },
      { name: 'demo/x/', text: 'x' },
      { name: 'demo/y/', type: '\0' },
    ]);
    expect(namesOf(loadArchive(named))).toEqual(['Chart.yaml', 'x']);
  });
});

test.for([
  ['<!-- no chart -->', 'text/html; charset=utf-8'],
  ['\n <P>gone</P>', 'text/html; charset=utf-8'],
  ['<pre>', 'application/octet-stream'],
  [' <?xml version="1.0"?>', 'text/xml; charset=utf-8'],
  ['\xff\xfea\0', 'text/plain; charset=utf-16le'],
  ['\xef\xbb\xbfa: 1', 'text/plain; charset=utf-8'],
  ['x'.repeat(600), 'text/plain; charset=utf-8'],
  ['short', 'application/octet-stream'],
  ['PK\x03\x04', 'application/zip'],
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\0\0\0\x18ftypisom\0\0\0\0mp42isom', 'video/mp4'],
  ['\0\0\0\x10ftypisommp42', 'application/octet-stream'],
] as const)('a file that begins with %j is %s', ([text, type]) => {
  expect(() => loadChartFile(Buffer.from(text, 'latin1'), 'x.tgz')).toThrow(
    `file 'x.tgz' does not appear to be a gzipped archive; got '${type}'`,
  );
});

describe('charts below', () => {
  const below = archive([
    { name: 'inner/Chart.yaml', text: 'apiVersion: v2\nname: inner\nversion: 2.0.0\n' },
    { name: 'inner/crds/a.yaml', text: 'kind: A\n' },
  ]);

  test('come from folders and archives, in the order of their names', () => {
    const chart = loadFiles([
      file('Chart.yaml', chartYaml),
      { name: 'charts/inner-2.0.0.tgz', data: below },
      file('charts/first/Chart.yaml', 'apiVersion: v2\nname: first\nversion: 1.0.0\n'),
      file('charts/first/charts/deep/Chart.yaml', 'apiVersion: v2\nname: deep\nversion: 1.0.0\n'),
      file('charts/inner-2.0.0.tgz.prov', 'signature'),
      file('charts/_notes/Chart.yaml', 'broken: ['),
      file('crds/b.yaml', 'kind: B\n'),
    ]);
    expect(chart.dependencies.map(({ metadata }) => metadata.name)).toEqual(['first', 'inner']);
    expect(chart.files.map(({ name }) => name)).toEqual(['charts/inner-2.0.0.tgz.prov', 'crds/b.yaml']);
    const deep = chart.dependencies[0]?.dependencies[0];
    expect(deep && chartFullPath(deep)).toBe('demo/charts/first/charts/deep');
    expect(chartCrds(chart).map(({ path }) => path)).toEqual(['demo/crds/b.yaml', 'demo/charts/inner/crds/a.yaml']);
  });

  test('tell in which chart something is wrong', () => {
    const files = [file('Chart.yaml', chartYaml), file('charts/bad/Chart.yaml', 'name: bad\n')];
    expect(errorOf(() => loadFiles(files))).toEqual({
      code: 'subchart',
      message: 'error unpacking subchart bad in demo: validation: chart.metadata.version is required',
    });
  });
});

test('origins say where values.yaml holds a value, across documents', () => {
  const chart = loadFiles(
    [file('Chart.yaml', chartYaml), file('values.yaml', 'a: 1\nb:\n  - x: 1\n---\nc: 2\na: 3\n')],
    { positions: true },
  );
  const { values, origins } = chart;
  const at = (container: object, key: string | number): unknown => {
    const origin = origins.get(container, key);
    return origin?.kind === 'chart' ? [origin.chart, origin.position.line, origin.position.character] : origin;
  };
  expect([at(values, 'a'), at(values, 'b'), at(values, 'c')]).toEqual([
    ['demo', 5, 0],
    ['demo', 1, 0],
    ['demo', 4, 0],
  ]);
  const list = values['b'];
  expect(Array.isArray(list) && at(list, 0)).toEqual(['demo', 2, 4]);
});

describe('requirements.yaml over Chart.yaml', () => {
  test.for([
    {
      chart: 'dependencies: [{name: x, condition: x.on, tags: [t]}, {name: z}]\n',
      over: 'dependencies: [{name: z}]\n',
      dependencies: [{ name: 'z', condition: 'x.on', tags: ['t'] }],
    },
    { chart: 'dependencies: [{name: x}]\n', over: 'dependencies: []\n', dependencies: [] },
    { chart: 'dependencies: [{name: x}]\n', over: 'null\n', dependencies: [{ name: 'x' }] },
    { chart: 'annotations: {a: b}\n', over: 'annotations: {c: d}\n', annotations: { a: 'b', c: 'd' } },
    { chart: 'deprecated: true\n', over: 'deprecated: false\n', deprecated: false },
  ])('$over', ({ chart, over, ...want }) => {
    const files = [file('Chart.yaml', `${chartYaml}${chart}`), file('requirements.yaml', over)];
    expect(loadFiles(files).metadata).toMatchObject(want);
  });
});
