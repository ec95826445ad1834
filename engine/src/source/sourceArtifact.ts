import { Buffer } from 'node:buffer';
import { type FileEntry, type Files, parseJson, recordAt } from '../support/index.ts';

/** The files of a source at a revision, as source-controller would pack them: no links, nothing that is ignored. */
export interface SourceArtifact {
  /** `main@sha1:…`, `sha256:…` */
  readonly revision: string;
  /** By path from the root, with slashes. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * An artifact as bytes for the cache: a line of JSON that says what follows, then the files one after the other.
 * The same artifact always gives the same bytes.
 */
export function packArtifact({ revision, files }: SourceArtifact): Uint8Array {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  const index = { revision, files: sorted.map(([path, data]) => [path, data.length]) };
  return Buffer.concat([Buffer.from(`${JSON.stringify(index)}\n`), ...sorted.map(([, data]) => data)]);
}

/** Undefined where the bytes are no artifact: of another version of Fairlead, say. */
export function unpackArtifact(bytes: Uint8Array): SourceArtifact | undefined {
  const end = bytes.indexOf(0x0a);
  const index = end < 0 ? undefined : readIndex(new TextDecoder().decode(bytes.subarray(0, end)));
  if (index === undefined) {
    return undefined;
  }
  const files = new Map<string, Uint8Array>();
  let at = end + 1;
  for (const { path, length } of index.files) {
    files.set(path, bytes.subarray(at, at + length));
    at += length;
  }
  return at === bytes.length ? { revision: index.revision, files } : undefined;
}

interface Index {
  readonly revision: string;
  readonly files: readonly { readonly path: string; readonly length: number }[];
}

function readIndex(line: string): Index | undefined {
  const { revision, files } = recordAt(parseJson(line));
  if (typeof revision !== 'string' || !Array.isArray(files)) {
    return undefined;
  }
  const read: Index['files'][number][] = [];
  for (const file of files as readonly unknown[]) {
    const [path, length] = Array.isArray(file) ? (file as readonly unknown[]) : [];
    if (typeof path !== 'string' || typeof length !== 'number') {
      return undefined;
    }
    read.push({ path, length });
  }
  return { revision, files: read };
}

/** Where an artifact's files are, for what reads them as files. */
export const artifactRoot = '/artifact';

/** Files in memory below a root that no machine has. */
export function filesInMemory(root: string, files: ReadonlyMap<string, Uint8Array>): Files {
  const folders = new Map<string, Map<string, FileEntry['kind']>>([[root, new Map()]]);
  for (const path of files.keys()) {
    let folder = root;
    const parts = path.split('/');
    parts.forEach((name, index) => {
      const isFile = index === parts.length - 1;
      folders.get(folder)?.set(name, isFile ? 'file' : 'folder');
      folder = `${folder}/${name}`;
      if (!isFile && !folders.has(folder)) {
        folders.set(folder, new Map());
      }
    });
  }
  const fileAt = (path: string): Uint8Array | undefined => files.get(path.slice(root.length + 1));
  return {
    read: (path) => Promise.resolve(fileAt(path)),
    list: (path) => {
      const entries = folders.get(path);
      return Promise.resolve(
        entries && [...entries].map(([name, kind]) => ({ name, kind })).sort((a, b) => (a.name < b.name ? -1 : 1)),
      );
    },
    realPath: (path) => Promise.resolve(folders.has(path) || fileAt(path) !== undefined ? path : undefined),
  };
}

/**
 * A path from the root of a source: `..` stops at the root.
 *
 * @see cyphar/filepath-securejoin, which source-controller joins with
 */
export function pathFromRoot(path: string): string {
  const parts: string[] = [];
  for (const part of path.split(/[\\/]+/)) {
    if (part === '..') {
      parts.pop();
    } else if (part !== '.' && part !== '') {
      parts.push(part);
    }
  }
  return parts.join('/');
}
