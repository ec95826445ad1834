import type { ErrorCode } from 'yaml';
import { decode, YamlError } from '@fairlead/engine/yaml';

/** A place where a text is not YAML. */
export interface SyntaxProblem {
  readonly message: string;
  /** UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
}

/** What the tolerant reader skipped over without a word of its own, by where it starts. */
export interface Oddities {
  /** Quotes and brackets that are never closed. */
  readonly unclosed: readonly number[];
  /** Aliases without an anchor, and keys that are maps or lists. */
  readonly refused: readonly SyntaxProblem[];
}

/** What the tolerant reader complained of. */
interface Complaint {
  readonly code: ErrorCode;
  readonly message: string;
  readonly pos: readonly [number, number];
}

/** What is wrong with a document as YAML, one problem a line, in words that say what to change. */
export function describeSyntax(text: string, errors: readonly Complaint[], oddities: Oddities): SyntaxProblem[] {
  const unclosed = [...oddities.unclosed];
  const described = errors.map((error) => describe(text, error, unclosed));
  const problems = [...described, ...oddities.refused].sort((a, b) => a.start - b.start);
  const lineOf = (offset: number): number => text.lastIndexOf('\n', offset - 1);
  return problems.filter(({ start }, index) => {
    const before = problems[index - 1];
    return before === undefined || lineOf(before.start) !== lineOf(start);
  });
}

/**
 * Why Kubernetes cannot read a document at all, in Go's words; undefined where it can. Repeated keys are no reason.
 * `text` is one document.
 */
export function refusalOf(text: string): string | undefined {
  try {
    decode(text, {});
    return undefined;
  } catch (error) {
    if (error instanceof YamlError) {
      return error.code === 'too-deep' ? undefined : error.message.replace(/^.*yaml: (line \d+: )?/, '');
    }
    throw error;
  }
}

function describe(text: string, error: Complaint, unclosed: number[]): SyntaxProblem {
  const [start, end] = error.pos;
  const at = (message: string, from = start, to = Math.max(end, start + 1)): SyntaxProblem => ({
    message,
    start: from,
    end: to,
  });
  const opener = error.code === 'MISSING_CHAR' || error.code === 'BAD_INDENT' ? unclosed.shift() : undefined;
  if (opener !== undefined) {
    return at(`this ${text.charAt(opener)} is never closed`, opener, opener + 1);
  }
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return at('a tab cannot indent: use spaces');
    case 'BAD_ALIAS':
    case 'BAD_SCALAR_START':
      return at(`a value cannot start with ${text.charAt(start)}: quote it`);
    case 'BAD_DQ_ESCAPE':
      return at(
        `${text.slice(start, start + 2)} means nothing in double quotes: use single quotes, or \\\\ for a backslash`,
      );
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY': {
      const lineEnd = endOfLine(text, start);
      const colon = glued(text, start);
      if (colon !== undefined) {
        return at(noSpace, colon, lineEnd);
      }
      return /:\s/.test(text.slice(start, lineEnd))
        ? at('a value with ": " in it must be quoted', start, lineEnd)
        : at('expected ": " on this line, or less indentation on the next', start, lineEnd);
    }
    case 'MISSING_CHAR': {
      const colon = glued(text, start);
      return colon !== undefined
        ? at(noSpace, colon, endOfLine(text, start))
        : at('expected ": " after this key', start, endOfLine(text, start));
    }
    case 'BAD_INDENT': {
      const indent = /^[ \t]*/.exec(text.slice(start))?.[0].length ?? 0;
      return at('this line is indented differently from those it belongs with', start, start + Math.max(indent, 1));
    }
    case 'UNEXPECTED_TOKEN': {
      const indicator = Math.max(text.lastIndexOf('>', start), text.lastIndexOf('|', start));
      if (error.message.startsWith('Block scalar header')) {
        return at(`a value cannot start with ${text.charAt(indicator)}: quote it`, indicator, endOfLine(text, start));
      }
      const token = /^\S{1,40}/.exec(text.slice(start))?.[0];
      return token === undefined ? at('the value is missing') : at(`unexpected ${token}`, start, start + token.length);
    }
    case 'RESOURCE_EXHAUSTION':
      return at('nested too deeply to be read');
    default:
      return at(error.message.charAt(0).toLowerCase() + error.message.slice(1));
  }
}

const noSpace = 'a space is missing behind this colon';

/** Where the colon stands in a line such as `interval:10m`, if the line from `start` on is one. */
function glued(text: string, start: number): number | undefined {
  const key = /^[\w./-]+(?=:[^\s:])/.exec(text.slice(start, endOfLine(text, start)))?.[0];
  return key === undefined ? undefined : start + key.length;
}

function endOfLine(text: string, offset: number): number {
  const length = /^[^\r\n]*/.exec(text.slice(offset))?.[0].trimEnd().length ?? 0;
  return offset + Math.max(length, 1);
}
