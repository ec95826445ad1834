/** Patterns of `.Files.Glob`: `*` and `?` stop at slashes, `**` does not, `[abc]`, `[!a-z]`, `{a,b}`, `\` escapes. */
import { compileNode } from './compile.ts';
import { bytesOf } from './runes.ts';
import { parseGlob } from './syntax.ts';

/** Says whether a path matches. @throws GoError where the library panics */
export type Glob = (path: string) => boolean;

/**
 * The library takes short cuts, and some give other answers than the pattern would: `a/**\/b` matches `a/b`, where the
 * same slash counts twice, and alternatives with more behind them miss some paths. Charts were written by what it
 * answers, so its ways are followed step by step.
 *
 * @returns undefined when the pattern is malformed
 * @see github.com/gobwas/glob v0.2.3
 */
export function compileGlob(pattern: string): Glob | undefined {
  const tree = parseGlob(pattern);
  if (tree === undefined) {
    return undefined;
  }
  const matcher = compileNode(tree);
  return (path) => matcher.matches(bytesOf(path));
}
