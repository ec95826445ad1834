import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

const skipped: ReadonlySet<string> = new Set(['.git', 'node_modules']);

/**
 * YAML files named by `paths`: a file as it is, a folder with all below it but chart templates, which are no YAML.
 * Names start as the caller gave them. Undefined when one of the paths is not there.
 */
export async function findYamlFiles(paths: readonly string[], cwd: string): Promise<string[] | undefined> {
  const files: string[] = [];
  for (const given of paths) {
    const info = await stat(path.resolve(cwd, given)).catch(() => undefined);
    if (info === undefined) {
      return undefined;
    }
    if (info.isDirectory()) {
      files.push(...(await yamlFilesBelow(given, cwd)));
    } else {
      files.push(given);
    }
  }
  return [...new Set(files)];
}

async function yamlFilesBelow(folder: string, cwd: string): Promise<string[]> {
  const entries = await readdir(path.resolve(cwd, folder), { withFileTypes: true });
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
