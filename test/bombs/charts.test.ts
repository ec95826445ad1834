/** Archives, folders and files of charts that are made to do harm: each is refused by a coded error, in time. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChartError, loadArchive, loadDirectory, loadFiles } from '../../engine/src/chart/index.ts';
import { decodeJson, JsonError } from '../../engine/src/gostd/index.ts';
import { nodeFiles } from '../../engine/src/node/index.ts';

const chartYaml = 'apiVersion: v2\nname: demo\nversion: 1.0.0\n';
const MiB = 1024 * 1024;

interface Entry {
  readonly name: string;
  readonly data?: Uint8Array | string;
  readonly type?: string;
  /** What the header says instead of the truth. */
  readonly size?: number;
  readonly time?: Uint8Array;
}

function tar(entries: readonly Entry[]): Buffer {
  return Buffer.concat([...entries.flatMap(tarEntry), Buffer.alloc(1024)]);
}

function tarEntry({ name, data = '', type = '0', size, time }: Entry): Uint8Array[] {
  const content = typeof data === 'string' ? Buffer.from(data) : data;
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(`${(size ?? content.length).toString(8).padStart(11, '0')}\0`, 124);
  header.write(`${(1_600_000_000).toString(8)}\0`, 136);
  if (time !== undefined) {
    header.set(time, 136);
  }
  header.write(' '.repeat(8), 148);
  header.write(type, 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
}

function archive(...entries: readonly Entry[]): Uint8Array {
  return gzipSync(tar([{ name: 'demo/Chart.yaml', data: chartYaml }, ...entries]), { level: 1 });
}

/** An archive in an archive in an archive …, each with some more in it. */
function nested(levels: number, filler = ''): Uint8Array {
  let inner = archive();
  for (let level = 0; level < levels; level++) {
    inner = archive({ name: 'demo/filler', data: filler }, { name: 'demo/charts/inner.tgz', data: inner });
  }
  return inner;
}

/** A text that ten aliases in ten lists make 10^10 times as long. */
function aliases(indent: string): string {
  const lines = Array.from('abcdefghij', (name, i) => {
    const item = i === 0 ? 'x' : `*${'abcdefghij'.charAt(i - 1)}`;
    return `${indent}${name}: &${name} [${Array(10).fill(item).join(', ')}]\n`;
  });
  return lines.join('');
}

/** Node has no function for it. */
function makePipe(place: string): void {
  execFileSync('/usr/bin/mkfifo', [place]);
}

/** Text and code of what loading throws; nothing where it loads. */
function errorOf(load: () => unknown): readonly [code: string, message: string] | undefined {
  try {
    load();
  } catch (error) {
    if (error instanceof ChartError) {
      return [error.code, error.message];
    }
    throw error;
  }
  return undefined;
}

describe('archives', () => {
  const tooLarge = 'decompressed chart is larger than the maximum size 104857600';
  const cases: { name: string; bytes: () => Uint8Array; want: readonly [string, string | RegExp] | undefined }[] = [
    {
      name: 'zeros without end',
      bytes: () => gzipSync(Buffer.alloc(300 * MiB), { level: 1 }),
      want: ['too-large', tooLarge],
    },
    {
      name: 'a large file',
      bytes: () => archive({ name: 'demo/x', data: Buffer.alloc(101 * MiB) }),
      want: ['too-large', tooLarge],
    },
    {
      name: 'parts of gzip that are large together',
      bytes: () => Buffer.concat(Array.from({ length: 250 }, () => gzipSync(Buffer.alloc(MiB), { level: 1 }))),
      want: ['too-large', tooLarge],
    },
    {
      name: 'a file that claims 8 GiB',
      bytes: () => archive({ name: 'demo/x', size: 8 * 1024 * MiB - 1 }),
      want: ['archive', 'unexpected EOF'],
    },
    {
      name: 'a date that no calendar has',
      bytes: () =>
        archive({ name: 'demo/x', time: Uint8Array.of(0x80, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255) }),
      want: ['archive', 'archive/tar: invalid tar header'],
    },
    {
      name: 'many empty files in a subchart',
      bytes: () =>
        archive(
          { name: 'demo/charts/a/Chart.yaml', data: chartYaml.replace('demo', 'a') },
          ...Array.from({ length: 20_000 }, (_, i) => ({ name: `demo/charts/a/f${i}` })),
        ),
      want: undefined,
    },
    { name: 'charts in charts', bytes: () => nested(10), want: undefined },
    {
      name: 'charts in charts without end',
      bytes: () => nested(200),
      want: ['subchart', /charts are nested deeper than 20$/],
    },
    {
      name: 'charts in charts, each of them large',
      bytes: () => nested(15, 'x'.repeat(40 * MiB)),
      want: ['subchart', /decompressed subcharts are larger than 419430400 bytes together$/],
    },
    {
      name: 'an absolute path',
      bytes: () => archive({ name: 'demo//etc/passwd' }),
      want: ['path', 'chart illegally contains absolute paths'],
    },
    {
      name: 'a path above',
      bytes: () => archive({ name: 'demo/../../etc/passwd' }),
      want: ['path', 'chart illegally references parent directory'],
    },
    {
      name: 'a path above by way of one inside',
      bytes: () => archive({ name: 'demo/templates/../../x' }),
      want: ['path', 'chart illegally references parent directory'],
    },
    {
      name: 'a path above as Windows writes it',
      bytes: () => archive({ name: 'demo\\..\\..\\x' }),
      want: ['path', 'chart illegally references parent directory'],
    },
    {
      name: 'a drive',
      bytes: () => archive({ name: 'demo/c:/x' }),
      want: ['path', 'chart contains illegally named files'],
    },
    // Links and devices have no content, and nothing is written to a disk: Helm takes them for empty files, too.
    { name: 'a link', bytes: () => archive({ name: 'demo/templates/x', type: '2', data: '' }), want: undefined },
    { name: 'a hard link', bytes: () => archive({ name: 'demo/templates/x', type: '1', data: '' }), want: undefined },
    { name: 'a device', bytes: () => archive({ name: 'demo/templates/x', type: '3', data: '' }), want: undefined },
    { name: 'a pipe', bytes: () => archive({ name: 'demo/templates/x', type: '6', data: '' }), want: undefined },
  ];
  test.for(cases)('$name', ({ bytes, want }) => {
    const have = errorOf(() => loadArchive(bytes()));
    expect(have?.[0]).toBe(want?.[0]);
    if (want !== undefined) {
      expect(have?.[1]).toMatch(want[1]);
    }
  });

  test('what a link in an archive points to is not in the chart', () => {
    const { templates } = loadArchive(archive({ name: 'demo/templates/x', type: '2', data: '' }));
    expect(templates.map(({ data }) => data.length)).toEqual([0]);
  });
});

describe('files', () => {
  const encoder = new TextEncoder();
  const cases = [
    {
      name: 'aliases in values.yaml',
      file: 'values.yaml',
      text: aliases(''),
      want: /^cannot load values\.yaml: .*excessive aliasing$/,
    },
    {
      name: 'aliases in Chart.yaml',
      file: 'Chart.yaml',
      text: `${chartYaml}annotations:\n${aliases('  ')}`,
      want: /excessive aliasing$/,
    },
    {
      name: 'depth in values.yaml',
      file: 'values.yaml',
      text: `a: ${'['.repeat(100_000)}`,
      want: /exceeded max depth of 500$/,
    },
    {
      name: 'depth in blocks',
      file: 'values.yaml',
      text: Array.from({ length: 3_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      want: /exceeded max depth of 500$/,
    },
    {
      name: 'depth in Chart.yaml',
      file: 'Chart.yaml',
      text: `${chartYaml}annotations: ${'{a: '.repeat(100_000)}`,
      want: /exceeded max depth of 500$/,
    },
    {
      name: 'depth in Chart.lock',
      file: 'Chart.lock',
      text: `dependencies: ${'['.repeat(100_000)}`,
      want: /exceeded max depth of 500$/,
    },
  ];
  test.for(cases)('$name', ({ file, text, want }) => {
    const files = new Map([
      ['Chart.yaml', chartYaml],
      [file, text],
    ]);
    const load = (): unknown =>
      loadFiles(Array.from(files, ([name, content]) => ({ name, data: encoder.encode(content) })));
    expect(errorOf(load)?.[1]).toMatch(want);
  });

  test('a value of 50 MB is only long', () => {
    const files = { 'Chart.yaml': chartYaml, 'values.yaml': `a: ${'x'.repeat(50_000_000)}` };
    const { values } = loadFiles(Object.entries(files).map(([name, text]) => ({ name, data: encoder.encode(text) })));
    expect(values['a']).toHaveLength(50_000_000);
  });

  test('JSON as deep as Go takes it, or deeper', () => {
    for (const levels of [9_999, 1_000_000]) {
      try {
        decodeJson('['.repeat(levels) + ']'.repeat(levels));
      } catch (error) {
        expect(error).toEqual(new JsonError('exceeded max depth'));
      }
    }
    expect(() => decodeJson('['.repeat(1_000_000))).toThrow(new JsonError('exceeded max depth'));
  });
});

describe.skipIf(process.platform === 'win32')('folders', () => {
  const { signal } = new AbortController();
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'fairlead-bombs-'));
    writeFileSync(path.join(folder, 'Chart.yaml'), chartYaml);
    mkdirSync(path.join(folder, 'templates'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(`${folder}-pipe`, { force: true });
  });

  async function codeOf(): Promise<string> {
    try {
      await loadDirectory(folder, { positions: false, files: nodeFiles, signal });
      return 'loaded';
    } catch (error) {
      if (error instanceof ChartError) {
        return error.code;
      }
      throw error;
    }
  }

  const cases: { name: string; make: (folder: string) => void; want: string }[] = [
    {
      name: 'a pipe',
      make: (at) => {
        makePipe(path.join(at, 'templates', 'pipe'));
      },
      want: 'path',
    },
    {
      name: 'a pipe for Chart.yaml',
      make: (at) => {
        rmSync(path.join(at, 'Chart.yaml'));
        makePipe(path.join(at, 'Chart.yaml'));
      },
      want: 'missing',
    },
    {
      name: 'a link to a pipe',
      make: (at) => {
        const pipe = `${at}-pipe`;
        makePipe(pipe);
        symlinkSync(pipe, path.join(at, 'templates', 'x'));
      },
      want: 'path',
    },
    {
      name: 'a link to a device without end',
      make: (at) => {
        symlinkSync('/dev/zero', path.join(at, 'templates', 'x'));
      },
      want: 'path',
    },
    {
      name: 'a link to the folder above',
      make: (at) => {
        symlinkSync('..', path.join(at, 'templates', 'x'));
      },
      want: 'path',
    },
    {
      name: 'a link to itself',
      make: (at) => {
        symlinkSync('x', path.join(at, 'templates', 'x'));
      },
      want: 'path',
    },
    {
      name: 'links in a circle',
      make: (at) => {
        symlinkSync('y', path.join(at, 'templates', 'x'));
        symlinkSync('x', path.join(at, 'templates', 'y'));
      },
      want: 'path',
    },
    {
      name: 'a link to nothing',
      make: (at) => {
        symlinkSync('/no/such/file', path.join(at, 'templates', 'x'));
      },
      want: 'path',
    },
  ];
  test.for(cases)('$name', async ({ make, want }) => {
    make(folder);
    expect(await codeOf()).toBe(want);
  });
});
