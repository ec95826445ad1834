import { allPatterns, type IgnorePattern, readIgnorePatterns } from './goIgnore.ts';

/**
 * The ignore rules of a tree of files: its `.sourceignore` files, folder by folder, then `spec.ignore`.
 *
 * @param files by path from the root; only those named `.sourceignore` are looked at
 * @see fluxcd/pkg/sourceignore v0.19, LoadIgnorePatterns
 */
export function ignorePatterns(
  files: ReadonlyMap<string, Uint8Array>,
  ignore: string | undefined,
): readonly IgnorePattern[] {
  const own = [...files]
    .filter(([path]) => isIgnoreFile(path))
    .map(([path, data]) => ({ domain: path.split('/').slice(0, -1), data }))
    .sort((a, b) => compareDomains(a.domain, b.domain))
    .flatMap(({ domain, data }) => readIgnorePatterns(new TextDecoder().decode(data), domain));
  return allPatterns([...own, ...readIgnorePatterns(ignore ?? '', [])]);
}

export function isIgnoreFile(path: string): boolean {
  return path === '.sourceignore' || path.endsWith('/.sourceignore');
}

/** A folder before what is in it, its neighbours by name. */
function compareDomains(a: readonly string[], b: readonly string[]): number {
  for (const [index, name] of a.entries()) {
    const other = b[index];
    if (other === undefined) {
      return 1;
    }
    if (name !== other) {
      return name < other ? -1 : 1;
    }
  }
  return a.length - b.length;
}
