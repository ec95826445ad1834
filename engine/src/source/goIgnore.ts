import { matchPath } from '../chart/index.ts';

/**
 * gitignore patterns as go-git reads them, which is how source-controller leaves files out of an artifact: the last
 * pattern that matches a file decides, so that a file can be let in again below a folder that is left out.
 */
export interface IgnorePattern {
  /** Folders from the root of the source to where the pattern applies. */
  readonly domain: readonly string[];
  readonly parts: readonly string[];
  readonly isNegated: boolean;
  readonly wantsFolder: boolean;
  /** Has a slash other than at its end: matches from the domain down, not a name anywhere. */
  readonly isPath: boolean;
}

const always = ['.git/', '.gitignore', '.gitmodules', '.gitattributes'];
const unlessSaid = [
  ...['*.jpg', '*.jpeg', '*.gif', '*.png', '*.wmv', '*.flv', '*.tar.gz', '*.zip'],
  ...['.github/', '.circleci/', '.travis.yml', '.gitlab-ci.yml', 'appveyor.yml', '.drone.yml', 'cloudbuild.yaml'],
  ...['codeship-services.yml', 'codeship-steps.yml', '**/.goreleaser.yml', '**/.sops.yaml', '**/.flux.yaml'],
];

/** The patterns of a `.sourceignore`, or of `spec.ignore`. @see fluxcd/pkg/sourceignore v0.19, ReadPatterns */
export function readIgnorePatterns(text: string, domain: readonly string[]): readonly IgnorePattern[] {
  return text
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#') && line.trim() !== '')
    .map((line) => parsePattern(line, domain));
}

/** All patterns of a source: version control is never in it, and the rest of Flux's list only where nobody says more. */
export function allPatterns(own: readonly IgnorePattern[]): readonly IgnorePattern[] {
  const defaults = own.length === 0 ? [...always, ...unlessSaid] : always;
  return [...defaults.map((line) => parsePattern(line, [])), ...own];
}

/** Whether a file is left out. `path` is from the root of the source, with slashes. */
export function isLeftOut(patterns: readonly IgnorePattern[], path: string): boolean {
  const parts = path.split('/');
  const deciding = patterns.findLast((pattern) => matches(pattern, parts));
  return deciding !== undefined && !deciding.isNegated;
}

/** @see fluxcd/pkg/sourceignore v0.19 gitignore/pattern.go, ParsePattern */
function parsePattern(line: string, domain: readonly string[]): IgnorePattern {
  const isNegated = line.startsWith('!');
  let pattern = isNegated ? line.slice(1) : line;
  if (!pattern.endsWith('\\ ')) {
    pattern = pattern.replace(/ +$/, '');
  }
  const wantsFolder = pattern.endsWith('/');
  if (wantsFolder) {
    pattern = pattern.slice(0, -1);
  }
  return { domain, isNegated, wantsFolder, isPath: pattern.includes('/'), parts: pattern.split('/') };
}

function matches({ domain, parts, wantsFolder, isPath }: IgnorePattern, path: readonly string[]): boolean {
  if (path.length <= domain.length || domain.some((folder, index) => path[index] !== folder)) {
    return false;
  }
  const below = path.slice(domain.length);
  const [name = ''] = parts;
  return isPath
    ? matchesPath(parts, below, wantsFolder)
    : below.some((part, index) => matchPath(name, part) === true && !(wantsFolder && index === below.length - 1));
}

/** @see fluxcd/pkg/sourceignore v0.19 gitignore/pattern.go, globMatch */
function matchesPath(parts: readonly string[], path: readonly string[], wantsFolder: boolean): boolean {
  let rest = path;
  let matched = false;
  let canTraverse = false;
  for (const [index, part] of parts.entries()) {
    if (part === '') {
      canTraverse = false;
    } else if (part === '**') {
      if (index === parts.length - 1) {
        break;
      }
      canTraverse = true;
    } else if (part.includes('**')) {
      return false;
    } else {
      const at = canTraverse ? rest.findIndex((name) => matchPath(part, name) === true) : 0;
      const name = rest[at];
      if (name === undefined || matchPath(part, name) !== true) {
        return false;
      }
      matched = true;
      canTraverse = false;
      rest = rest.slice(at + 1);
    }
  }
  return matched && !(wantsFolder && rest.length === 0);
}
