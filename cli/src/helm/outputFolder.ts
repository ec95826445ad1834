import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ChartCrd } from '@fairlead/engine/chart';
import { fromBytes, toBytes } from '@fairlead/engine/gostd';
import type { Hook, Manifest } from '@fairlead/engine/release';
import { messageOf } from '@fairlead/engine/support';
import { InputFileError } from './file.ts';

export interface OutputFolderOptions {
  /** As it was given; it is shown so. */
  readonly folder: string;
  readonly cwd: string;
  /** The folder in it for all but definitions, if the release is to have one of its own. */
  readonly releaseName?: string;
  /** Gets a line for each document. */
  readonly tell: (line: string) => void;
}

/**
 * Writes documents into files of the names of their templates.
 *
 * @throws InputFileError
 * @see helm v4.3.1 pkg/action/action.go, renderResources, and pkg/cmd/template.go, writeToFile
 */
export function writeOutputFolder(
  documents: {
    readonly crds: readonly ChartCrd[];
    readonly manifests: readonly Manifest[];
    readonly hooks: readonly Hook[];
  },
  { folder, cwd, releaseName, tell }: OutputFolderOptions,
): void {
  const written = new Set<string>();
  const write = (into: string, name: string, { content, isMore }: { content: string; isMore: boolean }): void => {
    const shown = `${into}/${name}`;
    writeDocument(path.resolve(cwd, shown), `---\n# Source: ${name}\n${content}\n`, isMore);
    written.add(name);
    tell(`wrote ${shown}`);
  };
  for (const { path: name, file } of documents.crds) {
    write(folder, name, { content: fromBytes(file.data), isMore: written.has(name) });
  }
  const own = releaseName === undefined ? folder : path.join(folder, releaseName);
  for (const { path: name, content } of documents.manifests) {
    write(own, name, { content, isMore: written.has(name) });
  }
  for (const { path: name, manifest } of documents.hooks) {
    // Behind whatever is there, an earlier run's too.
    write(own, name, { content: manifest, isMore: existsSync(path.resolve(cwd, own, name)) });
  }
}

function writeDocument(place: string, text: string, isMore: boolean): void {
  try {
    mkdirSync(path.dirname(place), { recursive: true, mode: 0o755 });
    (isMore ? appendFileSync : writeFileSync)(place, toBytes(text));
  } catch (error) {
    throw new InputFileError(messageOf(error), { cause: error });
  }
}
