import { basePath, byteLength, trimSpace } from '../../gostd/index.ts';
import { ChartError } from '../errors.ts';
import { matchPath } from '../match.ts';

/** One line of a .helmignore. */
export interface IgnoreRule {
  readonly pattern: string;
  readonly isNegated: boolean;
  /** The line ends in a slash. */
  readonly wantsFolder: boolean;
  /** Against the whole path, or against its last element only. */
  readonly against: 'path' | 'name';
}

/**
 * The rules of a .helmignore, and Helm's own behind them.
 *
 * @throws ChartError `ignore`
 * @see helm v4.3.1 pkg/ignore/rules.go, Parse
 */
export function parseIgnoreRules(text: string): IgnoreRule[] {
  const lines = text.replace(/^\ufeff/, '').split('\n');
  return [...lines, 'templates/.?*'].flatMap((line) => {
    if (line.length >= maxLineBytes && byteLength(line) >= maxLineBytes) {
      throw new ChartError('ignore', 'bufio.Scanner: token too long');
    }
    return parseRule(trimSpace(line));
  });
}

/** What Go's scanner takes, with its line feed. */
const maxLineBytes = 64 * 1024;

function parseRule(line: string): IgnoreRule[] {
  if (line === '' || line.startsWith('#')) {
    return [];
  }
  if (line.includes('**')) {
    throw new ChartError('ignore', 'double-star (**) syntax is not supported');
  }
  if (matchPath(line, 'abc') === undefined) {
    throw new ChartError('ignore', 'syntax error in pattern');
  }
  const isNegated = line.startsWith('!');
  const stripped = isNegated ? line.slice(1) : line;
  const wantsFolder = stripped.endsWith('/');
  const pattern = wantsFolder ? stripped.slice(0, -1) : stripped;
  return [
    {
      pattern: pattern.startsWith('/') ? pattern.slice(1) : pattern,
      isNegated,
      wantsFolder,
      against: pattern.includes('/') ? 'path' : 'name',
    },
  ];
}

/**
 * Whether a path of a chart is left out: the first rule that matches decides. A negated rule leaves out whatever it
 * does not match, which surprises everyone and is what Helm does.
 *
 * @see helm v4.3.1 pkg/ignore/rules.go, Ignore
 */
export function isIgnored(rules: readonly IgnoreRule[], path: string, isFolder: boolean): boolean {
  for (const rule of rules) {
    const isMatch =
      (isFolder || !rule.wantsFolder) &&
      matchPath(rule.pattern, rule.against === 'path' ? path : basePath(path)) === true;
    if (isMatch !== rule.isNegated) {
      return true;
    }
  }
  return false;
}
