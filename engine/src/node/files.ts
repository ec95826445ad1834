import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
} from 'node:fs';
import { open, readdir, readlink, realpath } from 'node:fs/promises';
import { Buffer } from 'node:buffer';
import process from 'node:process';
import { EngineError, type FileEntry, type Files } from '../support/index.ts';
import { fileErrorWords } from './fileError.ts';

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

/** Opening a pipe that nobody writes to would wait without end; Windows has no such flag, and no such pipes. */
const readOnly = constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NONBLOCK);

/** The machine's files. What is not there, or is a file where a folder was meant, is undefined. */
export const nodeFiles: Files = {
  read: async (path, { signal, maxBytes }) => {
    signal.throwIfAborted();
    return existing(path, async () => {
      const handle = await open(path, readOnly);
      try {
        const stat = await handle.stat();
        if (!stat.isFile()) {
          return undefined;
        }
        if (stat.size > maxBytes) {
          throw tooLarge(path, maxBytes);
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
      return sortedEntries(await readdir(path, { withFileTypes: true }));
    });
  },
  realPath: async (path, { signal }) => {
    signal.throwIfAborted();
    return existing(path, () => realpath(path));
  },
  linkTarget: async (path, { signal }) => {
    signal.throwIfAborted();
    return existing(path, () => readlink(path));
  },
};

/** The same for a process that does nothing else meanwhile: many small files are read much sooner. */
export const filesNow: Files = {
  read: (path, { signal, maxBytes }) =>
    existingNow(path, signal, () => {
      const file = openSync(path, readOnly);
      try {
        const stat = fstatSync(file);
        if (stat.isFile() && stat.size > maxBytes) {
          throw tooLarge(path, maxBytes);
        }
        return stat.isFile() ? readWhole(file, stat.size) : undefined;
      } finally {
        closeSync(file);
      }
    }),
  list: (path, { signal }) =>
    existingNow(path, signal, () => sortedEntries(readdirSync(path, { withFileTypes: true }))),
  realPath: (path, { signal }) => existingNow(path, signal, () => realpathSync.native(path)),
  linkTarget: (path, { signal }) => existingNow(path, signal, () => readlinkSync(path)),
};

/** What Node's `readFileSync` does, less what it asks for a second time. */
function readWhole(file: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(size);
  let at = 0;
  while (at < size) {
    const count = readSync(file, bytes, at, size - at, null);
    if (count === 0) {
      return bytes.subarray(0, at);
    }
    at += count;
  }
  return size === 0 ? readFileSync(file) : bytes;
}

function existingNow<T>(path: string, signal: AbortSignal, read: () => T): Promise<T | undefined> {
  return existing(path, () => {
    signal.throwIfAborted();
    return Promise.resolve(read());
  });
}

function tooLarge(path: string, maxBytes: number): FileError {
  return new FileError('too-large', path, `read ${path}: larger than ${maxBytes} bytes`);
}

function sortedEntries(entries: readonly Dirent[]): FileEntry[] {
  return entries.map((entry) => ({ name: entry.name, kind: kindOf(entry) })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function kindOf(entry: Dirent): FileEntry['kind'] {
  return entry.isSymbolicLink() ? 'link' : entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : 'other';
}

/** EINVAL is what is no link, ELOOP a link that leads nowhere but to links. */
const absent: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'EINVAL', 'ELOOP']);

async function existing<T>(path: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (absent.has(code)) {
      return undefined;
    }
    if (code === 'EACCES' || code === 'EPERM' || code === 'EIO') {
      throw new FileError('unreadable', path, `open ${path}: ${fileErrorWords(error) ?? code}`, { cause: error });
    }
    throw error;
  }
}
