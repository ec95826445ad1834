import {
  byteSlice,
  encodeString,
  GoInt,
  type GoMethod,
  GoPointer,
  GoStruct,
  type GoType,
  int,
  pointerTo,
  stringType,
  toBytes,
  type Value,
} from '../gostd/index.ts';
import type { FuncEntry } from '../gotemplate/index.ts';
import {
  check,
  compare,
  incMajor,
  incMinor,
  incPatch,
  newConstraint,
  newVersion,
  setMetadata,
  setPrerelease,
  SemverError,
  Version,
} from '../semver/index.ts';
import { controls, define, inGo, isNil, nilDereference, textOf } from './define.ts';

/** Versions and constraints. @see Masterminds/sprig v3.3.0 semver.go */
export const semverFuncs: readonly FuncEntry[] = [
  define(
    'semver',
    'string -> *semver.Version, error',
    'Reads a version, whose parts are `.Major`, `.Minor`, `.Patch`, `.Prerelease` and `.Metadata`.',
    ([text]) => versionPointer(inGo([SemverError], () => newVersion(textOf(text)))),
  ),
  define(
    'semverCompare',
    'string, string -> bool, error',
    'Tells whether the version, the second argument, satisfies the constraint, the first; prereleases only satisfy constraints that name one.',
    ([constraint, version]) =>
      inGo([SemverError], () => {
        const parsed = newConstraint(textOf(constraint));
        return check(parsed, newVersion(textOf(version)));
      }),
    controls,
  ),
];

/** A `semver.Version` as templates see it. */
export class GoVersion extends GoStruct {
  readonly version: Version;

  constructor(version: Version) {
    super(versionType, {
      major: uint64(version.major),
      minor: uint64(version.minor),
      patch: uint64(version.patch),
      pre: version.prerelease,
      metadata: version.metadata,
      original: version.original,
    });
    this.version = version;
  }
}

/** What a copy of any version is: copying goes by exported fields, and a version has none. */
export function zeroVersion(): GoVersion {
  return new GoVersion(new Version({ major: 0n, minor: 0n, patch: 0n, prerelease: '', metadata: '' }, ''));
}

const valueMethods: readonly (readonly [string, GoMethod])[] = [
  ['Major', method((version) => uint64(version.major))],
  ['Minor', method((version) => uint64(version.minor))],
  ['Patch', method((version) => uint64(version.patch))],
  ['Prerelease', method((version) => version.prerelease)],
  ['Metadata', method((version) => version.metadata)],
  ['MarshalText', method((version) => byteSlice(toBytes(version.toString())))],
  ['MarshalJSON', method((version) => byteSlice(toBytes(encodeString(version.toString(), true))))],
  ['Value', method((version) => version.toString())],
  ['String', method((version) => version.toString())],
  ['IncMajor', method((version) => new GoVersion(inGo([SemverError], () => incMajor(version))))],
  ['IncMinor', method((version) => new GoVersion(inGo([SemverError], () => incMinor(version))))],
  ['IncPatch', method((version) => new GoVersion(inGo([SemverError], () => incPatch(version))))],
  [
    'SetPrerelease',
    method((version, text) => new GoVersion(inGo([SemverError], () => setPrerelease(version, textOf(text)))), 'string'),
  ],
  [
    'SetMetadata',
    method((version, text) => new GoVersion(inGo([SemverError], () => setMetadata(version, textOf(text)))), 'string'),
  ],
];

const pointerMethods: readonly (readonly [string, GoMethod])[] = [
  ['Original', method((version) => version.original)],
  ['Compare', method((version, other) => int(compare(version, versionOf(other))), '*semver.Version')],
  ['Equal', method((version, other) => !isNil(other) && compare(version, versionOf(other)) === 0, '*semver.Version')],
  ['LessThan', method((version, other) => compare(version, versionOf(other)) < 0, '*semver.Version')],
  ['LessThanEqual', method((version, other) => compare(version, versionOf(other)) <= 0, '*semver.Version')],
  ['GreaterThan', method((version, other) => compare(version, versionOf(other)) > 0, '*semver.Version')],
  ['GreaterThanEqual', method((version, other) => compare(version, versionOf(other)) >= 0, '*semver.Version')],
];

const uint64Type: GoType = { kind: 'uint64', name: 'uint64' };
const versionType: GoType = {
  kind: 'struct',
  name: 'semver.Version',
  fields: [
    { name: 'major', type: uint64Type },
    { name: 'minor', type: uint64Type },
    { name: 'patch', type: uint64Type },
    { name: 'pre', type: stringType },
    { name: 'metadata', type: stringType },
    { name: 'original', type: stringType },
  ],
  methods: new Map(valueMethods),
};
const versionPointerType: GoType = {
  ...pointerTo(versionType),
  methods: new Map([...valueMethods, ...pointerMethods]),
};

function versionPointer(version: Version): GoPointer {
  return new GoPointer(versionPointerType, new GoVersion(version));
}

function method(call: (version: Version, argument: Value) => Value, ...params: readonly string[]): GoMethod {
  return { params, call: (receiver, [argument]) => call(versionOf(receiver), argument) };
}

function versionOf(value: Value): Version {
  const struct = value instanceof GoPointer ? value.elem : value;
  if (!(struct instanceof GoVersion)) {
    throw nilDereference();
  }
  return struct.version;
}

function uint64(value: bigint): GoInt {
  return new GoInt('uint64', value);
}
