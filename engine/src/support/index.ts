/**
 * What every folder stands on: errors with codes, problems with ranges, the outside world as interfaces, origins,
 * limits, digests, and taking secrets out of text.
 * It follows no upstream package. Of Kubernetes it knows what every object has, of Helm and Flux nothing.
 */
export { isAbort, withTimeout } from './abort.ts';
export type { BucketClient, BucketFailure, BucketLocation, BucketObject, Buckets } from './bucket.ts';
export { digestOf, sha256Hex } from './digest.ts';
export type {
  Abortable,
  BasicCredentials,
  Clock,
  Consent,
  CredentialHints,
  Credentials,
  Environment,
  FileEntry,
  Files,
  Git,
  Http,
  HttpProxy,
  HttpRequest,
  HttpResponse,
  HttpTls,
  Log,
  Random,
  WorkingCopy,
} from './environment.ts';
export { EngineError, messageOf } from './errors.ts';
export type { GitEntry, GitFailure, GitLogin, GitRef, GitRemote, GitRemotes, GitSnapshot } from './git.ts';
export { at, intAt, isRecord, type JsonRecord, parseJson, recordAt, recordsAt, textAt, textsAt } from './json.ts';
export { childAt, escapePointer, pointerKeys, pointerTo, valueAtPointer } from './jsonPointer.ts';
export * as limits from './limits.ts';
export { lineAt, lineLengths, lineStarts } from './lines.ts';
export { isShowable, Origins } from './origin.ts';
export type { Origin } from './origin.ts';
export { problemCodes } from './problem.ts';
export type {
  Position,
  Problem,
  ProblemCode,
  ProblemFix,
  Range,
  RelatedPlace,
  Severity,
  WithProblems,
} from './problem.ts';
export { mask, redact } from './redact.ts';
export { splitApiVersion } from './object.ts';
export type { KubeObject, NamespacedName, ObjectMeta, ObjectRef } from './object.ts';
export { withoutIdentity } from './tls.ts';
