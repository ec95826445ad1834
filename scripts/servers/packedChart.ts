import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { parse, stringify } from 'yaml';
import { packTar, type TarFile } from './tar.ts';

/** A chart as repositories and registries keep it. */
export interface PackedChart {
  readonly name: string;
  readonly version: string;
  /** Chart.yaml. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly archive: Uint8Array;
  /** RFC 3339. */
  readonly created: string;
}

export interface PackOptions {
  /** Instead of the one in Chart.yaml. */
  readonly version?: string;
  /** RFC 3339. */
  readonly created: string;
}

/** Packs a folder with a Chart.yaml. A .helmignore in it is not read. */
export async function packFolder(folder: string, options: PackOptions): Promise<PackedChart> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry): Promise<TarFile> => {
        const path = join(entry.parentPath, entry.name);
        return { name: relative(folder, path).split(sep).join('/'), data: await readFile(path) };
      }),
  );
  return packFiles(files, options);
}

/** Packs the files of a chart, named from the chart's folder on. */
export function packFiles(files: readonly TarFile[], { version, created }: PackOptions): PackedChart {
  const chartYaml = files.find(({ name }) => name === 'Chart.yaml');
  const written: unknown = parse(Buffer.from(chartYaml?.data ?? []).toString());
  if (typeof written !== 'object' || written === null || !('name' in written) || typeof written.name !== 'string') {
    throw new TypeError('the files have no Chart.yaml with a name');
  }
  const { name: folder } = written;
  const metadata = { ...written, version: version ?? ('version' in written ? String(written.version) : '0.0.0') };
  const packed = files
    .map((file) => (file === chartYaml ? { ...file, data: Buffer.from(stringify(metadata)) } : file))
    .map(({ name, data }) => ({ name: `${folder}/${name}`, data }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { name: folder, version: metadata.version, metadata, archive: packTar(packed), created };
}
