import { open, readdir, realpath } from 'node:fs/promises';
import { EngineError, type FileEntry, type Files } from '../support/index.ts';

/** A file that cannot be read, or is larger than it may be. */
class FileError extends EngineError {
  override readonly name = 'FileError';
  readonly code: 'too-large' | 'unreadable';
  readonly path: string;

  constructor(code: FileError['code'], path: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.path = path;
  }
}

/** The machine's files. What is not there, or is a file where a folder was meant, is undefined. */
export const nodeFiles: Files = {
  read: async (path, { signal, maxBytes }) => {
    signal.throwIfAborted();
    return existing(path, async () => {
      const handle = await open(path, 'r');
      try {
        const stat = await handle.stat();
        if (!stat.isFile()) {
          return undefined;
        }
        if (stat.size > maxBytes) {
          throw new FileError('too-large', path, `read ${path}: larger than ${maxBytes} bytes`);
        }
        return await handle.readFile({ signal });
      } finally {
        await handle.close();
      }
    });
  },
  list: async (path, { signal }) => {
    signal.throwIfAborted();
    return existing(path, async () => {
      const entries = await readdir(path, { withFileTypes: true });
      return entries
        .map((entry): FileEntry => ({ name: entry.name, kind: kindOf(entry) }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    });
  },
  realPath: async (path, { signal }) => {
    signal.throwIfAborted();
    return existing(path, () => realpath(path));
  },
};

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }): FileEntry['kind'] {
  return entry.isSymbolicLink() ? 'link' : entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : 'other';
}

const absent: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);

async function existing<T>(path: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (absent.has(code)) {
      return undefined;
    }
    if (code === 'EACCES' || code === 'EPERM' || code === 'ELOOP' || code === 'EIO') {
      throw new FileError('unreadable', path, `read ${path}: ${code}`, { cause: error });
    }
    throw error;
  }
}
