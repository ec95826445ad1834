import {
  formatValue,
  GoFunc,
  GoInt,
  GoPointer,
  GoStruct,
  isMap,
  isTrue,
  itemsOf,
  mapType,
  quote,
  sortedKeys,
  sprint,
  typeOf,
  type Value,
} from '../gostd/index.ts';
import { limits as bounds } from '../support/index.ts';
import { positionIn, TemplateError } from './errors.ts';
import { GoError } from './func.ts';
import type { BranchNode, ListNode, Node, Operand, TemplateNode } from './parse/node.ts';
import { printNode } from './parse/node.ts';
import type { Tree } from './parse/parse.ts';
import { hasTextMethod, indirect } from './receiver.ts';
import { type ExecuteOptions, Run, type TemplateCaller, type TraceOptions, type TraceStart } from './run.ts';
import { ropeSink, type Sink, stringSink } from './sink.ts';
import type { TemplateSet } from './template.ts';
import { effectsOf } from './trace/branch.ts';
import type { Flow } from './trace/flow.ts';
import { type Shadow, withFlow } from './trace/shadow.ts';
import { Evaluation } from './evaluate.ts';

/**
 * Walks a tree over data and writes text. One evaluator; tracing only adds where each piece of text comes from.
 *
 * @see Go 1.26 text/template/exec.go
 */

/**
 * Executes the template `name` of a set over data.
 *
 * @throws TemplateError with Go's message
 */
export function execute(set: TemplateSet, name: string, data: Value, sink: Sink, options: ExecuteOptions): void {
  const tree = set.lookup(name);
  const run = new Run(options);
  if (tree === undefined) {
    const message = `template: no template ${quote(name)} associated with template ${quote(set.name)}`;
    throw new TemplateError('exec', { template: name, line: 0, column: 0 }, message);
  }
  try {
    // Nil data is no value at all: reflect has nothing to hold it.
    new Execution(set, run, sink, startOf(run.trace)).execute(tree, data ?? undefined);
  } catch (error) {
    throw run.errorOf(error);
  }
}

/** How a list of statements ended. */
type Signal = 'on' | 'break' | 'continue';

function startOf(trace: TraceOptions | undefined): TraceStart | undefined {
  return trace && { ...trace, calls: undefined, shadow: trace.tracer.none };
}

class Execution extends Evaluation {
  readonly #sink: Sink;
  /** How many template actions deep, 0 in what is executed from outside or by a function. */
  depth = 0;
  outer: TemplateCaller | undefined;

  constructor(set: TemplateSet, run: Run, sink: Sink, start: TraceStart | undefined) {
    super(set, run, start);
    this.#sink = sink;
  }

  get at(): Node | undefined {
    return this.node;
  }

  execute(tree: Tree, data: Value): void {
    this.tree = tree;
    this.variables = [{ name: '$', value: data, isInterface: false, shadow: this.dotShadow }];
    this.run.depth++;
    try {
      this.#list(data, tree.root);
    } catch (error) {
      // The stack may be used up, so nothing is asked here.
      this.run.failed ??= this;
      throw error;
    }
    this.run.depth--;
  }

  executeTemplate(name: string, data: Value): string {
    const tree = this.set.lookup(name);
    if (tree === undefined) {
      throw new GoError(`template: no template ${quote(name)} associated with template ${quote(this.set.name)}`);
    }
    return this.#nested(this.set, tree, data);
  }

  executeText(name: string, text: string, data: Value): string {
    const set = this.set.clone();
    const tree = set.parseCached(name, text);
    if (tree === undefined) {
      return '';
    }
    this.trace?.addSource(tree.root.source, this.argumentShadows[0] ?? this.trace.none);
    return this.#nested(set, tree, data);
  }

  /** Text that is executed by a function; of its arguments the second is the data. */
  #nested(set: TemplateSet, tree: Tree, data: Value): string {
    const sink = this.trace === undefined ? stringSink() : ropeSink();
    const inner = new Execution(set, this.run, sink, this.#startOf(tree.name, this.argumentShadows[1]));
    const { caller } = this.run;
    try {
      inner.execute(tree, data ?? undefined);
    } catch (error) {
      this.run.checkDepth(error, caller);
      throw error;
    }
    this.written = sink.written?.rope();
    return sink.text();
  }

  #startOf(name: string, shadow: Shadow | undefined): TraceStart | undefined {
    const tracer = this.trace;
    const node = this.node;
    if (tracer === undefined || node === undefined) {
      return undefined;
    }
    return {
      tracer,
      calls: { outer: this.start?.calls, node, name },
      control: this.control ?? tracer.none,
      shadow: shadow ?? tracer.none,
    };
  }

  #write(node: Node, text: string, shadow?: Shadow): void {
    this.run.charge(text.length);
    this.#sink.write(text);
    const trace = this.trace;
    if (trace !== undefined && this.#sink.written !== undefined) {
      const at = { node, calls: this.start?.calls, flow: this.control ?? trace.none };
      trace.write(text, shadow ?? trace.none, at, this.#sink.written);
    }
  }

  // Statements

  #list(dot: Value, list: ListNode): Signal {
    for (const node of list.nodes) {
      this.node = node;
      switch (node.kind) {
        case 'text':
          this.#write(node, node.text);
          break;
        case 'action': {
          const value = this.pipeline(dot, node.pipe);
          if (node.pipe.declarations.length === 0) {
            this.#print(node, value);
          }
          break;
        }
        case 'if':
        case 'with': {
          const signal = this.#condition(dot, node);
          if (signal !== 'on') {
            return signal;
          }
          break;
        }
        case 'range':
          this.#range(dot, node);
          break;
        case 'template':
          this.#template(dot, node);
          break;
        case 'break':
        case 'continue':
          return node.kind;
      }
    }
    return 'on';
  }

  #condition(dot: Value, node: BranchNode): Signal {
    const mark = this.variables.length;
    const value = this.pipeline(dot, node.pipe);
    const shadow = this.shadow;
    const outer = this.#enter(node, value);
    let signal: Signal = 'on';
    if (isTrue(value)) {
      signal = node.kind === 'with' ? this.#withDot(value, false, node.list, shadow) : this.#list(dot, node.list);
    } else if (node.elseList !== undefined) {
      signal = this.#list(dot, node.elseList);
    }
    this.variables.length = mark;
    this.#leave(dot, node, outer);
    return signal;
  }

  #withDot(dot: Value, isInterface: boolean, list: ListNode, shadow: Shadow | undefined): Signal {
    const saved = this.dotIsInterface;
    const savedShadow = this.dotShadow;
    this.dotIsInterface = isInterface;
    this.dotShadow = shadow;
    const signal = this.#list(dot, list);
    this.dotIsInterface = saved;
    this.dotShadow = savedShadow;
    return signal;
  }

  /** What follows hangs on a value, the one evaluated last; also where nothing is written, something might be. */
  #enter(node: BranchNode, value: Value): Flow | undefined {
    const trace = this.trace;
    const outer = this.control;
    if (trace !== undefined) {
      const decides = trace.flows.union(trace.shapeFlow(value, this.shadow ?? trace.none), trace.sourceFlow(node));
      this.control = trace.flows.union(outer ?? trace.none, trace.flows.asControl(decides));
      this.#sink.written?.mark(node, this.start?.calls, this.control);
    }
    return outer;
  }

  /** What a branch changes, or would have changed, hangs on what decided about it. */
  #leave(dot: Value, node: BranchNode, outer: Flow | undefined): void {
    const trace = this.trace;
    const control = this.control;
    if (trace === undefined || control === undefined) {
      return;
    }
    // The line that it ends in, or that starts where it ends, would be another without it.
    this.#sink.written?.mark(node, this.start?.calls, control);
    const { assigned, changed, ends } = effectsOf(node);
    for (const name of assigned) {
      const variable = this.variables.findLast((candidate) => candidate.name === name);
      if (variable !== undefined) {
        variable.shadow = withFlow(variable.shadow ?? trace.none, control, trace.flows);
      }
    }
    for (const target of changed) {
      const value = this.#glance(dot, target);
      if (typeof value === 'object' && value !== null) {
        const container = trace.open(value);
        container.whole = trace.flows.union(container.whole, control);
      }
    }
    if (!ends || node.kind === 'range') {
      this.control = outer;
    }
  }

  /** The value of a variable, the dot, or a field of one, where it can be had without running anything. */
  #glance(dot: Value, node: Operand): Value {
    const names = node.kind === 'variable' || node.kind === 'field' ? node.names : [];
    let value: Value = dot;
    for (const [i, name] of names.entries()) {
      if (node.kind === 'variable' && i === 0) {
        value = this.variables.findLast((variable) => variable.name === name)?.value;
      } else {
        value = isMap(value) ? value[name] : undefined;
      }
    }
    return node.kind === 'dot' || names.length > 0 ? value : undefined;
  }

  #range(dot: Value, node: BranchNode): void {
    const mark = this.variables.length;
    this.#rangeOver(dot, node);
    this.variables.length = mark;
  }

  #rangeOver(dot: Value, node: BranchNode): void {
    const value = indirect(this.pipeline(dot, node.pipe));
    const shadow = this.shadow;
    const outer = this.#enter(node, value);
    const ran = this.#iterations(node, value, shadow);
    if (!ran && node.elseList !== undefined) {
      this.#list(dot, node.elseList);
    }
    this.#leave(dot, node, outer);
  }

  /** Runs the body for each item; whether there were any. */
  #iterations(node: BranchNode, value: Value, shadow: Shadow | undefined): boolean {
    const items = itemsOf(value);
    const { declarations } = node.pipe;
    let ran = false;
    if (items !== undefined) {
      const isInterface = (typeOf(value).elem?.kind ?? 'interface') === 'interface';
      for (const [index, item] of items.entries()) {
        ran = true;
        const at = declarations.length > 1 ? new GoInt('int', BigInt(index)) : undefined;
        this.shadow = this.trace?.entry(value, shadow ?? this.trace.none, index, item);
        if (this.#iteration(node, at, item ?? null, isInterface) === 'break') {
          return true;
        }
      }
    } else if (isMap(value)) {
      const isInterface = (value[mapType]?.elem?.kind ?? 'interface') === 'interface';
      // What the body sets or takes out is not seen by the loop itself.
      const entries = sortedKeys(value).map((key) => [key, value[key] ?? null] as const);
      for (const [key, item] of entries) {
        ran = true;
        this.shadow = this.trace?.entry(value, shadow ?? this.trace.none, key, item);
        const keyShadow = this.trace?.keyOf(value, shadow ?? this.trace.none, key);
        if (this.#iteration(node, key, item, isInterface, keyShadow) === 'break') {
          return true;
        }
      }
    } else if (value instanceof GoInt) {
      if (declarations.length > 1) {
        this.fail(`can't use ${formatValue('v', value)} to iterate over more than one variable`);
      }
      for (let i = 0n; i < value.value; i++) {
        ran = true;
        this.shadow = shadow;
        if (this.#iteration(node, undefined, new GoInt(value.kind, i, value.type), false) === 'break') {
          return true;
        }
      }
    } else if (value !== undefined && value !== null) {
      this.fail(`range can't iterate over ${formatValue('v', value)}`);
    }
    return ran;
  }

  /** The item's shadow is that of the value evaluated last. */
  #iteration(node: BranchNode, index: Value, item: Value, isInterface: boolean, indexShadow?: Shadow): Signal {
    const { declarations, isAssign } = node.pipe;
    const variables = this.variables;
    const shadow = this.shadow;
    if (declarations.length > 0) {
      if (isAssign) {
        const [first, second] = declarations;
        if (second === undefined) {
          this.setVariable(first?.names[0] ?? '', item, isInterface, shadow);
        } else {
          this.setVariable(first?.names[0] ?? '', index, false, indexShadow);
          this.setVariable(second.names[0] ?? '', item, isInterface, shadow);
        }
      } else {
        const top = variables.at(-1);
        if (top !== undefined) {
          top.value = item;
          top.isInterface = isInterface;
          top.shadow = shadow;
        }
        const below = declarations.length > 1 ? variables.at(-2) : undefined;
        if (below !== undefined) {
          below.value = index;
          below.isInterface = false;
          below.shadow = indexShadow;
        }
      }
    }
    this.run.step();
    const mark = variables.length;
    const signal = this.#withDot(item, isInterface, node.list, shadow);
    variables.length = mark;
    return signal;
  }

  #template(dot: Value, node: TemplateNode): void {
    const tree = this.set.lookup(node.name);
    if (tree === undefined) {
      this.fail(`template ${quote(node.name)} not defined`);
    }
    if (this.depth === bounds.maxExecDepth) {
      this.failTooDeep();
    }
    this.shadow = undefined;
    const data = node.pipe === undefined ? undefined : this.pipeline(dot, node.pipe);
    this.node = node;
    const inner = new Execution(this.set, this.run, this.#sink, this.#startOf(node.name, this.shadow));
    inner.depth = this.depth + 1;
    const outer = this.run.caller;
    this.outer = outer;
    this.run.caller = this;
    try {
      inner.execute(tree, data);
    } catch (error) {
      // Where the stack is used up, nothing may be called to find out more.
      if (!(error instanceof RangeError) && error instanceof TemplateError) {
        error.callers.push(positionIn(node.source, node.pos));
      }
      throw error;
    }
    this.run.caller = outer;
  }

  #print(node: Node, value: Value): void {
    this.node = node;
    const shadow =
      typeof value === 'string' ? this.shadow : this.trace?.deepFlow(value, this.shadow ?? this.trace.none);
    const shown =
      value instanceof GoPointer && value.elem !== undefined && !hasTextMethod(value) ? indirect(value) : value;
    if (shown === undefined || shown === null) {
      this.#write(node, '<no value>', shadow);
    } else if (shown instanceof GoFunc) {
      this.fail(`can't print ${printNode(node)} of type ${shown.type.name}`);
    } else {
      // What a field of a pointer holds can be addressed, so the pointer's own methods count.
      if (typeof shown === 'object') {
        this.run.expect('print', [shown]);
      }
      const method = shown instanceof GoStruct ? shown.type.pointerMethods?.get('String') : undefined;
      this.#write(node, typeof shown === 'string' ? shown : sprint([method?.call(shown, []) ?? shown]), shadow);
    }
  }
}
