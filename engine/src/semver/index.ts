/**
 * Versions and constraints as Helm and Flux read them: Masterminds/semver v3.5, with its answers and its words.
 * npm's semver reads ranges otherwise (prereleases, `~0.0.0`, wildcards, commas), so it is not used here.
 * Left out: JSON and SQL conversions, and Go's switches that make NewVersion strict; StrictNewVersion is there.
 */
export { SemverError, type SemverErrorCode } from './errors.ts';
export {
  compare,
  incMajor,
  incMinor,
  incPatch,
  newVersion,
  setMetadata,
  setPrerelease,
  sortVersions,
  strictNewVersion,
  tryNewVersion,
  Version,
} from './version.ts';
export { check, type Constraint, newConstraint, type Term, validate, type Validation } from './constraint.ts';
