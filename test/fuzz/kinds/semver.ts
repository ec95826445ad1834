import {
  check,
  newConstraint,
  newVersion,
  SemverError,
  sortVersions,
  strictNewVersion,
  tryNewVersion,
  validate,
} from '@fairlead/engine/semver';
import fc from 'fast-check';
import { Chance, someConstraint, someVersion } from '../../support/semverCases.ts';
import { defineKind, type Kind } from './kind.ts';

/** Pairs of a constraint and a version that one input makes. */
const versionsEach = 10;

const versions = fc.integer().map((seed) => someVersion(new Chance(seed)));
const constraints = fc.integer().map((seed) => someConstraint(new Chance(seed)));

/** A range and ten versions: whether each satisfies it, and what it breaks. */
const ofConstraint = defineKind({
  name: 'semver/constraint',
  cases: fc.record({
    constraint: constraints,
    versions: fc.array(versions, { minLength: versionsEach, maxLength: versionsEach }),
  }),
  want: async (oracle, cases) =>
    (await oracle.askAll(cases.map((given) => ({ op: 'constraint' as const, ...given })))).map((answer) =>
      'error' in answer ? { error: answer.error } : { ok: answer.ok, reasons: answer.reasons },
    ),
  have: (given) =>
    told(() => {
      const constraint = newConstraint(given.constraint);
      const judged = given.versions.map((text) => {
        const version = told(() => newVersion(text));
        if ('error' in version) {
          return { ok: 'invalid', reasons: [version.error] };
        }
        const { ok, reasons } = validate(constraint, version);
        return { ok: ok === check(constraint, version) ? ok : 'validate and check do not agree', reasons };
      });
      return { ok: judged.map(({ ok }) => ok), reasons: judged.map(({ reasons }) => reasons) };
    }),
});

/** Lists of versions in order, and which of them are none. */
const ofOrder = defineKind({
  name: 'semver/order',
  cases: fc.array(versions, { maxLength: 60 }),
  want: async (oracle, cases) =>
    await oracle.askAll(cases.map((given) => ({ op: 'sortVersions' as const, versions: given }))),
  have: (given) => ({
    sorted: sortVersions(given.flatMap((text) => tryNewVersion(text) ?? [])).map(({ original }) => original),
    invalid: given.filter((text) => tryNewVersion(text) === undefined),
  }),
});

/** Versions read loosely and strictly. */
const ofVersions = defineKind({
  name: 'semver/version',
  cases: fc.record({ version: versions, strict: fc.boolean() }),
  want: async (oracle, cases) =>
    (
      await oracle.askAll(cases.map(({ version, strict }) => ({ op: 'version' as const, versions: [version], strict })))
    ).map((answer) => {
      if ('error' in answer) {
        return answer;
      }
      const [parsed] = answer.versions;
      return parsed?.error === undefined
        ? { string: parsed?.string, prerelease: parsed?.prerelease, metadata: parsed?.metadata }
        : { error: parsed.error };
    }),
  have: ({ version, strict }) =>
    told(() => {
      const parsed = (strict ? strictNewVersion : newVersion)(version);
      return { string: parsed.toString(), prerelease: parsed.prerelease, metadata: parsed.metadata };
    }),
});

export const semver: readonly Kind[] = [ofConstraint, ofOrder, ofVersions];

function told<T extends object>(work: () => T): T | { readonly error: string } {
  try {
    return work();
  } catch (error) {
    if (error instanceof SemverError) {
      return { error: error.message };
    }
    throw error;
  }
}
