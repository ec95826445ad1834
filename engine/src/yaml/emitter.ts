/**
 * Writes trees of maps, lists and scalars byte for byte as libyaml in go-yaml's hands does: where lines break, what is
 * quoted and how, block scalars and their hints. One grammar, hence one file.
 *
 * @see go.yaml.in/yaml/v2 v2.4.4 emitterc.go, and the same of v3 v3.0.5
 */
import { isBlank, isBlankOrBreak, isBreak, lineFeed, space, tab } from './chars.ts';
import type { GoYaml } from './cursor.ts';

/** A scalar, and how its type wants it written; the emitter may have to quote it all the same. */
export interface TreeScalar {
  readonly kind: 'scalar';
  readonly text: string;
  readonly style: 'plain' | 'double-quoted' | 'literal';
  /** Bytes as base64, which get the tag that says so. */
  readonly isBinary: boolean;
  /** False for null, booleans and numbers. */
  readonly isString: boolean;
}

interface TreeSequence {
  readonly kind: 'sequence';
  readonly items: readonly Tree[];
}

interface TreeMapping {
  readonly kind: 'mapping';
  readonly entries: readonly (readonly [key: TreeScalar, value: Tree])[];
}

/** What is written: maps are lists of entries in their order, and keys are scalars. */
export type Tree = TreeScalar | TreeSequence | TreeMapping;

/** One document, ended by a line feed. */
export function emit(tree: Tree, follows: GoYaml, options: EmitOptions): string {
  return new Emitter(follows, options).document(tree);
}

/** What differs between those who write with one version of go-yaml. */
export interface EmitOptions {
  /** Whether long texts go over several lines; v2 does so, v3 does not. */
  readonly folds: boolean;
  /** Told of each key and scalar, in the order of the text, from where to where it is written. */
  readonly onScalar?: ((start: number, end: number) => void) | undefined;
}

const indentWidth = 2;
/** v2 folds at the first space behind this column; v3 does not fold. */
const foldBehind = 80;
/** Bytes that a key without `?` may have. */
const maxKeyBytes = 128;
const binaryTag = '!!binary';

type Context = 'root' | 'sequence' | 'mapping';

class Emitter {
  readonly #follows: GoYaml;
  readonly #width: number;
  readonly #onScalar: EmitOptions['onScalar'];
  #out = '';
  #column = 0;
  #indent = -1;
  /** The last character was whitespace, as far as indicators care. */
  #isAfterSpace = true;
  /** Only indentation and indicators that count as such are on this line. */
  #isInIndentation = true;

  constructor(follows: GoYaml, { folds, onScalar }: EmitOptions) {
    this.#follows = follows;
    this.#onScalar = onScalar;
    this.#width = folds ? foldBehind : Number.POSITIVE_INFINITY;
  }

  document(tree: Tree): string {
    this.#node(tree, 'root');
    this.#writeIndent();
    return this.#out;
  }

  #node(tree: Tree, context: Context): void {
    switch (tree.kind) {
      case 'scalar':
        this.#scalar(tree, analyze(tree.text, this.#follows), false);
        return;
      case 'sequence':
        this.#sequence(tree, context);
        return;
      case 'mapping':
        this.#mapping(tree);
        return;
    }
  }

  #sequence({ items }: TreeSequence, context: Context): void {
    if (items.length === 0) {
      this.#indicator('[', { isSpaced: true, isSpace: true });
      this.#indicator(']');
      return;
    }
    const outer = this.#indent;
    // v2 writes the list of a key at the key's own indentation.
    const isIndentless = this.#follows === 'v2' && context === 'mapping' && !this.#isInIndentation;
    this.#increaseIndent(isIndentless);
    for (const item of items) {
      this.#writeIndent();
      this.#indicator('-', { isSpaced: true, isIndentation: true });
      this.#node(item, 'sequence');
    }
    this.#indent = outer;
  }

  #mapping({ entries }: TreeMapping): void {
    if (entries.length === 0) {
      this.#indicator('{', { isSpaced: true, isSpace: true });
      this.#indicator('}');
      return;
    }
    const outer = this.#indent;
    this.#increaseIndent(false);
    for (const [key, value] of entries) {
      this.#writeIndent();
      const shape = analyze(key.text, this.#follows);
      if (isSimpleKey(key, shape)) {
        this.#scalar(key, shape, true);
        this.#indicator(':');
      } else {
        this.#indicator('?', { isSpaced: true, isIndentation: true });
        this.#scalar(key, shape, false);
        this.#writeIndent();
        this.#indicator(':', { isSpaced: true, isIndentation: true });
      }
      this.#node(value, 'mapping');
    }
    this.#indent = outer;
  }

  #scalar(scalar: TreeScalar, shape: Shape, isSimple: boolean): void {
    const outer = this.#indent;
    const start = this.#out.length;
    this.#indent = Math.max(outer, 0) + indentWidth;
    if (scalar.isBinary) {
      this.#put(this.#isAfterSpace ? binaryTag : ` ${binaryTag}`);
      this.#isAfterSpace = false;
      this.#isInIndentation = false;
    }
    switch (styleOf(scalar, shape, isSimple)) {
      case 'plain':
        this.#plain(scalar.text, isSimple);
        break;
      case 'single-quoted':
        this.#singleQuoted(scalar.text, isSimple);
        break;
      case 'double-quoted':
        this.#doubleQuoted(scalar.text, isSimple);
        break;
      case 'literal':
        this.#literal(scalar.text);
        break;
    }
    this.#onScalar?.(start, this.#out.length);
    this.#indent = outer;
  }

  #plain(text: string, isSimple: boolean): void {
    if (!this.#isAfterSpace) {
      this.#put(' ');
    }
    this.#folded(text, isSimple, (at) => text.charCodeAt(at + 1) !== space);
    this.#isAfterSpace = false;
    this.#isInIndentation = false;
  }

  #singleQuoted(text: string, isSimple: boolean): void {
    this.#indicator("'", { isSpaced: true });
    const last = text.length - 1;
    this.#folded(text, isSimple, (at) => at > 0 && at < last && text.charCodeAt(at + 1) !== space, "'");
    this.#indicator("'");
  }

  /** Text that may break at single spaces; `doubled` is written twice. Of breaks it can only have LS and PS. */
  #folded(text: string, isSimple: boolean, mayBreakAt: (offset: number) => boolean, doubled?: string): void {
    if ((isSimple || this.#column + text.length <= this.#width) && !hasBreak(text)) {
      this.#put(doubled === undefined ? text : text.replaceAll(doubled, doubled + doubled));
      return;
    }
    let isBehindSpace = false;
    let isBehindBreak = false;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      const character = text.charAt(at);
      if (code === space) {
        if (!isSimple && !isBehindSpace && this.#column > this.#width && mayBreakAt(at)) {
          this.#writeIndent();
        } else {
          this.#put(character);
        }
        isBehindSpace = true;
      } else if (isBreak(code)) {
        this.#putBreak(character);
        isBehindBreak = true;
      } else {
        if (isBehindBreak) {
          this.#writeIndent();
        }
        this.#put(character === doubled ? character + character : character);
        this.#isInIndentation = false;
        isBehindSpace = false;
        isBehindBreak = false;
      }
    }
  }

  #doubleQuoted(text: string, isSimple: boolean): void {
    this.#indicator('"', { isSpaced: true });
    // go-yaml looks for a byte order mark at the start of the text, wherever it is in it.
    const escapesAll = text.startsWith('\ufeff');
    let isBehindSpace = false;
    let at = 0;
    for (const character of text) {
      const code = character.codePointAt(0) ?? 0;
      if (escapesAll || !isPrintable(code) || isBreak(code) || character === '"' || character === '\\') {
        this.#put(escaped(character, code));
        isBehindSpace = false;
      } else if (code === space) {
        const mayBreak = !isSimple && !isBehindSpace && at > 0 && at < text.length - 1;
        if (mayBreak && this.#column > this.#width) {
          this.#writeIndent();
          if (text.charCodeAt(at + 1) === space) {
            this.#put('\\');
          }
        } else {
          this.#put(character);
        }
        isBehindSpace = true;
      } else {
        this.#put(character);
        isBehindSpace = false;
      }
      at += character.length;
    }
    this.#indicator('"');
  }

  #literal(text: string): void {
    this.#indicator(`|${blockHints(text)}`, { isSpaced: true });
    this.#putBreak('\n');
    this.#isAfterSpace = true;
    let isBehindBreak = true;
    let start = 0;
    for (let at = 0; at <= text.length; at++) {
      const isEnd = at === text.length;
      if (!isEnd && !isBreak(text.charCodeAt(at))) {
        continue;
      }
      if (at > start) {
        if (isBehindBreak) {
          this.#writeIndent();
        }
        this.#put(text.slice(start, at));
        this.#isInIndentation = false;
        isBehindBreak = false;
      }
      if (!isEnd) {
        this.#putBreak(text.charAt(at));
        isBehindBreak = true;
      }
      start = at + 1;
    }
  }

  #increaseIndent(isIndentless: boolean): void {
    if (this.#indent < 0) {
      this.#indent = 0;
    } else if (!isIndentless) {
      this.#indent += indentWidth;
    }
  }

  /** Goes to the indentation, on a new line unless only indentation is on this one. */
  #writeIndent(): void {
    const indent = Math.max(this.#indent, 0);
    const isBehind = this.#column > indent || (this.#column === indent && !this.#isAfterSpace);
    if (!this.#isInIndentation || isBehind) {
      this.#putBreak('\n');
    }
    if (this.#column < indent) {
      this.#put(' '.repeat(indent - this.#column));
    }
    this.#isAfterSpace = true;
    this.#isInIndentation = true;
  }

  #indicator(
    text: string,
    options: { readonly isSpaced?: true; readonly isSpace?: true; readonly isIndentation?: true } = {},
  ): void {
    this.#put(options.isSpaced === true && !this.#isAfterSpace ? ` ${text}` : text);
    this.#isAfterSpace = options.isSpace === true;
    this.#isInIndentation &&= options.isIndentation === true;
  }

  #put(text: string): void {
    this.#out += text;
    this.#column += text.length;
  }

  #putBreak(lineBreak: string): void {
    this.#out += lineBreak;
    this.#column = 0;
    this.#isInIndentation = true;
  }
}

/** Which styles a text allows. */
interface Shape {
  readonly isMultiline: boolean;
  readonly allowsPlain: boolean;
  readonly allowsSingleQuoted: boolean;
  readonly allowsBlock: boolean;
}

const plainShape: Shape = { isMultiline: false, allowsPlain: true, allowsSingleQuoted: true, allowsBlock: true };
const emptyShape: Shape = { isMultiline: false, allowsPlain: true, allowsSingleQuoted: true, allowsBlock: false };
const obviouslyPlain = /^[A-Za-z0-9_/][A-Za-z0-9_/.,=+@-]*$/;
const neverFirst = '#,[]{}&*!|>\'"%@`';

/** @see emitterc.go, yaml_emitter_analyze_scalar */
function analyze(text: string, follows: GoYaml): Shape {
  if (text === '') {
    return emptyShape;
  }
  if (obviouslyPlain.test(text)) {
    return plainShape;
  }
  const last = text.length - 1;
  let hasIndicator = text.startsWith('---') || text.startsWith('...') || neverFirst.includes(text.charAt(0));
  let hasBreaks = false;
  let hasSpecial = false;
  let hasTab = false;
  let hasSpaceBehindBreak = false;
  let hasBreakBehindSpace = false;
  let previous: 'space' | 'break' | 'other' = 'other';
  let isBehindBlank = true;
  for (let at = 0; at <= last; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x3a || (at === 0 && (code === 0x3f || code === 0x2d))) {
      hasIndicator ||= at === last || isBlank(text.charCodeAt(at + 1));
    } else if (code === 0x23) {
      hasIndicator ||= isBehindBlank;
    }
    if (code === tab && follows === 'v3') {
      hasTab = true;
    } else if (!isPrintable(code)) {
      hasSpecial = true;
    }
    if (code === space) {
      hasSpaceBehindBreak ||= previous === 'break';
      previous = 'space';
    } else if (isBreak(code)) {
      hasBreaks = true;
      hasBreakBehindSpace ||= previous === 'space';
      previous = 'break';
    } else {
      previous = 'other';
    }
    isBehindBlank = isBlankOrBreak(code);
  }
  const endsInSpace = text.charCodeAt(last) === space;
  const hasEdge = text.charCodeAt(0) === space || endsInSpace || isBreak(text.charCodeAt(0)) || previous === 'break';
  const needsEscapes = hasBreakBehindSpace || hasSpecial;
  const allowsSingleQuoted = !hasSpaceBehindBreak && !needsEscapes && !hasTab;
  return {
    isMultiline: hasBreaks,
    allowsPlain: allowsSingleQuoted && !hasEdge && !hasBreaks && !hasIndicator,
    allowsSingleQuoted,
    allowsBlock: !endsInSpace && !needsEscapes,
  };
}

/** @see emitterc.go, yaml_emitter_select_scalar_style */
function styleOf(
  { style }: TreeScalar,
  shape: Shape,
  isSimple: boolean,
): 'plain' | 'single-quoted' | 'double-quoted' | 'literal' {
  switch (style) {
    case 'plain':
      if (shape.allowsPlain) {
        return 'plain';
      }
      return shape.allowsSingleQuoted ? 'single-quoted' : 'double-quoted';
    case 'literal':
      return shape.allowsBlock && !isSimple ? 'literal' : 'double-quoted';
    case 'double-quoted':
      return 'double-quoted';
  }
}

function isSimpleKey(key: TreeScalar, shape: Shape): boolean {
  if (shape.isMultiline) {
    return false;
  }
  const most = maxKeyBytes - (key.isBinary ? binaryTag.length : 0);
  return key.text.length * 3 <= most || new TextEncoder().encode(key.text).length <= most;
}

/** The indentation hint, needed before a leading space or break, and the chomping hint. */
function blockHints(text: string): string {
  const first = text.charCodeAt(0);
  const indentation = first === space || isBreak(first) ? String(indentWidth) : '';
  const last = text.length - 1;
  if (!isBreak(text.charCodeAt(last))) {
    return `${indentation}-`;
  }
  return last === 0 || isBreak(text.charCodeAt(last - 1)) ? `${indentation}+` : indentation;
}

/** Whether libyaml writes it as it is; characters beyond the first plane it always escapes. */
function isPrintable(code: number): boolean {
  if (code < 0x7f) {
    return code >= space || code === lineFeed;
  }
  return (code >= 0xa0 && code < 0xd800) || (code >= 0xe000 && code <= 0xfffd && code !== 0xfeff);
}

function hasBreak(text: string): boolean {
  return /[\n\r\x85\u2028\u2029]/.test(text);
}

const namedEscapes: ReadonlyMap<number, string> = new Map([
  [0x00, '\\0'],
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0b, '\\v'],
  [0x0c, '\\f'],
  [0x0d, '\\r'],
  [0x1b, '\\e'],
  [0x22, '\\"'],
  [0x5c, '\\\\'],
  [0x85, '\\N'],
  [0xa0, '\\_'],
  [0x2028, '\\L'],
  [0x2029, '\\P'],
]);

function escaped(character: string, code: number): string {
  const named = namedEscapes.get(code);
  if (named !== undefined) {
    return named;
  }
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) {
    return `\\x${hex.padStart(2, '0')}`;
  }
  return character.length === 1 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
