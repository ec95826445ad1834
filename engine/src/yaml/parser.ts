/**
 * The grammar of YAML 1.1 over the scanner's tokens, as libyaml has it, with go-yaml's anchors. One grammar, hence one
 * file. Documents come one at a time: what is behind a document is not looked at.
 *
 * @see go.yaml.in/yaml/v2 v2.4.4 parserc.go, and the parser of decode.go
 */
import { limits } from '../support/index.ts';
import { type GoYaml, syntaxError } from './cursor.ts';
import { YamlError } from './error.ts';
import type { Mark, YamlNode } from './node.ts';
import { Scanner, type Token, type TokenKind } from './scanner.ts';

interface Properties {
  /** Where the tag, the anchor or, without them, the content starts. */
  start: Mark;
  end: Mark;
  tag: string | undefined;
  anchor: string | undefined;
}

/** A collection's node while it grows: an alias inside may refer to it. */
interface Growing {
  end: Mark;
}

const defaultTagPrefixes: readonly (readonly [string, string])[] = [
  ['!', '!'],
  ['!!', 'tag:yaml.org,2002:'],
];

/** Reads the documents of a text one after the other. @throws YamlError */
export class Parser {
  readonly #scanner: Scanner;
  readonly #follows: GoYaml;
  #anchors = new Map<string, YamlNode>();
  #tagPrefixes = new Map<string, string>();
  #isFirst = true;
  #depth = 0;

  constructor(source: string, follows: GoYaml) {
    this.#scanner = new Scanner(source, follows);
    this.#follows = follows;
  }

  /** The next document's root, or undefined at the end of the text. An empty document is an empty scalar. */
  nextDocument(): YamlNode | undefined {
    let token = this.#scanner.peek();
    if (!this.#isFirst) {
      while (token.kind === 'document-end') {
        token = this.#next();
      }
    }
    if (token.kind === 'stream-end') {
      return undefined;
    }
    const isExplicit = !this.#isFirst || token.kind === 'directive' || token.kind === 'document-start';
    this.#isFirst = false;
    if (this.#follows === 'v2') {
      this.#anchors = new Map();
    }
    this.#readDirectives();
    const root = isExplicit ? this.#explicitDocument() : this.#node('block');
    if (this.#scanner.peek().kind === 'document-end') {
      this.#scanner.skip();
    }
    return root;
  }

  #explicitDocument(): YamlNode {
    const start = this.#scanner.peek();
    if (start.kind !== 'document-start') {
      throw this.#error('did not find expected <document start>', start.start);
    }
    const token = this.#next();
    switch (token.kind) {
      case 'directive':
      case 'document-start':
      case 'document-end':
      case 'stream-end':
        return emptyScalar(behind(start, 3));
      default:
        return this.#node('block');
    }
  }

  #readDirectives(): void {
    this.#tagPrefixes = new Map();
    let hasVersion = false;
    let token = this.#scanner.peek();
    for (; token.directive !== undefined; token = this.#next()) {
      const { directive } = token;
      if (directive.kind === 'version') {
        if (hasVersion) {
          throw this.#error('found duplicate %YAML directive', token.start);
        }
        if (directive.major !== 1 || directive.minor !== 1) {
          throw this.#error('found incompatible YAML document', token.start);
        }
        hasVersion = true;
      } else if (this.#tagPrefixes.has(directive.handle)) {
        throw this.#error('found duplicate %TAG directive', token.start);
      } else {
        this.#tagPrefixes.set(directive.handle, directive.prefix);
      }
    }
    for (const [handle, prefix] of defaultTagPrefixes) {
      if (!this.#tagPrefixes.has(handle)) {
        this.#tagPrefixes.set(handle, prefix);
      }
    }
  }

  /** `value` is a block node that may also be a sequence at the mapping's own indentation. */
  #node(context: 'block' | 'value' | 'flow'): YamlNode {
    const first = this.#scanner.peek();
    if (first.kind === 'alias') {
      return this.#alias(first);
    }
    this.#depth++;
    if (this.#depth > limits.maxYamlDepth) {
      throw new YamlError('too-deep', `yaml: exceeded max depth of ${limits.maxYamlDepth}`, { position: first.start });
    }
    const node = this.#content(context, this.#properties(first));
    this.#depth--;
    return node;
  }

  #content(context: 'block' | 'value' | 'flow', properties: Properties): YamlNode {
    const token = this.#scanner.peek();
    switch (token.kind) {
      case 'scalar':
        return this.#scalar(token, properties);
      case 'flow-sequence-start':
        return this.#flowSequence(token, properties);
      case 'flow-mapping-start':
        return this.#flowMapping(token, properties);
      case 'block-entry':
        if (context === 'value') {
          return this.#blockSequence(token, properties, true);
        }
        break;
      case 'block-sequence-start':
        if (context !== 'flow') {
          return this.#blockSequence(token, properties, false);
        }
        break;
      case 'block-mapping-start':
        if (context !== 'flow') {
          return this.#blockMapping(token, properties);
        }
        break;
      default:
        break;
    }
    if (properties.anchor !== undefined || (properties.tag ?? '') !== '') {
      const { start, end, tag, anchor } = properties;
      return this.#name({ kind: 'scalar', start, end, tag, anchor, value: '', style: 'plain' });
    }
    throw this.#error('did not find expected node content', token.start, properties.start);
  }

  #alias(token: Token): YamlNode {
    const target = this.#anchors.get(token.value);
    if (target === undefined) {
      throw new YamlError('alias', `yaml: unknown anchor '${token.value}' referenced`, { position: token.start });
    }
    this.#scanner.skip();
    const { start, end, value: name } = token;
    return { kind: 'alias', start, end, tag: undefined, anchor: undefined, name, target };
  }

  /** A tag and an anchor, in either order, each at most once. */
  #properties(first: Token): Properties {
    const properties: Properties = { start: first.start, end: first.start, tag: undefined, anchor: undefined };
    let tagToken: Token | undefined;
    let token = first;
    for (;;) {
      if (token.kind === 'anchor' && properties.anchor === undefined) {
        properties.anchor = token.value;
      } else if (token.kind === 'tag' && tagToken === undefined) {
        tagToken = token;
      } else {
        break;
      }
      properties.end = token.end;
      token = this.#next();
    }
    if (tagToken?.tag !== undefined) {
      const { handle, suffix } = tagToken.tag;
      const prefix = handle === '' ? '' : this.#tagPrefixes.get(handle);
      if (prefix === undefined) {
        throw this.#error('found undefined tag handle', tagToken.start, properties.start);
      }
      properties.tag = prefix + suffix;
    }
    return properties;
  }

  #scalar(token: Token, { start, tag, anchor }: Properties): YamlNode {
    this.#scanner.skip();
    const { end, value, style } = token;
    return this.#name({ kind: 'scalar', start, end, tag, anchor, value, style });
  }

  #blockSequence(open: Token, { start, tag, anchor }: Properties, isIndentless: boolean): YamlNode {
    const items: YamlNode[] = [];
    const node = { kind: 'sequence', start, end: open.start, tag, anchor, isFlow: false, items } as const;
    const growing: Growing = this.#name(node);
    if (!isIndentless) {
      this.#scanner.skip();
    }
    let token = this.#scanner.peek();
    while (token.kind === 'block-entry') {
      const entry = token;
      token = this.#next();
      const isEmpty =
        token.kind === 'block-entry' ||
        token.kind === 'block-end' ||
        (isIndentless && (token.kind === 'key' || token.kind === 'value'));
      const item = isEmpty ? emptyScalar(behind(entry)) : this.#node('block');
      items.push(item);
      growing.end = item.end;
      token = this.#scanner.peek();
    }
    if (!isIndentless) {
      if (token.kind !== 'block-end') {
        throw this.#error("did not find expected '-' indicator", token.start, open.start);
      }
      this.#scanner.skip();
    }
    return node;
  }

  #blockMapping(open: Token, { start, tag, anchor }: Properties): YamlNode {
    const keys: YamlNode[] = [];
    const values: YamlNode[] = [];
    const node = { kind: 'mapping', start, end: open.start, tag, anchor, isFlow: false, keys, values } as const;
    const growing: Growing = this.#name(node);
    this.#scanner.skip();
    let token = this.#scanner.peek();
    while (token.kind === 'key') {
      keys.push(this.#blockEntryNode(token));
      token = this.#scanner.peek();
      const value = token.kind === 'value' ? this.#blockEntryNode(token) : emptyScalar(token.start);
      values.push(value);
      growing.end = value.end;
      token = this.#scanner.peek();
    }
    if (token.kind !== 'block-end') {
      throw this.#error('did not find expected key', token.start, open.start);
    }
    this.#scanner.skip();
    return node;
  }

  /** The node behind a key or value indicator. */
  #blockEntryNode(indicator: Token): YamlNode {
    const { kind } = this.#next();
    return kind === 'key' || kind === 'value' || kind === 'block-end'
      ? emptyScalar(behind(indicator))
      : this.#node('value');
  }

  #flowSequence(open: Token, { start, tag, anchor }: Properties): YamlNode {
    const items: YamlNode[] = [];
    const node = { kind: 'sequence', start, end: open.start, tag, anchor, isFlow: true, items } as const;
    const growing: Growing = this.#name(node);
    let token = this.#next();
    while (token.kind !== 'flow-sequence-end') {
      if (items.length > 0) {
        token = this.#flowComma(token, open, "did not find expected ',' or ']'");
      }
      if (token.kind === 'key') {
        items.push(this.#singlePair(token));
      } else if (token.kind !== 'flow-sequence-end') {
        items.push(this.#node('flow'));
      } else {
        break;
      }
      token = this.#scanner.peek();
    }
    growing.end = behind(token);
    this.#scanner.skip();
    return node;
  }

  /** `[a: b]` is a list with one map. */
  #singlePair(open: Token): YamlNode {
    let token = this.#next();
    let key: YamlNode;
    if (token.kind === 'value' || token.kind === 'flow-entry' || token.kind === 'flow-sequence-end') {
      // libyaml takes the token that ends the empty key; so does this.
      key = emptyScalar(behind(token));
      token = this.#next();
    } else {
      key = this.#node('flow');
      token = this.#scanner.peek();
    }
    let value: YamlNode | undefined;
    if (token.kind === 'value') {
      token = this.#next();
      if (token.kind !== 'flow-entry' && token.kind !== 'flow-sequence-end') {
        value = this.#node('flow');
      }
    }
    value ??= emptyScalar(token.start);
    return {
      kind: 'mapping',
      start: open.start,
      end: value.end,
      tag: undefined,
      anchor: undefined,
      isFlow: true,
      keys: [key],
      values: [value],
    };
  }

  #flowMapping(open: Token, { start, tag, anchor }: Properties): YamlNode {
    const keys: YamlNode[] = [];
    const values: YamlNode[] = [];
    const node = { kind: 'mapping', start, end: open.start, tag, anchor, isFlow: true, keys, values } as const;
    const growing: Growing = this.#name(node);
    let token = this.#next();
    while (token.kind !== 'flow-mapping-end') {
      if (keys.length > 0) {
        token = this.#flowComma(token, open, "did not find expected ',' or '}'");
      }
      if (token.kind === 'key') {
        token = this.#next();
        keys.push(endsFlowMappingNode(token.kind, true) ? emptyScalar(token.start) : this.#node('flow'));
        values.push(this.#flowValue());
      } else if (token.kind !== 'flow-mapping-end') {
        keys.push(this.#node('flow'));
        values.push(emptyScalar(this.#scanner.peek().start));
      } else {
        break;
      }
      token = this.#scanner.peek();
    }
    growing.end = behind(token);
    this.#scanner.skip();
    return node;
  }

  #flowValue(): YamlNode {
    let token = this.#scanner.peek();
    if (token.kind === 'value') {
      token = this.#next();
      if (!endsFlowMappingNode(token.kind, false)) {
        return this.#node('flow');
      }
    }
    return emptyScalar(token.start);
  }

  #flowComma(token: Token, open: Token, problem: string): Token {
    if (token.kind !== 'flow-entry') {
      throw this.#error(problem, token.start, open.start);
    }
    return this.#next();
  }

  #next(): Token {
    this.#scanner.skip();
    return this.#scanner.peek();
  }

  #name<T extends YamlNode>(node: T): T {
    if (node.anchor !== undefined) {
      this.#anchors.set(node.anchor, node);
    }
    return node;
  }

  #error(problem: string, position: Mark, context?: Mark): YamlError {
    return syntaxError(this.#follows, problem, { position, context, isScanner: false });
  }
}

function endsFlowMappingNode(kind: TokenKind, isKey: boolean): boolean {
  return kind === 'flow-entry' || kind === 'flow-mapping-end' || (isKey && kind === 'value');
}

/** Where an indicator ends. */
function behind({ start }: Token, width = 1): Mark {
  return { line: start.line, character: start.character + width, offset: start.offset + width };
}

function emptyScalar(at: Mark): YamlNode {
  return { kind: 'scalar', start: at, end: at, tag: undefined, anchor: undefined, value: '', style: 'plain' };
}
