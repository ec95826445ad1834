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
}

/** Parsed texts by name and text: what a text parses to hangs on nothing else while the functions stay. */
class ParseCache {
  static readonly #maxEntries = 2_000;
  readonly #trees = new Map<string, ReadonlyMap<string, Tree>>();

  get(name: string, text: string, make: () => ReadonlyMap<string, Tree>): ReadonlyMap<string, Tree> {
    const key = `${name}\0${text}`;
    let trees = this.#trees.get(key);
    if (trees === undefined) {
      trees = make();
      if (this.#trees.size >= ParseCache.#maxEntries) {
        this.#trees.clear();
      }
      this.#trees.set(key, trees);
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
  readonly #cache: ParseCache;

  constructor(options: TemplateSetOptions, parent?: TemplateSet) {
    this.name = options.name ?? 'gotpl';
    this.missingKey = options.missingKey;
    this.#funcs = parent === undefined ? new Map([...builtinFuncs, ...options.funcs]) : options.funcs;
    this.#parent = parent;
    this.#cache = parent === undefined ? new ParseCache() : parent.#cache;
  }

  /** Adds the template `name` and those its text defines. @throws TemplateError code `parse` */
  parse(name: string, text: string): void {
    this.#add(this.#parse(name, text));
  }

  /**
   * As `parse`, remembering the parsed text: for texts that come again and again, as those of `tpl` do. Gives back the
   * text's own tree, which is not the set's where it is empty and another template has that name.
   */
  parseCached(name: string, text: string): Tree | undefined {
    const trees = this.#cache.get(name, text, () => this.#parse(name, text));
    this.#add(trees);
    return trees.get(name);
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

  #parse(name: string, text: string): ReadonlyMap<string, Tree> {
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
  #add(trees: ReadonlyMap<string, Tree>): void {
    for (const [name, tree] of trees) {
      if (this.lookup(name) === undefined || !isEmptyTree(tree.root)) {
        this.#trees.set(name, tree);
      }
    }
  }
}
