import { check, newConstraint, newVersion, SemverError } from '@fairlead/engine/semver';
import type { ListedVersion } from '../protocol.ts';

/** What a constraint picks from a list of versions. */
export type Choice =
  | { readonly kind: 'chosen'; readonly version: ListedVersion }
  | { readonly kind: 'none'; readonly onlyPrereleases: boolean }
  | { readonly kind: 'invalid'; readonly message: string };

/**
 * Picks as source-controller does: an exact match of the text first, else the newest version that fits.
 * `versions` are newest first.
 */
export function chooseVersion(constraint: string | undefined, versions: readonly ListedVersion[]): Choice {
  const wanted = constraint === undefined || constraint === '' ? '*' : constraint;
  const exact = versions.find((listed) => listed.version === wanted);
  if (exact !== undefined) {
    return { kind: 'chosen', version: exact };
  }
  const invalid = constraintError(wanted);
  if (invalid !== undefined) {
    return { kind: 'invalid', message: invalid };
  }
  const range = newConstraint(wanted);
  const version = versions.find((listed) => fits(listed.version, (parsed) => check(range, parsed)));
  if (version !== undefined) {
    return { kind: 'chosen', version };
  }
  const release = (text: string): string => text.replace(/-.*$/, '');
  const onlyPrereleases = versions.some(
    (listed) => listed.version.includes('-') && fits(release(listed.version), (parsed) => check(range, parsed)),
  );
  return { kind: 'none', onlyPrereleases };
}

/** Why a constraint does not parse, in Masterminds' words; undefined when it does. */
export function constraintError(constraint: string): string | undefined {
  try {
    newConstraint(constraint);
    return undefined;
  } catch (error) {
    if (error instanceof SemverError) {
      return error.message;
    }
    throw error;
  }
}

function fits(version: string, check: (parsed: ReturnType<typeof newVersion>) => boolean): boolean {
  try {
    return check(newVersion(version));
  } catch (error) {
    if (error instanceof SemverError) {
      return false;
    }
    throw error;
  }
}
