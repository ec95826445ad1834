/** Slash-separated paths, after Go's package path; package filepath does the same on Linux. */

/** The shortest path that means the same. @see Go 1.26 path/path.go, Clean */
export function cleanPath(path: string): string {
  const isRooted = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') {
      parts.pop();
    } else if (part === '..' && isRooted) {
      continue;
    } else if (part !== '' && part !== '.') {
      parts.push(part);
    }
  }
  const joined = parts.join('/');
  return isRooted ? `/${joined}` : joined === '' ? '.' : joined;
}

/** The last element; `.` of nothing, `/` of slashes only. */
export function basePath(path: string): string {
  if (path === '') {
    return '.';
  }
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

/** Everything but the last element, cleaned. */
export function directoryOf(path: string): string {
  return cleanPath(path.slice(0, path.lastIndexOf('/') + 1));
}

/** From the last dot of the last element on, or nothing. */
export function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot);
}
