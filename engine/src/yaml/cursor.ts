import { carriageReturn, isBlankOrBreak, lineFeed } from './chars.ts';
import { YamlError } from './error.ts';
import type { Mark } from './node.ts';
import { readInput } from './reader.ts';

/**
 * Whose words: go-yaml v2 names the line of the problem, v3 that of what was being read; and v3 looks further ahead.
 */
export type GoYaml = 'v2' | 'v3';

/** A place in a text that is being read, and what it takes to move on and to complain. */
export class Cursor {
  /** Ends with a NUL. */
  readonly text: string;
  readonly onlyLineFeeds: boolean;
  readonly follows: GoYaml;
  offset: number;
  line = 0;
  /** The offset at which the line starts. */
  lineStart: number;
  readonly #trouble: { readonly message: string; readonly from: number } | undefined;
  /** From this offset on nothing can be read. */
  readonly #readable: number;

  constructor(source: string, follows: GoYaml) {
    const input = readInput(source);
    this.text = input.text;
    this.onlyLineFeeds = input.onlyLineFeeds;
    this.follows = follows;
    this.offset = input.start;
    this.lineStart = input.start;
    this.#trouble = input.trouble;
    this.#readable = input.trouble?.from ?? Number.POSITIVE_INFINITY;
  }

  get column(): number {
    return this.offset - this.lineStart;
  }

  mark(): Mark {
    return { line: this.line, character: this.offset - this.lineStart, offset: this.offset };
  }

  code(ahead = 0): number {
    return this.text.charCodeAt(this.offset + ahead);
  }

  /** Steps over the line break that stands here. */
  newLine(): void {
    const isPair = this.code() === carriageReturn && this.code(1) === lineFeed;
    this.offset += isPair ? 2 : 1;
    this.line++;
    this.lineStart = this.offset;
  }

  /** Steps over the line break that stands here; it reads as LF, but LS and PS stay. */
  readBreak(): string {
    const code = this.code();
    this.newLine();
    return code > 0xff ? String.fromCharCode(code) : '\n';
  }

  /** Whether `---` or `...` stands here, at the start of a line. */
  isAtDocumentIndicator(): boolean {
    if (this.offset !== this.lineStart) {
      return false;
    }
    const code = this.code();
    return (
      (code === 0x2d || code === 0x2e) && this.code(1) === code && this.code(2) === code && isBlankOrBreak(this.code(3))
    );
  }

  /** Throws if a reader that looks so many characters ahead would have met a character that is not allowed. */
  expectReadable(ahead: number): void {
    if (this.#trouble !== undefined && this.offset + ahead > this.#readable) {
      throw new YamlError('syntax', `yaml: ${this.#trouble.message}`);
    }
  }

  /** What the scanner does not understand: `context` is where the thing starts that it was reading. */
  fail(problem: string, context?: Mark): never {
    this.expectReadable(1);
    throw syntaxError(this.follows, problem, { position: this.mark(), context, isScanner: true });
  }
}

/**
 * A complaint with the line that go-yaml names, which is not always the one that is meant.
 *
 * @see go.yaml.in/yaml/v2 v2.4.4 decode.go, fail; and the same of v3 v3.0.5
 */
export function syntaxError(
  follows: GoYaml,
  problem: string,
  at: { readonly position: Mark; readonly context: Mark | undefined; readonly isScanner: boolean },
): YamlError {
  const { position, context, isScanner } = at;
  const more = isScanner ? 1 : 0;
  const lineOfProblem = position.line === 0 ? 0 : position.line + more;
  const contextLine = context?.line ?? 0;
  let line: number;
  if (follows === 'v2') {
    line = lineOfProblem !== 0 ? lineOfProblem : contextLine;
  } else {
    line = contextLine !== 0 ? contextLine + more : lineOfProblem;
  }
  return line === 0
    ? new YamlError('syntax', `yaml: ${problem}`, { position })
    : new YamlError('syntax', `yaml: line ${line}: ${problem}`, { position, line });
}
