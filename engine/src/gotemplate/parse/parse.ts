import { byteLength, quote } from '../../gostd/index.ts';
import { keywordTypes, Lexer, type Token, type TokenType } from './lex.ts';
import {
  type BranchNode,
  type ChainNode,
  type CommandNode,
  isEmptyTree,
  type ListNode,
  type Operand,
  type PipeNode,
  printNode,
  type Statement,
  type TemplateNode,
} from './node.ts';
import { NumberSyntaxError, readNumber } from './number.ts';
import { Source } from './source.ts';
import { unquote } from './unquote.ts';

/** A parsed template. */
export interface Tree {
  readonly name: string;
  readonly root: ListNode;
  readonly source: Source;
}

/** A text that is no template. `line` is 1-based; the message is Go's, from `template: ` on. */
export class ParseError extends Error {
  override readonly name = 'ParseError';
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** Parenthesised pipelines in pipelines. @see Go 1.26 text/template/parse/parse.go, maxStackDepth */
const maxStackDepth = 10_000;

/**
 * Parses a text into the template `name` and those it defines. Function names are all it needs to know of functions.
 *
 * @throws ParseError
 * @see Go 1.26 text/template/parse/parse.go, Parse
 */
export function parse(name: string, text: string, isFunction: (name: string) => boolean): ReadonlyMap<string, Tree> {
  const trees = new Map<string, Tree>();
  const source = new Source(name, text);
  const parser = new Parser({ source, lexer: new Lexer(text, isFunction), trees, isFunction });
  parser.parseTop(name);
  return trees;
}

/** What a parser shares with those of the definitions inside. */
interface Shared {
  readonly source: Source;
  readonly lexer: Lexer;
  readonly trees: Map<string, Tree>;
  readonly isFunction: (name: string) => boolean;
}

/** `{{end}}` and `{{else}}` end a list; they are no nodes of a tree. */
type Ending = { readonly kind: 'end'; readonly pos: number } | { readonly kind: 'else'; readonly pos: number };

const nothing: Token = { type: 'error', pos: 0, value: '', line: 0 };

class Parser {
  readonly #shared: Shared;
  /** Three tokens of look-ahead: the newest one read is at 0, and errors are reported at its line. */
  readonly #tokens: [Token, Token, Token] = [nothing, nothing, nothing];
  #peeked = 0;
  #variables = ['$'];
  #actionLine = 0;
  #rangeDepth = 0;
  #stackDepth = 0;

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  parseTop(name: string): void {
    const root = this.#list(this.#peek().pos);
    while (this.#peek().type !== 'eof') {
      if (this.#peek().type === 'leftDelim') {
        const delim = this.#next();
        if (this.#nextNonSpace().type === 'define') {
          new Parser(this.#shared).parseDefinition();
          continue;
        }
        this.#backup2(delim);
      }
      const node = this.#textOrAction();
      if (node.kind === 'end' || node.kind === 'else') {
        return this.#fail(`unexpected {{${node.kind}}}`);
      }
      root.nodes.push(node);
    }
    this.#add(name, root);
  }

  parseDefinition(): void {
    const context = 'define clause';
    const token = this.#nextNonSpace();
    if (token.type !== 'string' && token.type !== 'rawString') {
      this.#unexpected(token, context);
    }
    const name = this.#unquote(token);
    this.#expect('rightDelim', context);
    const { list, ending } = this.#itemList();
    if (ending.kind !== 'end') {
      this.#fail(`unexpected {{${ending.kind}}} in ${context}`);
    }
    this.#add(name, list);
  }

  /** Takes the tree in, unless it would empty one that is there. */
  #add(name: string, root: ListNode): void {
    const { trees, source } = this.#shared;
    const existing = trees.get(name);
    if (existing === undefined || isEmptyTree(existing.root)) {
      trees.set(name, { name, root, source });
    } else if (!isEmptyTree(root)) {
      this.#fail(`template: multiple definition of template ${quote(name)}`);
    }
  }

  #itemList(): { readonly list: ListNode; readonly ending: Ending } {
    const list = this.#list(this.#peekNonSpace().pos);
    while (this.#peekNonSpace().type !== 'eof') {
      const node = this.#textOrAction();
      if (node.kind === 'end' || node.kind === 'else') {
        return { list, ending: node };
      }
      list.nodes.push(node);
    }
    return this.#fail('unexpected EOF');
  }

  #textOrAction(): Statement | Ending {
    const token = this.#nextNonSpace();
    switch (token.type) {
      case 'text':
        return { kind: 'text', pos: token.pos, source: this.#shared.source, text: token.value };
      case 'leftDelim': {
        this.#actionLine = token.line;
        const node = this.#action();
        this.#actionLine = 0;
        return node;
      }
      default:
        return this.#unexpected(token, 'input');
    }
  }

  #action(): Statement | Ending {
    const token = this.#nextNonSpace();
    switch (token.type) {
      case 'block':
        return this.#block();
      case 'break':
      case 'continue':
        return this.#loopControl(token.type, token.pos);
      case 'else':
        return this.#else();
      case 'end':
        return { kind: 'end', pos: this.#expect('rightDelim', 'end').pos };
      case 'if':
      case 'range':
      case 'with':
        return this.#branch(token.type);
      case 'template':
        return this.#template();
      default: {
        this.#backup();
        const { pos } = this.#peek();
        return { kind: 'action', pos, source: this.#shared.source, pipe: this.#pipeline('command', 'rightDelim') };
      }
    }
  }

  #loopControl(kind: 'break' | 'continue', pos: number): Statement {
    const token = this.#nextNonSpace();
    if (token.type !== 'rightDelim') {
      this.#unexpected(token, `{{${kind}}}`);
    }
    if (this.#rangeDepth === 0) {
      this.#fail(`{{${kind}}} outside {{range}}`);
    }
    return { kind, pos, source: this.#shared.source };
  }

  #else(): Ending {
    const peeked = this.#peekNonSpace();
    if (peeked.type === 'if' || peeked.type === 'with') {
      return { kind: 'else', pos: peeked.pos };
    }
    return { kind: 'else', pos: this.#expect('rightDelim', 'else').pos };
  }

  #branch(kind: 'if' | 'with' | 'range'): BranchNode {
    const scope = this.#variables.length;
    const pipe = this.#pipeline(kind, 'rightDelim');
    if (kind === 'range') {
      this.#rangeDepth++;
    }
    const { list, ending } = this.#itemList();
    if (kind === 'range') {
      this.#rangeDepth--;
    }
    let elseList: ListNode | undefined;
    if (ending.kind === 'else') {
      if (kind !== 'range' && this.#peek().type === kind) {
        this.#next();
        elseList = this.#list(ending.pos);
        elseList.nodes.push(this.#branch(kind));
      } else {
        const otherwise = this.#itemList();
        if (otherwise.ending.kind !== 'end') {
          this.#fail('expected end; found {{else}}');
        }
        elseList = otherwise.list;
      }
    }
    this.#variables.length = scope;
    return { kind, pos: pipe.pos, source: this.#shared.source, pipe, list, elseList };
  }

  #block(): TemplateNode {
    const context = 'block clause';
    const token = this.#nextNonSpace();
    const name = this.#templateName(token, context);
    const pipe = this.#pipeline(context, 'rightDelim');
    const inner = new Parser(this.#shared);
    const { list, ending } = inner.#itemList();
    if (ending.kind !== 'end') {
      // At the line of the block itself, as Go counts.
      this.#fail(`unexpected {{${ending.kind}}} in ${context}`);
    }
    inner.#add(name, list);
    return { kind: 'template', pos: token.pos, source: this.#shared.source, name, pipe };
  }

  #template(): TemplateNode {
    const context = 'template clause';
    const token = this.#nextNonSpace();
    const name = this.#templateName(token, context);
    let pipe: PipeNode | undefined;
    if (this.#nextNonSpace().type !== 'rightDelim') {
      this.#backup();
      pipe = this.#pipeline(context, 'rightDelim');
    }
    return { kind: 'template', pos: token.pos, source: this.#shared.source, name, pipe };
  }

  #templateName(token: Token, context: string): string {
    return token.type === 'string' || token.type === 'rawString'
      ? this.#unquote(token)
      : this.#unexpected(token, context);
  }

  #pipeline(context: string, end: TokenType): PipeNode {
    const { pos } = this.#peekNonSpace();
    const pipe: PipeNode = {
      kind: 'pipe',
      pos,
      source: this.#shared.source,
      isAssign: false,
      declarations: [],
      commands: [],
    };
    this.#declarations(pipe, context);
    for (;;) {
      const token = this.#nextNonSpace();
      switch (token.type) {
        case end:
          this.#checkPipeline(pipe, context);
          return pipe;
        case 'bool':
        case 'charConstant':
        case 'complex':
        case 'dot':
        case 'field':
        case 'identifier':
        case 'number':
        case 'nil':
        case 'rawString':
        case 'string':
        case 'variable':
        case 'leftParen':
          this.#backup();
          pipe.commands.push(this.#command());
          break;
        default:
          this.#unexpected(token, context);
      }
    }
  }

  /** `$x :=`, `$x =` and in range `$i, $x :=` before the commands. */
  #declarations(pipe: PipeNode, context: string): void {
    for (;;) {
      const variable = this.#peekNonSpace();
      if (variable.type !== 'variable') {
        return;
      }
      this.#next();
      // A space behind the variable must be kept when it turns out to be an operand: `$x 23` is two arguments.
      const after = this.#peek();
      const next = this.#peekNonSpace();
      if (next.type === 'assign' || next.type === 'declare') {
        pipe.isAssign = next.type === 'assign';
        this.#nextNonSpace();
        this.#declare(pipe, variable);
        return;
      }
      if (next.type === 'char' && next.value === ',') {
        this.#nextNonSpace();
        this.#declare(pipe, variable);
        if (context === 'range' && pipe.declarations.length < 2) {
          const { type } = this.#peekNonSpace();
          if (type === 'variable' || type === 'rightDelim' || type === 'rightParen') {
            continue;
          }
          this.#fail('range can only initialize variables');
        }
        this.#fail(`too many declarations in ${context}`);
      }
      if (after.type === 'space') {
        this.#backup3(variable, after);
      } else {
        this.#backup2(variable);
      }
      return;
    }
  }

  #declare(pipe: PipeNode, { pos, value }: Token): void {
    pipe.declarations.push({ kind: 'variable', pos, source: this.#shared.source, names: value.split('.') });
    this.#variables.push(value);
  }

  #checkPipeline(pipe: PipeNode, context: string): void {
    if (pipe.commands.length === 0) {
      this.#fail(`missing value for ${context}`);
    }
    pipe.commands.forEach((command, index) => {
      const kind = command.args[0]?.kind;
      if (
        index > 0 &&
        (kind === 'bool' || kind === 'dot' || kind === 'nil' || kind === 'number' || kind === 'string')
      ) {
        this.#fail(`non executable command in pipeline stage ${index + 1}`);
      }
    });
  }

  #command(): CommandNode {
    const command: CommandNode = {
      kind: 'command',
      pos: this.#peekNonSpace().pos,
      source: this.#shared.source,
      args: [],
    };
    for (;;) {
      this.#peekNonSpace();
      const operand = this.#operand();
      if (operand !== undefined) {
        command.args.push(operand);
      }
      const token = this.#next();
      if (token.type === 'space') {
        continue;
      }
      if (token.type === 'rightDelim' || token.type === 'rightParen') {
        this.#backup();
      } else if (token.type !== 'pipe') {
        this.#unexpected(token, 'operand');
      }
      break;
    }
    if (command.args.length === 0) {
      this.#fail('empty command');
    }
    return command;
  }

  /** A term with the fields that follow it without a space. */
  #operand(): Operand | undefined {
    const node = this.#term();
    if (node === undefined || this.#peek().type !== 'field') {
      return node;
    }
    const { pos } = this.#peek();
    const fields: string[] = [];
    while (this.#peek().type === 'field') {
      fields.push(this.#next().value.slice(1));
    }
    switch (node.kind) {
      case 'field':
      case 'variable':
        return { ...node, pos, names: [...node.names, ...fields] };
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.#fail(`unexpected . after term ${quote(printNode(node))}`);
      case 'identifier':
      case 'chain':
      case 'pipe': {
        const chain: ChainNode = { kind: 'chain', pos, source: this.#shared.source, node, fields };
        return chain;
      }
    }
  }

  #term(): Operand | undefined {
    const token = this.#nextNonSpace();
    const { pos } = token;
    const { source } = this.#shared;
    switch (token.type) {
      case 'identifier':
        if (!this.#shared.isFunction(token.value)) {
          this.#fail(`function ${quote(token.value)} not defined`);
        }
        return { kind: 'identifier', pos, source, name: token.value };
      case 'dot':
        return { kind: 'dot', pos, source };
      case 'nil':
        return { kind: 'nil', pos, source };
      case 'variable':
        return this.#useVariable(token);
      case 'field':
        return { kind: 'field', pos, source, names: token.value.slice(1).split('.') };
      case 'bool':
        return { kind: 'bool', pos, source, value: token.value === 'true' };
      case 'charConstant':
      case 'complex':
      case 'number':
        return { kind: 'number', pos, source, text: token.value, ...this.#number(token.value, token.type) };
      case 'leftParen': {
        if (this.#stackDepth >= maxStackDepth) {
          this.#fail('max expression depth exceeded');
        }
        this.#stackDepth++;
        const pipe = this.#pipeline('parenthesized pipeline', 'rightParen');
        this.#stackDepth--;
        return pipe;
      }
      case 'string':
      case 'rawString':
        return { kind: 'string', pos, source, quoted: token.value, value: this.#unquote(token) };
      default:
        this.#backup();
        return undefined;
    }
  }

  #useVariable({ pos, value }: Token): Operand {
    const names = value.split('.');
    const [name = ''] = names;
    if (!this.#variables.includes(name)) {
      this.#fail(`undefined variable ${quote(name)}`);
    }
    return { kind: 'variable', pos, source: this.#shared.source, names };
  }

  #number(text: string, type: 'charConstant' | 'complex' | 'number'): ReturnType<typeof readNumber> {
    try {
      return readNumber(text, type);
    } catch (error) {
      if (error instanceof NumberSyntaxError) {
        return this.#fail(error.message);
      }
      throw error;
    }
  }

  #unquote(token: Token): string {
    return unquote(token.value) ?? this.#fail('invalid syntax');
  }

  #list(pos: number): ListNode {
    return { kind: 'list', pos, source: this.#shared.source, nodes: [] };
  }

  #next(): Token {
    if (this.#peeked > 0) {
      this.#peeked--;
    } else {
      this.#tokens[0] = this.#shared.lexer.next();
    }
    return this.#tokens[this.#peeked] ?? nothing;
  }

  #peek(): Token {
    if (this.#peeked > 0) {
      return this.#tokens[this.#peeked - 1] ?? nothing;
    }
    this.#peeked = 1;
    this.#tokens[0] = this.#shared.lexer.next();
    return this.#tokens[0];
  }

  #backup(): void {
    this.#peeked++;
  }

  /** Pushes back the token before the one that was read last. */
  #backup2(token: Token): void {
    this.#tokens[1] = token;
    this.#peeked = 2;
  }

  #backup3(second: Token, first: Token): void {
    this.#tokens[1] = first;
    this.#tokens[2] = second;
    this.#peeked = 3;
  }

  #nextNonSpace(): Token {
    let token = this.#next();
    while (token.type === 'space') {
      token = this.#next();
    }
    return token;
  }

  #peekNonSpace(): Token {
    const token = this.#nextNonSpace();
    this.#backup();
    return token;
  }

  #expect(type: TokenType, context: string): Token {
    const token = this.#nextNonSpace();
    return token.type === type ? token : this.#unexpected(token, context);
  }

  #unexpected(token: Token, context: string): never {
    if (token.type === 'error') {
      let extra = '';
      if (this.#actionLine !== 0 && this.#actionLine !== token.line) {
        extra = ` in action started at ${this.#shared.source.parseName}:${this.#actionLine}`;
        if (token.value.endsWith(' action')) {
          extra = extra.slice(' in action'.length);
        }
      }
      return this.#fail(token.value + extra);
    }
    return this.#fail(`unexpected ${printToken(token)} in ${context}`);
  }

  #fail(message: string): never {
    const { line } = this.#tokens[0];
    throw new ParseError(`template: ${this.#shared.source.parseName}:${line}: ${message}`, line);
  }
}

/** @see Go 1.26 text/template/parse/lex.go, item.String */
function printToken({ type, value }: Token): string {
  if (type === 'eof') {
    return 'EOF';
  }
  if (keywordTypes.has(type)) {
    return `<${value}>`;
  }
  return byteLength(value) > 10 ? `${quote(Array.from(value).slice(0, 10).join(''))}...` : quote(value);
}
