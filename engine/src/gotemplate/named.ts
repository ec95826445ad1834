import type { BranchNode, CommandNode, ListNode, Operand, PipeNode, Statement } from './parse/node.ts';
import type { TemplateSet } from './template.ts';

/**
 * Which fields of `.Values` templates name anywhere, also in branches that no run takes: a walk over the trees that
 * follows fields through variables, `with`, `range`, `dict` and what `include` and `template` are given.
 */

/** A field path below `.Values`, and whether all below it is named too. */
export interface NamedPath {
  readonly keys: readonly string[];
  /** `fields`: itself only. `keys`: its keys too. `whole`: everything below. */
  readonly reach: 'fields' | 'keys' | 'whole';
}

/** What an expression is, as far as it can be told without running it. */
type Known =
  | { readonly kind: 'root' }
  | { readonly kind: 'values'; readonly keys: readonly string[] }
  | { readonly kind: 'dict'; readonly entries: ReadonlyMap<string, Known> }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'other' };

const root: Known = { kind: 'root' };
const other: Known = { kind: 'other' };

/** Every path that the templates of a set name, each once. `files` are those that are executed with the root data. */
export function namedValues(set: TemplateSet, files: Iterable<string>): readonly NamedPath[] {
  const walk = new Walk(set);
  for (const name of files) {
    walk.template(name, root);
  }
  return walk.named();
}

/** A template is walked with so many kinds of data, and then no more: all below further ones counts as named. */
const maxVisits = 50;

class Walk {
  readonly #set: TemplateSet;
  readonly #named = new Map<string, NamedPath>();
  readonly #visited = new Map<string, Set<string>>();

  constructor(set: TemplateSet) {
    this.#set = set;
  }

  named(): readonly NamedPath[] {
    return [...this.#named.values()];
  }

  template(name: string, given: Known): void {
    const tree = this.#set.lookup(name);
    const visits = this.#visited.get(name) ?? new Set<string>();
    this.#visited.set(name, visits);
    const key = keyOf(given);
    if (tree === undefined || visits.has(key)) {
      return;
    }
    if (visits.size >= maxVisits) {
      this.#use(given, 'whole');
      return;
    }
    visits.add(key);
    this.#list(tree.root, new Scope(given));
  }

  #list(list: ListNode, scope: Scope): void {
    for (const statement of list.nodes) {
      this.#statement(statement, scope);
    }
  }

  #statement(node: Statement, scope: Scope): void {
    switch (node.kind) {
      case 'action':
        this.#use(this.#pipe(node.pipe, scope), node.pipe.declarations.length > 0 ? 'fields' : 'whole');
        break;
      case 'template':
        this.template(node.name, node.pipe === undefined ? other : this.#pipe(node.pipe, scope));
        break;
      case 'if':
      case 'with':
      case 'range':
        this.#branch(node, scope);
        break;
      case 'text':
      case 'break':
      case 'continue':
        break;
    }
  }

  #branch(node: BranchNode, scope: Scope): void {
    const value = this.#pipe(node.pipe, scope, node.kind === 'range');
    this.#use(value, node.kind === 'range' ? 'whole' : 'keys');
    const inner = new Scope(node.kind === 'with' ? value : node.kind === 'range' ? other : scope.dot, scope);
    this.#list(node.list, inner);
    if (node.elseList !== undefined) {
      this.#list(node.elseList, new Scope(scope.dot, scope));
    }
  }

  #pipe(pipe: PipeNode, scope: Scope, isRange = false): Known {
    let value: Known | undefined;
    for (const command of pipe.commands) {
      value = this.#command(command, scope, value);
    }
    for (const { names } of pipe.declarations) {
      scope.set(names[0] ?? '', isRange ? other : (value ?? other));
    }
    return value ?? other;
  }

  #command({ args }: CommandNode, scope: Scope, piped: Known | undefined): Known {
    const [first, ...rest] = args;
    if (first?.kind !== 'identifier') {
      return first === undefined ? other : this.#operand(first, scope);
    }
    const given = [...rest.map((arg) => this.#operand(arg, scope)), ...(piped === undefined ? [] : [piped])];
    return this.#call(first.name, given);
  }

  #call(name: string, given: readonly Known[]): Known {
    const [first = other, second = other] = given;
    switch (name) {
      case 'include':
        if (first.kind === 'text') {
          this.template(first.text, second);
        } else {
          // Whose name is made while it runs may be any of them.
          for (const name of this.#set.names()) {
            this.template(name, second);
          }
        }
        return other;
      case 'tpl':
        this.#use(first, 'whole');
        return other;
      case 'dict':
        return dictOf(given);
      case 'index':
      case 'get':
        return this.#lookedUp(first, given.slice(1));
      case 'hasKey':
        this.#use(this.#lookedUp(first, given.slice(1)), 'fields');
        return other;
      case 'not':
      case 'empty':
      case 'kindIs':
      case 'kindOf':
      case 'typeOf':
      case 'typeIs':
      case 'len':
      case 'keys':
        given.forEach((known) => {
          this.#use(known, 'keys');
        });
        return other;
      default:
        given.forEach((known) => {
          this.#use(known, 'whole');
        });
        return other;
    }
  }

  #lookedUp(holder: Known, keys: readonly Known[]): Known {
    let value = holder;
    for (const key of keys) {
      if (key.kind !== 'text') {
        this.#use(value, 'whole');
        return other;
      }
      value = this.#field(value, key.text);
    }
    return value;
  }

  #operand(node: Operand, scope: Scope): Known {
    switch (node.kind) {
      case 'dot':
        return scope.dot;
      case 'field':
        return node.names.reduce((value, name) => this.#field(value, name), scope.dot);
      case 'variable': {
        const [name = '', ...fields] = node.names;
        return fields.reduce((value, field) => this.#field(value, field), scope.get(name));
      }
      case 'chain':
        return node.fields.reduce((value, name) => this.#field(value, name), this.#operand(node.node, scope));
      case 'pipe':
        return this.#pipe(node, scope);
      case 'string':
        return { kind: 'text', text: node.value };
      case 'identifier':
      case 'nil':
      case 'bool':
      case 'number':
        return other;
    }
  }

  #field(value: Known, name: string): Known {
    switch (value.kind) {
      case 'root':
        return name === 'Values' ? { kind: 'values', keys: [] } : other;
      case 'values':
        return { kind: 'values', keys: [...value.keys, name] };
      case 'dict':
        return value.entries.get(name) ?? other;
      case 'text':
      case 'other':
        return other;
    }
  }

  #use(known: Known, reach: NamedPath['reach']): void {
    if (known.kind === 'dict') {
      known.entries.forEach((entry) => {
        this.#use(entry, reach);
      });
    } else if (known.kind === 'values') {
      const key = JSON.stringify([known.keys, reach]);
      this.#named.set(key, { keys: known.keys, reach });
    }
  }
}

/** Variables and the dot where a statement stands. */
class Scope {
  readonly dot: Known;
  readonly #outer: Scope | undefined;
  readonly #variables = new Map<string, Known>();

  constructor(dot: Known, outer?: Scope) {
    this.dot = dot;
    this.#outer = outer;
    if (outer === undefined) {
      this.#variables.set('$', dot);
    }
  }

  get(name: string): Known {
    return this.#variables.get(name) ?? this.#outer?.get(name) ?? other;
  }

  set(name: string, value: Known): void {
    this.#variables.set(name, value);
  }
}

function dictOf(given: readonly Known[]): Known {
  const entries = new Map<string, Known>();
  for (let i = 0; i + 1 < given.length; i += 2) {
    const key = given[i];
    const value = given[i + 1];
    if (key?.kind === 'text' && value !== undefined) {
      entries.set(key.text, value);
    }
  }
  return { kind: 'dict', entries };
}

function keyOf(known: Known): string {
  switch (known.kind) {
    case 'values':
      return JSON.stringify(known.keys);
    case 'dict':
      return `{${[...known.entries].map(([key, value]) => `${key}:${keyOf(value)}`).join()}}`;
    case 'root':
    case 'text':
    case 'other':
      return known.kind;
  }
}
