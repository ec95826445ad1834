/** Why a file cannot be read, in words; undefined for an error that is not of files. */
export function fileErrorWords(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return words.get(code);
}

const words: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EISDIR', 'it is a folder'],
  ['ENOTDIR', 'a part of its path is no folder'],
  ['ELOOP', 'a link leads nowhere'],
  ['EIO', 'the disk fails to give it'],
]);
