import { byteLength, quote } from '../gostd/index.ts';
import { SemverError } from './errors.ts';
import { readTerms, rewriteRanges } from './grammar.ts';
import { compare, comparePrereleaseParts, newVersion, type Version } from './version.ts';

/** @see Masterminds/semver v3.5.0 constraints.go, MaxConstraintLen and MaxConstraintGroups */
const maxConstraintBytes = 512;
const maxGroups = 32;

/** What a version must satisfy: one of the groups, and all terms of it. */
export interface Constraint {
  readonly text: string;
  readonly groups: readonly Group[];
}

interface Group {
  readonly terms: readonly Term[];
  /** One term with a prerelease opens the whole group to prereleases. */
  readonly admitsPrereleases: boolean;
}

/** One comparison of a constraint, such as `>=1.2`. */
export interface Term {
  readonly operator: Operator;
  /** The version as written, with its wildcards. */
  readonly written: string;
  /** The version with wildcards and missing parts as 0. */
  readonly version: Version;
  /** Whether any part is a wildcard or missing. */
  readonly isPartial: boolean;
  readonly isMinorOpen: boolean;
  readonly isPatchOpen: boolean;
}

type Operator = 'is' | 'not' | 'above' | 'below' | 'at-least' | 'at-most' | 'tilde' | 'caret';

/** Whether a version is in a range. */
export interface Validation {
  readonly ok: boolean;
  /** Why not, one sentence a broken term, in Masterminds' words; empty when `ok`. */
  readonly reasons: readonly string[];
}

const operators: ReadonlyMap<string, Operator> = new Map([
  ['', 'is'],
  ['=', 'is'],
  ['!=', 'not'],
  ['>', 'above'],
  ['<', 'below'],
  ['>=', 'at-least'],
  ['=>', 'at-least'],
  ['<=', 'at-most'],
  ['=<', 'at-most'],
  ['~', 'tilde'],
  ['~>', 'tilde'],
  ['^', 'caret'],
]);

/**
 * Reads a constraint such as `^1.2`, `>=1, <2 || 3.x` or `1.0 - 2.0`.
 *
 * @throws SemverError code `constraint`, in Masterminds' words
 * @see Masterminds/semver v3.5.0 constraints.go, NewConstraint
 */
export function newConstraint(text: string): Constraint {
  if (text.length > maxConstraintBytes || byteLength(text) > maxConstraintBytes) {
    throw refusal(text, `constraint string is too long (max ${maxConstraintBytes} bytes)`);
  }
  const alternatives = rewriteRanges(text).split('||');
  if (alternatives.length > maxGroups) {
    throw refusal(text, `too many constraint groups (max ${maxGroups})`);
  }
  const groups = alternatives.map((alternative) => {
    const improper = (): SemverError => refusal(text, `improper constraint: ${quote(alternative)}`);
    const written = readTerms(alternative)?.map((term) => {
      const operator = operators.get(term.operator);
      if (operator === undefined) {
        throw improper();
      }
      return { operator, term };
    });
    if (written === undefined) {
      throw improper();
    }
    // Only a group that is one as a whole is asked for its versions.
    const terms = written.map(({ operator, term }) => ({ operator, ...versionOf(text, term) }));
    return { terms, admitsPrereleases: terms.some((term) => term.version.prerelease !== '') };
  });
  return { text, groups };
}

/** Whether the version satisfies the constraint. @see Masterminds/semver v3.5.0 constraints.go, Constraints.Check */
export function check(constraint: Constraint, version: Version): boolean {
  return constraint.groups.some(({ terms, admitsPrereleases }) =>
    terms.every((term) => violation(term, version, admitsPrereleases) === undefined),
  );
}

/** As `check`, and says what was broken. @see Masterminds/semver v3.5.0 constraints.go, Constraints.Validate */
export function validate(constraint: Constraint, version: Version): Validation {
  const reasons: string[] = [];
  let toldPrerelease = false;
  for (const { terms, admitsPrereleases } of constraint.groups) {
    let ok = true;
    for (const term of terms) {
      const broken = violation(term, version, admitsPrereleases);
      if (broken === undefined) {
        continue;
      }
      ok = false;
      if (broken === 'prerelease') {
        if (!toldPrerelease) {
          reasons.push(words.prerelease(version, term));
          toldPrerelease = true;
        }
      } else {
        reasons.push(words[broken](version, term));
      }
    }
    if (ok) {
      return { ok: true, reasons: [] };
    }
  }
  return { ok: false, reasons };
}

type Violation =
  | 'prerelease'
  | 'equal'
  | 'not-equal'
  | 'not-above'
  | 'not-below'
  | 'less'
  | 'greater'
  | 'other-major'
  | 'other-major-minor'
  | 'other-minor-of-0'
  | 'other-minor'
  | 'other-patch-of-0.0';

const words: Readonly<Record<Violation, (version: Version, term: Term) => string>> = {
  prerelease: (version) =>
    `"${String(version)}" is a prerelease version and the constraint is only looking for release versions`,
  equal: (version, term) => `"${String(version)}" is equal to "${term.written}"`,
  'not-equal': (version, term) => `"${String(version)}" is not equal to "${term.written}"`,
  'not-above': (version, term) => `"${String(version)}" is less than or equal to "${term.written}"`,
  'not-below': (version, term) => `"${String(version)}" is greater than or equal to "${term.written}"`,
  less: (version, term) => `"${String(version)}" is less than "${term.written}"`,
  greater: (version, term) => `"${String(version)}" is greater than "${term.written}"`,
  'other-major': (version, term) => `"${String(version)}" does not have same major version as "${term.written}"`,
  'other-major-minor': (version, term) =>
    `"${String(version)}" does not have same major and minor version as "${term.written}"`,
  'other-minor-of-0': (version, term) =>
    `"${String(version)}" does not have same minor version as "${term.written}". Expected minor versions to match when constraint major version is 0`,
  'other-minor': (version, term) => `"${String(version)}" does not have same minor version as "${term.written}"`,
  'other-patch-of-0.0': (version, term) =>
    `"${String(version)}" does not equal "${term.written}". Expect version and constraint to equal when major and minor versions are 0`,
};

/** How a version breaks a term, or undefined when it does not. */
function violation(term: Term, version: Version, admitsPrereleases: boolean): Violation | undefined {
  if (version.prerelease !== '' && !admitsPrereleases) {
    return 'prerelease';
  }
  switch (term.operator) {
    case 'is':
      if (term.isPartial) {
        return breaksTilde(term, version);
      }
      return compare(version, term.version) === 0 ? undefined : 'not-equal';
    case 'not':
      return breaksNot(term, version);
    case 'above':
      return breaksAbove(term, version);
    case 'below':
      return compare(version, term.version) < 0 ? undefined : 'not-below';
    case 'at-least':
      return compare(version, term.version) >= 0 ? undefined : 'less';
    case 'at-most':
      return breaksAtMost(term, version);
    case 'tilde':
      return breaksTilde(term, version);
    case 'caret':
      return breaksCaret(term, version);
  }
}

function breaksNot(term: Term, version: Version): Violation | undefined {
  const { version: other } = term;
  if (term.isPartial) {
    if (other.major !== version.major) {
      return undefined;
    }
    if (term.isMinorOpen) {
      return 'equal';
    }
    if (other.minor !== version.minor) {
      return undefined;
    }
    if (term.isPatchOpen) {
      return comparePrereleaseParts(version.prerelease, other.prerelease) === 0 ? 'equal' : undefined;
    }
  }
  return compare(version, other) === 0 ? 'equal' : undefined;
}

function breaksAbove(term: Term, version: Version): Violation | undefined {
  const { version: other } = term;
  let above: boolean;
  if (!term.isPartial || (version.major === other.major && !term.isMinorOpen && !term.isPatchOpen)) {
    above = compare(version, other) > 0;
  } else if (version.major !== other.major || term.isMinorOpen) {
    above = version.major > other.major;
  } else {
    above = version.minor > other.minor;
  }
  return above ? undefined : 'not-above';
}

function breaksAtMost(term: Term, version: Version): Violation | undefined {
  const { version: other } = term;
  if (!term.isPartial) {
    return compare(version, other) <= 0 ? undefined : 'greater';
  }
  if (version.major > other.major) {
    return 'greater';
  }
  return version.major === other.major && version.minor > other.minor && !term.isMinorOpen ? 'greater' : undefined;
}

function breaksTilde(term: Term, version: Version): Violation | undefined {
  const { version: other } = term;
  if (compare(version, other) < 0) {
    return 'less';
  }
  // ~0.0.0 and ~* admit everything from there on.
  if (other.major === 0n && other.minor === 0n && other.patch === 0n && !term.isMinorOpen && !term.isPatchOpen) {
    return undefined;
  }
  if (version.major !== other.major) {
    return 'other-major';
  }
  return version.minor !== other.minor && !term.isMinorOpen ? 'other-major-minor' : undefined;
}

function breaksCaret(term: Term, version: Version): Violation | undefined {
  const { version: other } = term;
  if (compare(version, other) < 0) {
    return 'less';
  }
  if (version.major !== other.major) {
    return 'other-major';
  }
  if (other.major > 0n || term.isMinorOpen) {
    return undefined;
  }
  if (other.minor > 0n || term.isPatchOpen) {
    return version.minor === other.minor ? undefined : 'other-minor-of-0';
  }
  if (version.minor > 0n) {
    return 'other-minor';
  }
  return version.patch === other.patch ? undefined : 'other-patch-of-0.0';
}

type Written = NonNullable<ReturnType<typeof readTerms>>[number];

function versionOf(text: string, term: Written): Omit<Term, 'operator'> {
  const { written, major, minor, patch, prerelease } = term;
  let full = written;
  let isMinorOpen = false;
  let isPatchOpen = false;
  let isPartial = true;
  if (isOpen(major)) {
    full = `0.0.0${prerelease}`;
  } else if (isOpen(minor)) {
    isMinorOpen = true;
    full = `${major}.0.0${prerelease}`;
  } else if (isOpen(patch)) {
    isPatchOpen = true;
    full = `${major}.${minor}.0${prerelease}`;
  } else {
    isPartial = false;
  }
  let version: Version;
  try {
    version = newVersion(full);
  } catch (error) {
    if (error instanceof SemverError) {
      throw new SemverError('constraint', text, 'constraint parser error');
    }
    throw error;
  }
  return { written, version, isPartial, isMinorOpen, isPatchOpen };
}

function isOpen(part: string): boolean {
  return part === '' || part === 'x' || part === 'X' || part === '*';
}

function refusal(text: string, message: string): SemverError {
  return new SemverError('constraint', text, message);
}
