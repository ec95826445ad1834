import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseUrl, UrlError } from '@fairlead/engine/gostd';
import { messageOf } from '@fairlead/engine/support';

/** A file that cannot be read, in Go's words. */
export class InputFileError extends Error {
  override readonly name = 'InputFileError';
}

/** @throws InputFileError */
export function readInputFile(file: string, cwd: string): Uint8Array {
  try {
    if (file === '') {
      throw new InputFileError('open : no such file or directory');
    }
    // Not resolved: a slash behind the name of a file makes it another one.
    return readFileSync(path.isAbsolute(file) ? file : `${cwd}/${file}`);
  } catch (error) {
    throw error instanceof InputFileError ? error : new InputFileError(goWords(file, error), { cause: error });
  }
}

/**
 * Refuses what Helm would fetch, or takes for no URL: each name of a file goes for one.
 *
 * @throws InputFileError
 * @see helm v4.3.1 pkg/cli/values/options.go, readFile
 */
export function refuseUrl(file: string): void {
  let scheme: string;
  try {
    ({ scheme } = parseUrl(file));
  } catch (error) {
    throw error instanceof UrlError ? new InputFileError(error.message, { cause: error }) : error;
  }
  if (/^(?:https?|oci)$/.test(scheme)) {
    throw new InputFileError(`${file}: values from URLs are not fetched`);
  }
}

const words: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'no such file or directory'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'operation not permitted'],
  ['ENOTDIR', 'not a directory'],
  ['ENAMETOOLONG', 'file name too long'],
  ['ELOOP', 'too many levels of symbolic links'],
]);

function goWords(file: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EISDIR') {
    return `read ${file}: is a directory`;
  }
  const why = words.get(code);
  return why === undefined ? messageOf(error) : `open ${file}: ${why}`;
}
