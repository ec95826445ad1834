import { constants, type Dirent } from 'node:fs';
import { access, open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileErrorWords } from '@fairlead/engine/node';
import { limits, messageOf } from '@fairlead/engine/support';

const skipped: ReadonlySet<string> = new Set(['.git', 'node_modules']);

export type FoundFiles =
  | { readonly kind: 'found'; readonly files: readonly string[] }
  /** The first path that is not there, as it was given. */
  | { readonly kind: 'missing'; readonly path: string };

/**
 * YAML files named by `paths`: a file as it is, a folder with all below it but chart templates, which are no YAML.
 * Names start as the caller gave them.
 */
export async function findYamlFiles(paths: readonly string[], cwd: string): Promise<FoundFiles> {
  const files: string[] = [];
  for (const given of paths) {
    const info = await stat(path.resolve(cwd, given)).catch(() => undefined);
    if (info === undefined) {
      return { kind: 'missing', path: given };
    }
    if (info.isDirectory()) {
      files.push(...(await yamlFilesBelow(given, cwd)));
    } else {
      files.push(given);
    }
  }
  return { kind: 'found', files: [...new Set(files)] };
}

async function yamlFilesBelow(folder: string, cwd: string): Promise<string[]> {
  const entries = await entriesOf(folder, cwd);
  const isChart = entries.some((entry) => entry.name === 'Chart.yaml');
  const files: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!skipped.has(entry.name) && !(isChart && entry.name === 'templates')) {
        files.push(...(await yamlFilesBelow(file, cwd)));
      }
    } else if (entry.isFile() && /\.ya?ml$/.test(entry.name)) {
      files.push(file);
    }
  }
  return files;
}

async function entriesOf(folder: string, cwd: string): Promise<Dirent[]> {
  try {
    return await readdir(path.resolve(cwd, folder), { withFileTypes: true });
  } catch (error) {
    throw new Error(`read ${folder}: ${fileErrorWords(error) ?? messageOf(error)}`, { cause: error });
  }
}

/** Why a file cannot be checked, or undefined where it can. */
export async function whyUnchecked(file: string, cwd: string): Promise<string | undefined> {
  try {
    const full = path.resolve(cwd, file);
    await access(full, constants.R_OK);
    const info = await stat(full);
    if (info.size > limits.maxDocumentBytes) {
      return `it is larger than ${limits.maxDocumentBytes / 1024 / 1024} MiB`;
    }
    return info.isFile() && (await isUtf16(full)) ? 'it is UTF-16: save it as UTF-8' : undefined;
  } catch (error) {
    return fileErrorWords(error) ?? messageOf(error);
  }
}

/** As Windows PowerShell writes what it redirects. */
async function isUtf16(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return [0xfffe, 0xfeff].includes(buffer.readUInt16BE(0));
  } finally {
    await handle.close();
  }
}
