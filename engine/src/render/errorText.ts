/**
 * How Helm 4 rewrites the errors of Go's templates. It reads them back from their text, so what it prints hangs on
 * that text; so does this.
 *
 * @see helm v4.3.1 pkg/engine/engine.go
 */
import { messageOf } from '../support/index.ts';

const failureStart = 'HELM_ERR_START';
const failureEnd = 'HELM_ERR_END';

/** The message of `required` and `fail`, marked so that it is found again. @see warnWrap */
export function wrapFailure(message: string): string {
  return failureStart + message + failureEnd;
}

/** What Helm prints for a template that does not parse. @see cleanupParseError */
export function cleanupParseError(filename: string, message: string): string {
  const tokens = message.split(': ');
  const [, location] = tokens;
  return location === undefined
    ? `parse error in (${filename}): ${message}`
    : `parse error at (${location}): ${tokens.at(-1) ?? ''}`;
}

/** What Helm prints for a template that failed, and whether it gave up by itself. @see reformatExecErrorMsg */
export function reformatExecError(filename: string, error: Error): { message: string; isFailure: boolean } {
  const { message } = error;
  const [, location, rest] = splitFirst(message);
  if (location === undefined || rest === undefined) {
    return { message: `execution error in (${filename}): ${message}`, isFailure: false };
  }
  const start = rest.indexOf(failureStart);
  const end = rest.lastIndexOf(failureEnd);
  if (start >= 0 && end >= start + failureStart.length) {
    const failure = rest.slice(start + failureStart.length, end);
    return { message: `execution error at (${location}): ${failure}`, isFailure: true };
  }
  const frames: string[] = [];
  for (let current: unknown = error; current !== undefined; current = causeOf(current)) {
    const frame = parseFrame(messageOf(current));
    if (frame === undefined) {
      return { message, isFailure: false };
    }
    if (frames.at(-1) !== frame) {
      frames.push(frame);
    }
  }
  return { message: frames.join('').trim(), isFailure: false };
}

/** The error that Go's wraps: none of the platform's, such as that of a stack that is used up. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && !(error.cause instanceof RangeError) ? error.cause : undefined;
}

/** The first two parts between colons, and all the rest. */
function splitFirst(message: string): [string | undefined, string | undefined, string | undefined] {
  const first = message.indexOf(': ');
  const second = first < 0 ? -1 : message.indexOf(': ', first + 2);
  return second < 0
    ? [undefined, undefined, undefined]
    : [message.slice(0, first), message.slice(first + 2, second), message.slice(second + 2)];
}

/** One error of the chain on lines of its own: where, in what, why. @see parseTemplateExecErrorString */
function parseFrame(message: string): string | undefined {
  const prefix = 'template: ';
  if (!message.startsWith(prefix)) {
    return undefined;
  }
  const rest = message.slice(prefix.length);
  if (rest.startsWith('no template ')) {
    return frame('', '', message);
  }
  return executingFrame(rest) ?? simpleFrame(rest);
}

function frame(location: string, executed: string, message: string): string {
  return (
    (location === '' ? '' : `${location}\n  `) +
    (executed === '' ? '' : `${executed}\n    `) +
    (message === '' ? '' : `${message}\n`)
  );
}

/** @see parseTemplateExecutingAtErrorType */
function executingFrame(rest: string): string | undefined {
  const executing = ': executing ';
  const at = rest.indexOf(executing);
  if (at < 0) {
    return undefined;
  }
  const after = rest.slice(at + executing.length);
  const endOfName = after.startsWith('"') ? after.indexOf('"', 1) : -1;
  const place = ' at <';
  if (endOfName < 0 || !after.startsWith(place, endOfName + 1)) {
    return undefined;
  }
  const context = after.slice(endOfName + 1 + place.length);
  const endOfContext = context.indexOf('>: ');
  if (endOfContext < 0) {
    return undefined;
  }
  const name = after.slice(1, endOfName);
  const why = withoutNext(context.slice(endOfContext + '>: '.length));
  return frame(rest.slice(0, at), `executing "${name}" at <${context.slice(0, endOfContext)}>:`, why);
}

/** @see parseTemplateSimpleErrorString */
function simpleFrame(rest: string): string | undefined {
  const colon = rest.lastIndexOf(': ');
  return colon < 0 ? undefined : frame(rest.slice(0, colon), '', withoutNext(rest.slice(colon + 2)));
}

/** Without the error of a template called from here, which is a frame of its own. */
function withoutNext(message: string): string {
  const next = message.indexOf(' template:');
  return next < 0 ? message : message.slice(0, next);
}
