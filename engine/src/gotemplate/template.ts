import { fromBytes } from '../gostd/index.ts';
import type { FuncEntry, FuncMap } from './func.ts';
import { builtinFuncs } from './funcs.ts';
import { TemplateError } from './errors.ts';
import { isEmptyTree } from './parse/node.ts';
import { parse, ParseError, type Tree } from './parse/parse.ts';

export type MissingKey = 'default' | 'zero' | 'error';

export interface TemplateSetOptions {
  readonly funcs: FuncMap;
  readonly missingKey: MissingKey;
  /** The set's own name in errors about templates that are not there. */
  readonly name?: string;
  /** What was parsed for other sets with functions of the same names. Absent: nothing was. */
  readonly parsed?: ParsedTexts;
}

type Trees = ReadonlyMap<string, Tree>;

/**
 * Parsed texts. What a text parses to hangs on its name, the text and the names of the functions; trees never change,
 * so sets can share them.
 */
export class ParsedTexts {
  static readonly #maxTexts = 2_000;
  static readonly #maxLength = 4_000_000;
  /** A file is known by its bytes object, so it is forgotten with its chart. */
  readonly #files = new WeakMap<Uint8Array, Map<string, Trees>>();
  readonly #texts = new Map<string, Trees>();
  #length = 0;

  ofFile(name: string, data: Uint8Array, parse: (text: string) => Trees): Trees {
    let byName = this.#files.get(data);
    if (byName === undefined) {
      byName = new Map();
      this.#files.set(data, byName);
    }
    let trees = byName.get(name);
    if (trees === undefined) {
      trees = parse(fromBytes(data));
      byName.set(name, trees);
    }
    return trees;
  }

  ofText(name: string, text: string, parse: (text: string) => Trees): Trees {
    const key = `${name}\0${text}`;
    let trees = this.#texts.get(key);
    if (trees === undefined) {
      trees = parse(text);
      this.#length += key.length;
      if (this.#texts.size >= ParsedTexts.#maxTexts || this.#length > ParsedTexts.#maxLength) {
        this.#texts.clear();
        this.#length = key.length;
      }
      this.#texts.set(key, trees);
    }
    return trees;
  }
}

/**
 * Templates that can call each other by name, with the functions they call.
 *
 * @see Go 1.26 text/template/template.go, Template
 */
export class TemplateSet {
  readonly name: string;
  readonly missingKey: MissingKey;
  readonly #funcs: FuncMap;
  readonly #parent: TemplateSet | undefined;
  readonly #trees = new Map<string, Tree>();
  readonly #parsed: ParsedTexts;

  constructor(options: TemplateSetOptions, parent?: TemplateSet) {
    this.name = options.name ?? 'gotpl';
    this.missingKey = options.missingKey;
    this.#funcs = parent === undefined ? new Map([...builtinFuncs, ...options.funcs]) : options.funcs;
    this.#parent = parent;
    this.#parsed = options.parsed ?? (parent === undefined ? new ParsedTexts() : parent.#parsed);
  }

  /** Adds the template `name` and those its text defines. @throws TemplateError code `parse` */
  parse(name: string, text: string): void {
    this.#add(this.#parse(name, text));
  }

  /** As `parse`, for the text of a file. @throws TemplateError code `parse` */
  parseFile(name: string, data: Uint8Array): void {
    this.#add(this.#parsed.ofFile(name, data, (text) => this.#parse(name, text)));
  }

  /**
   * As `parse`, for texts that come again and again, as those of `tpl` do. Gives back the text's own tree, which is
   * not the set's where it is empty and another template has that name.
   */
  parseCached(name: string, text: string): Tree | undefined {
    const trees = this.#parsed.ofText(name, text, () => this.#parse(name, text));
    this.#add(trees);
    return trees.get(name);
  }

  /** Names of all its templates. */
  names(): readonly string[] {
    return [...new Set([...(this.#parent?.names() ?? []), ...this.#trees.keys()])];
  }

  lookup(name: string): Tree | undefined {
    return this.#trees.get(name) ?? this.#parent?.lookup(name);
  }

  /** The function of this name; a built-in one where none overrides it. */
  func(name: string): FuncEntry | undefined {
    return this.#funcs.get(name);
  }

  /** A set with the same templates, whose own definitions do not show in this one. Copies nothing. */
  clone(): TemplateSet {
    return new TemplateSet({ funcs: this.#funcs, missingKey: this.missingKey, name: this.name }, this);
  }

  #parse(name: string, text: string): Trees {
    try {
      return parse(name, text, (func) => this.func(func) !== undefined);
    } catch (error) {
      if (error instanceof ParseError) {
        throw new TemplateError('parse', { template: name, line: error.line, column: 0 }, error.message, {
          cause: error,
        });
      }
      throw error;
    }
  }

  /** An empty template never replaces one that is there. @see Go 1.26 text/template/template.go, associate */
  #add(trees: Trees): void {
    for (const [name, tree] of trees) {
      if (this.lookup(name) === undefined || !isEmptyTree(tree.root)) {
        this.#trees.set(name, tree);
      }
    }
  }
}
