import {
  formatValue,
  GoFunc,
  GoInt,
  type GoMethod,
  GoPointer,
  GoScalar,
  GoStruct,
  type GoType,
  interfaceType,
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
import { EngineError, limits as bounds } from '../support/index.ts';
import { checkedArgument, idealConstant, literalArgument } from './convert.ts';
import { positionIn, TemplateError, type TemplateErrorCode } from './errors.ts';
import { type CallContext, type FuncEntry, GoError } from './func.ts';
import { callValue, ownFuncs } from './funcs.ts';
import type {
  BranchNode,
  ChainNode,
  CommandNode,
  IdentifierNode,
  ListNode,
  Node,
  Operand,
  PipeNode,
  TemplateNode,
  VariableNode,
} from './parse/node.ts';
import { printNode } from './parse/node.ts';
import type { Tree } from './parse/parse.ts';
import { checkNilReceiver, hasTextMethod, indirect, methodOf, typeName } from './receiver.ts';
import { type ExecuteOptions, Run, type TraceOptions } from './run.ts';
import { ropeSink, type Sink, stringSink } from './sink.ts';
import type { TemplateSet } from './template.ts';
import { effectsOf } from './trace/branch.ts';
import type { Flow } from './trace/flow.ts';
import type { CallChain, Rope } from './trace/rope.ts';
import { type Shadow, withFlow } from './trace/shadow.ts';
import type { Tracer } from './trace/tracer.ts';
import { type ParamType, signatureOf, zeroOf } from './types.ts';
import { costs } from './weight.ts';

/**
 * Walks a tree over data and writes text. One evaluator; tracing only adds where each piece of text comes from.
 * Go's reflect tells an interface that holds a string from a string, and errors show it: `dotIsInterface` and its kin
 * carry that.
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

interface Variable {
  readonly name: string;
  value: Value;
  isInterface: boolean;
  /** What stands beside the value; only there when the run traces. */
  shadow?: Shadow | undefined;
}

/** What a traced execution starts with. */
interface TraceStart {
  readonly tracer: Tracer;
  readonly calls: CallChain | undefined;
  /** What decided that this is executed. */
  readonly control: Flow;
  /** Beside its data. */
  readonly shadow: Shadow;
}

function startOf(trace: TraceOptions | undefined): TraceStart | undefined {
  return trace && { ...trace, calls: undefined, shadow: trace.tracer.none };
}

/** No previous command's value. */
const missing: unique symbol = Symbol('missing');
type Final = Value | typeof missing;

const noArgs: readonly Operand[] = [];

class Execution implements CallContext {
  readonly #set: TemplateSet;
  readonly #run: Run;
  readonly #sink: Sink;
  readonly #trace: Tracer | undefined;
  readonly #start: TraceStart | undefined;
  #tree: Tree | undefined;
  #node: Node | undefined;
  #variables: Variable[] = [];
  #dotIsInterface = false;
  /** Whether the value evaluated last has the static type `interface {}`. */
  #isInterface = false;
  /** What stands beside the value evaluated last, the dot, what is piped to a command, and the arguments of a call. */
  #shadow: Shadow | undefined;
  #dotShadow: Shadow | undefined;
  #piped: Shadow | undefined;
  #argumentShadows: readonly Shadow[] = [];
  /** Who wrote the text that the function at hand executed. */
  #written: Rope | undefined;
  /** What decided that the statement at hand is executed. */
  #control: Flow | undefined;
  /** How many template actions deep, 0 in what is executed from outside or by a function. */
  depth = 0;

  constructor(set: TemplateSet, run: Run, sink: Sink, start: TraceStart | undefined) {
    this.#set = set;
    this.#run = run;
    this.#sink = sink;
    this.#start = start;
    this.#trace = start?.tracer;
    this.#dotShadow = start?.shadow;
    this.#control = start?.control;
  }

  execute(tree: Tree, data: Value): void {
    this.#tree = tree;
    this.#variables = [{ name: '$', value: data, isInterface: false, shadow: this.#dotShadow }];
    this.#run.depth++;
    try {
      this.#list(data, tree.root);
    } catch (error) {
      // The stack may be used up, so nothing is asked here.
      this.#run.failed ??= this;
      throw error;
    }
    this.#run.depth--;
  }

  /** The error of a run that had to end here. */
  stopped(reason: string, cause: unknown): TemplateError {
    const node = this.#node;
    const position =
      node === undefined ? { template: this.#tree?.name ?? '', line: 1, column: 0 } : positionIn(node.source, node.pos);
    const where = `${position.template}:${position.line}:${position.column}`;
    return new TemplateError('limit', position, `rendering stopped at ${where}: ${reason}`, { cause });
  }

  executeTemplate(name: string, data: Value): string {
    const tree = this.#set.lookup(name);
    if (tree === undefined) {
      throw new GoError(`template: no template ${quote(name)} associated with template ${quote(this.#set.name)}`);
    }
    return this.#nested(this.#set, tree, data);
  }

  executeText(name: string, text: string, data: Value): string {
    const set = this.#set.clone();
    const tree = set.parseCached(name, text);
    if (tree === undefined) {
      return '';
    }
    this.#trace?.addSource(tree.root.source, this.#argumentShadows[0] ?? this.#trace.none);
    return this.#nested(set, tree, data);
  }

  charge(amount: number): void {
    this.#run.charge(amount);
  }

  /** Text that is executed by a function; of its arguments the second is the data. */
  #nested(set: TemplateSet, tree: Tree, data: Value): string {
    const sink = this.#trace === undefined ? stringSink() : ropeSink();
    new Execution(set, this.#run, sink, this.#startOf(tree.name, this.#argumentShadows[1])).execute(
      tree,
      data ?? undefined,
    );
    this.#written = sink.rope?.();
    return sink.text();
  }

  #startOf(name: string, shadow: Shadow | undefined): TraceStart | undefined {
    const tracer = this.#trace;
    const node = this.#node;
    if (tracer === undefined || node === undefined) {
      return undefined;
    }
    return {
      tracer,
      calls: { outer: this.#start?.calls, node, name },
      control: this.#control ?? tracer.none,
      shadow: shadow ?? tracer.none,
    };
  }

  #write(node: Node, text: string, shadow?: Shadow): void {
    this.#run.charge(text.length);
    const trace = this.#trace;
    if (trace === undefined) {
      this.#sink.write(text);
      return;
    }
    const at = { calls: this.#start?.calls, control: this.#control ?? trace.none };
    this.#sink.write(text, trace.write(node, text, shadow ?? trace.none, at));
  }

  // Statements

  #list(dot: Value, list: ListNode): Signal {
    for (const node of list.nodes) {
      this.#node = node;
      switch (node.kind) {
        case 'text':
          this.#write(node, node.text);
          break;
        case 'action': {
          const value = this.#pipeline(dot, node.pipe);
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
    const mark = this.#variables.length;
    const value = this.#pipeline(dot, node.pipe);
    const shadow = this.#shadow;
    const outer = this.#enter(node, value);
    let signal: Signal = 'on';
    if (isTrue(value)) {
      signal = node.kind === 'with' ? this.#withDot(value, false, node.list, shadow) : this.#list(dot, node.list);
    } else if (node.elseList !== undefined) {
      signal = this.#list(dot, node.elseList);
    }
    this.#variables.length = mark;
    this.#leave(dot, node, outer);
    return signal;
  }

  #withDot(dot: Value, isInterface: boolean, list: ListNode, shadow: Shadow | undefined): Signal {
    const saved = this.#dotIsInterface;
    const savedShadow = this.#dotShadow;
    this.#dotIsInterface = isInterface;
    this.#dotShadow = shadow;
    const signal = this.#list(dot, list);
    this.#dotIsInterface = saved;
    this.#dotShadow = savedShadow;
    return signal;
  }

  /** What follows hangs on a value, the one evaluated last; also where nothing is written, something might be. */
  #enter(node: BranchNode, value: Value): Flow | undefined {
    const trace = this.#trace;
    const outer = this.#control;
    if (trace !== undefined) {
      const decides = trace.flows.union(trace.shapeFlow(value, this.#shadow ?? trace.none), trace.sourceFlow(node));
      this.#control = trace.flows.union(outer ?? trace.none, trace.flows.asControl(decides));
      this.#sink.write('', trace.mark(node, this.#start?.calls, this.#control));
    }
    return outer;
  }

  /** What a branch changes, or would have changed, hangs on what decided about it. */
  #leave(dot: Value, node: BranchNode, outer: Flow | undefined): void {
    const trace = this.#trace;
    const control = this.#control;
    if (trace === undefined || control === undefined) {
      return;
    }
    // The line that it ends in, or that starts where it ends, would be another without it.
    this.#sink.write('', trace.mark(node, this.#start?.calls, control));
    const { assigned, changed, ends } = effectsOf(node);
    for (const name of assigned) {
      const variable = this.#variables.findLast((candidate) => candidate.name === name);
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
      this.#control = outer;
    }
  }

  /** The value of a variable, the dot, or a field of one, where it can be had without running anything. */
  #glance(dot: Value, node: Operand): Value {
    const names = node.kind === 'variable' || node.kind === 'field' ? node.names : [];
    let value: Value = dot;
    for (const [i, name] of names.entries()) {
      if (node.kind === 'variable' && i === 0) {
        value = this.#variables.findLast((variable) => variable.name === name)?.value;
      } else {
        value = isMap(value) ? value[name] : undefined;
      }
    }
    return node.kind === 'dot' || names.length > 0 ? value : undefined;
  }

  #range(dot: Value, node: BranchNode): void {
    const mark = this.#variables.length;
    this.#rangeOver(dot, node);
    this.#variables.length = mark;
  }

  #rangeOver(dot: Value, node: BranchNode): void {
    const value = indirect(this.#pipeline(dot, node.pipe));
    const shadow = this.#shadow;
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
        this.#shadow = this.#trace?.entry(value, shadow ?? this.#trace.none, index, item);
        if (this.#iteration(node, at, item ?? null, isInterface) === 'break') {
          return true;
        }
      }
    } else if (isMap(value)) {
      const isInterface = (value[mapType]?.elem?.kind ?? 'interface') === 'interface';
      for (const key of sortedKeys(value)) {
        ran = true;
        const item = value[key] ?? null;
        this.#shadow = this.#trace?.entry(value, shadow ?? this.#trace.none, key, item);
        const keyShadow = this.#trace?.keyOf(value, shadow ?? this.#trace.none, key);
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
        this.#shadow = shadow;
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
    const variables = this.#variables;
    const shadow = this.#shadow;
    if (declarations.length > 0) {
      if (isAssign) {
        const [first, second] = declarations;
        if (second === undefined) {
          this.#setVariable(first?.names[0] ?? '', item, isInterface, shadow);
        } else {
          this.#setVariable(first?.names[0] ?? '', index, false, indexShadow);
          this.#setVariable(second.names[0] ?? '', item, isInterface, shadow);
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
    this.#run.step();
    const mark = variables.length;
    const signal = this.#withDot(item, isInterface, node.list, shadow);
    variables.length = mark;
    return signal;
  }

  #template(dot: Value, node: TemplateNode): void {
    const tree = this.#set.lookup(node.name);
    if (tree === undefined) {
      this.fail(`template ${quote(node.name)} not defined`);
    }
    if (this.depth === bounds.maxExecDepth) {
      this.failTooDeep();
    }
    this.#shadow = undefined;
    const data = node.pipe === undefined ? undefined : this.#pipeline(dot, node.pipe);
    this.#node = node;
    const inner = new Execution(this.#set, this.#run, this.#sink, this.#startOf(node.name, this.#shadow));
    inner.depth = this.depth + 1;
    const outer = this.#run.caller;
    this.#run.caller = this;
    try {
      inner.execute(tree, data);
    } catch (error) {
      if (error instanceof TemplateError) {
        error.callers.push(positionIn(node.source, node.pos));
      }
      throw error;
    }
    this.#run.caller = outer;
  }

  #print(node: Node, value: Value): void {
    this.#node = node;
    const shadow =
      typeof value === 'string' ? this.#shadow : this.#trace?.deepFlow(value, this.#shadow ?? this.#trace.none);
    const shown =
      value instanceof GoPointer && value.elem !== undefined && !hasTextMethod(value) ? indirect(value) : value;
    if (shown === undefined || shown === null) {
      this.#write(node, '<no value>', shadow);
    } else if (shown instanceof GoFunc) {
      this.fail(`can't print ${printNode(node)} of type ${shown.type.name}`);
    } else {
      // What a field of a pointer holds can be addressed, so the pointer's own methods count.
      if (typeof shown === 'object') {
        this.#run.expect('print', [shown]);
      }
      const method = shown instanceof GoStruct ? shown.type.pointerMethods?.get('String') : undefined;
      this.#write(node, typeof shown === 'string' ? shown : sprint([method?.call(shown, []) ?? shown]), shadow);
    }
  }

  // Pipelines and operands

  #pipeline(dot: Value, pipe: PipeNode): Value {
    this.#node = pipe;
    this.#run.step();
    this.#shadow = undefined;
    let value: Final = missing;
    for (const command of pipe.commands) {
      value = this.#command(dot, command, value);
      // A nil interface has no value inside.
      if (value === null) {
        value = undefined;
      }
    }
    const result = value === missing ? undefined : value;
    this.#isInterface = false;
    for (const variable of pipe.declarations) {
      const name = variable.names[0] ?? '';
      if (pipe.isAssign) {
        this.#setVariable(name, result, false, this.#shadow);
      } else {
        this.#variables.push({ name, value: result, isInterface: false, shadow: this.#shadow });
      }
    }
    return result;
  }

  #command(dot: Value, command: CommandNode, final: Final): Value {
    const { args } = command;
    const [first] = args;
    if (first === undefined) {
      return undefined;
    }
    this.#piped = this.#shadow;
    this.#shadow = undefined;
    switch (first.kind) {
      case 'field':
        this.#node = first;
        this.#shadow = this.#dotShadow;
        return this.#fieldChain(dot, dot, this.#dotIsInterface, first, first.names, 0, args, final);
      case 'chain':
        return this.#chain(dot, first, args, final);
      case 'identifier':
        return this.#function(dot, first, command, args, final);
      case 'pipe':
        this.#notAFunction(args, final);
        return this.#pipeline(dot, first);
      case 'variable':
        return this.#variable(dot, first, args, final);
      case 'bool':
        this.#node = first;
        this.#notAFunction(args, final);
        return first.value;
      case 'dot':
        this.#node = first;
        this.#notAFunction(args, final);
        this.#isInterface = this.#dotIsInterface;
        this.#shadow = this.#dotShadow;
        return dot;
      case 'nil':
        this.#node = first;
        this.#notAFunction(args, final);
        return this.fail('nil is not a command');
      case 'number':
        this.#node = first;
        this.#notAFunction(args, final);
        return idealConstant(first, this);
      case 'string':
        this.#node = first;
        this.#notAFunction(args, final);
        return first.value;
    }
  }

  #notAFunction(args: readonly Operand[], final: Final): void {
    const [first] = args;
    if (first !== undefined && (args.length > 1 || final !== missing)) {
      this.fail(`can't give argument to non-function ${printNode(first)}`);
    }
  }

  #variable(dot: Value, node: VariableNode, args: readonly Operand[], final: Final): Value {
    this.#node = node;
    const variable = this.#findVariable(node.names[0] ?? '');
    this.#shadow = variable.shadow;
    if (node.names.length === 1) {
      this.#notAFunction(args, final);
      this.#isInterface = variable.isInterface;
      return variable.value;
    }
    return this.#fieldChain(dot, variable.value, variable.isInterface, node, node.names, 1, args, final);
  }

  #chain(dot: Value, node: ChainNode, args: readonly Operand[], final: Final): Value {
    this.#node = node;
    if (node.node.kind === 'nil') {
      return this.fail(`indirection through explicit nil in ${printNode(node)}`);
    }
    const receiver = this.#operand(dot, node.node);
    return this.#fieldChain(dot, receiver, this.#isInterface, node, node.fields, 0, args, final);
  }

  /** An operand on its own, as the start of a chain. */
  #operand(dot: Value, node: Operand): Value {
    this.#node = node;
    this.#shadow = undefined;
    switch (node.kind) {
      case 'pipe':
        return this.#pipeline(dot, node);
      case 'identifier':
        this.#isInterface = false;
        return this.#function(dot, node, node, noArgs, missing);
      case 'chain':
        return this.#chain(dot, node, noArgs, missing);
      case 'variable':
        return this.#variable(dot, node, noArgs, missing);
      case 'field':
        this.#shadow = this.#dotShadow;
        return this.#fieldChain(dot, dot, this.#dotIsInterface, node, node.names, 0, noArgs, missing);
      case 'dot':
        this.#isInterface = this.#dotIsInterface;
        this.#shadow = this.#dotShadow;
        return dot;
      case 'bool':
      case 'string':
        return node.value;
      case 'number':
        return idealConstant(node, this);
      case 'nil':
        return null;
    }
  }

  /** Fields of a receiver, whose shadow is that of the value evaluated last. */
  #fieldChain(
    dot: Value,
    receiver: Value,
    receiverIsInterface: boolean,
    node: Operand,
    names: readonly string[],
    start: number,
    args: readonly Operand[],
    final: Final,
  ): Value {
    const last = names.length - 1;
    let value = receiver;
    this.#isInterface = receiverIsInterface;
    for (let i = start; i < last; i++) {
      value = this.#field(dot, names[i] ?? '', node, noArgs, missing, value);
    }
    return this.#field(dot, names[last] ?? '', node, args, final, value);
  }

  /** One field, key or method of a receiver. Reads and sets `#isInterface`. */
  #field(dot: Value, name: string, node: Operand, args: readonly Operand[], final: Final, receiver: Value): Value {
    const wasInterface = this.#isInterface;
    if (receiver === undefined) {
      if (this.#set.missingKey === 'error') {
        this.fail(`nil data; no entry for key ${quote(name)}`);
      }
      this.#isInterface = false;
      return undefined;
    }
    if (receiver === null) {
      return this.fail(`nil pointer evaluating interface {}.${name}`, { nil: textBefore(node, name) });
    }
    const value = indirect(receiver);
    if (isMap(value)) {
      const type = value[mapType];
      const method = type?.methods?.get(name);
      if (method !== undefined) {
        return this.#method(dot, value, method, node, name, args, final);
      }
      if (args.length > 1 || final !== missing) {
        this.fail(`${name} is not a method but has arguments`);
      }
      this.#isInterface = type === undefined || type.elem?.kind === 'interface';
      const found = value[name];
      this.#shadow = this.#trace?.entry(value, this.#shadow ?? this.#trace.none, name, found);
      return found === undefined ? this.#missingKey(name, type) : found;
    }
    const method = methodOf(receiver, name) ?? (value === receiver ? undefined : methodOf(value, name));
    if (method !== undefined) {
      return this.#method(dot, receiver, method, node, name, args, final);
    }
    if (value instanceof GoStruct) {
      const field = value.type.fields?.find((candidate) => candidate.name === name);
      if (field !== undefined) {
        if (!/^\p{Lu}/u.test(name)) {
          this.fail(`${name} is an unexported field of struct type ${typeName(receiver, wasInterface)}`);
        }
        if (args.length > 1 || final !== missing) {
          this.fail(`${name} has arguments but cannot be invoked as function`);
        }
        this.#isInterface = field.type.kind === 'interface';
        return value.fields[name] ?? null;
      }
    }
    if (value instanceof GoPointer && value.elem === undefined) {
      const { elem } = value.type;
      if (elem?.kind !== 'struct' || elem.fields?.some((field) => field.name === name) === true) {
        this.fail(`nil pointer evaluating ${typeName(receiver, wasInterface)}.${name}`, {
          nil: textBefore(node, name),
        });
      }
    }
    return this.fail(`can't evaluate field ${name} in type ${typeName(receiver, wasInterface)}`);
  }

  #missingKey(name: string, type: GoType | undefined): Value {
    switch (this.#set.missingKey) {
      case 'default':
        this.#isInterface = false;
        return undefined;
      case 'zero':
        return type === undefined ? null : zeroOf(type.elem);
      case 'error':
        return this.fail(`map has no entry for key ${quote(name)}`);
    }
  }

  // Calls

  #function(dot: Value, node: IdentifierNode, at: Node, args: readonly Operand[], final: Final): Value {
    this.#node = node;
    const piped = this.#piped;
    const { name } = node;
    const entry = this.#set.func(name);
    if (entry === undefined) {
      return this.fail(`${quote(name)} is not a defined function`);
    }
    this.#isInterface = false;
    if (entry === ownFuncs.and || entry === ownFuncs.or) {
      return this.#shortCircuit(dot, entry, args, final, piped);
    }
    const values = this.#arguments(dot, entry, name, args, final, piped);
    try {
      if (entry === ownFuncs.call) {
        return callValue(calleeName(args, final), values);
      }
      if (costs.has(name)) {
        this.#run.expect(name, values);
      }
      const result =
        this.#trace === undefined ? entry.call(values, this) : this.#traced(this.#trace, entry, at, values);
      return this.#run.returned(result);
    } catch (error) {
      return this.#callFailed(at, name, error);
    }
  }

  #traced(trace: Tracer, entry: FuncEntry, node: Node, args: readonly Value[]): Value {
    const shadows = this.#argumentShadows;
    const call = { args, shadows, node, calls: this.#start?.calls, control: this.#control ?? trace.none };
    const seen = trace.before(entry, call);
    this.#written = undefined;
    // What the function executes was called here, not where its last argument stands.
    this.#node = node;
    const result = entry.call(args, this);
    this.#shadow = trace.after(entry, { ...call, result, written: this.#written }, seen);
    return result;
  }

  #method(
    dot: Value,
    receiver: Value,
    method: GoMethod,
    node: Operand,
    name: string,
    args: readonly Operand[],
    final: Final,
  ): Value {
    const shadow = this.#shadow;
    const values = this.#arguments(dot, method, name, args, final, this.#piped);
    this.#isInterface = false;
    try {
      if (receiver instanceof GoPointer && receiver.elem === undefined) {
        checkNilReceiver(receiver, name);
      }
      const result = method.call(receiver, values);
      const trace = this.#trace;
      this.#shadow = trace?.method(
        { value: receiver, shadow: shadow ?? trace.none },
        { args: values, shadows: this.#argumentShadows },
        result,
      );
      return result;
    } catch (error) {
      return this.#callFailed(node, name, error);
    }
  }

  /** What a function threw on purpose becomes an error at its place; anything else is a bug and goes on. */
  #callFailed(at: Node, name: string, error: unknown): never {
    if (error instanceof TemplateError && (error.code === 'limit' || error.code === 'depth-exceeded')) {
      throw error;
    }
    if (error instanceof GoError || error instanceof EngineError) {
      this.#node = at;
      this.fail(`error calling ${name}: ${error.message}`, { cause: error });
    }
    throw error;
  }

  #shortCircuit(
    dot: Value,
    entry: FuncEntry,
    args: readonly Operand[],
    final: Final,
    piped: Shadow | undefined,
  ): Value {
    const { name } = entry;
    const count = Math.max(args.length - 1, 0) + (final === missing ? 0 : 1);
    if (count < 1) {
      this.fail(`wrong number of args for ${name}: want at least 1 got ${Math.max(args.length - 1, 0)}`);
    }
    const type = reflectType;
    const trace = this.#trace;
    let decided = trace?.none;
    let value: Value;
    for (let i = 1; i < args.length; i++) {
      value = this.#argument(dot, type, args[i]);
      this.#shadow = decided && trace && withFlow(this.#shadow ?? trace.none, decided, trace.flows);
      if (isTrue(value) === (name === 'or')) {
        return value;
      }
      decided = trace?.flows.union(decided ?? trace.none, trace.shapeFlow(value, this.#shadow ?? trace.none));
    }
    if (final === missing) {
      return value;
    }
    this.#shadow = decided && trace && withFlow(piped ?? trace.none, decided, trace.flows);
    return final;
  }

  /** The arguments of a call, each checked against its parameter. `args[0]` is the function itself. */
  #arguments(
    dot: Value,
    callable: FuncEntry | GoMethod,
    name: string,
    args: readonly Operand[],
    final: Final,
    piped: Shadow | undefined,
  ): readonly Value[] {
    const { fixed, variadic } = signatureOf(callable);
    const given = Math.max(args.length - 1, 0);
    const count = given + (final === missing ? 0 : 1);
    if (variadic !== undefined) {
      if (count < fixed.length) {
        this.fail(`wrong number of args for ${name}: want at least ${fixed.length} got ${given}`);
      }
    } else if (count !== fixed.length) {
      this.fail(`wrong number of args for ${name}: want ${fixed.length} got ${count}`);
    }
    const values = new Array<Value>(count);
    const trace = this.#trace;
    const shadows: Shadow[] = [];
    for (let i = 0; i < given; i++) {
      const value = this.#argument(dot, fixed[i] ?? variadic ?? reflectType, args[i + 1]);
      if (trace !== undefined) {
        shadows.push(this.#shadow ?? trace.none);
      }
      values[i] = i > 0 && callable === ownFuncs.slice && this.#isInterface ? inInterface : value;
    }
    if (final !== missing) {
      values[given] = checkedArgument(final, fixed[given] ?? variadic ?? reflectType, this);
      if (trace !== undefined) {
        shadows.push(piped ?? trace.none);
      }
    }
    this.#argumentShadows = shadows;
    this.#shadow = undefined;
    this.#isInterface = false;
    return values;
  }

  #argument(dot: Value, type: ParamType, node: Operand | undefined): Value {
    if (node === undefined) {
      return undefined;
    }
    this.#node = node;
    this.#isInterface = false;
    this.#shadow = undefined;
    switch (node.kind) {
      case 'dot':
        this.#isInterface = this.#dotIsInterface;
        this.#shadow = this.#dotShadow;
        return checkedArgument(dot, type, this);
      case 'nil':
        if (!type.canBeNil) {
          this.fail(`cannot assign nil to ${type.name}`);
        }
        return type.kind === 'reflect' ? undefined : null;
      case 'field':
      case 'variable':
      case 'pipe':
      case 'identifier':
      case 'chain':
        return checkedArgument(this.#operand(dot, node), type, this);
      case 'bool':
      case 'string':
      case 'number':
        return literalArgument(node, type, this);
    }
  }

  // Variables and errors

  #findVariable(name: string): Variable {
    const variables = this.#variables;
    for (let i = variables.length - 1; i >= 0; i--) {
      const variable = variables[i];
      if (variable?.name === name) {
        return variable;
      }
    }
    return this.fail(`undefined variable: ${name}`);
  }

  #setVariable(name: string, value: Value, isInterface: boolean, shadow: Shadow | undefined): void {
    const variable = this.#findVariable(name);
    variable.shadow = shadow;
    variable.value = value;
    variable.isInterface = isInterface;
  }

  failTooDeep(cause?: unknown): never {
    this.fail(`exceeded maximum template depth (${bounds.maxExecDepth})`, { cause, code: 'depth-exceeded' });
  }

  fail(message: string, { code = 'exec', ...options }: Failure = {}): never {
    const name = this.#tree?.name ?? '';
    const node = this.#node;
    if (node === undefined) {
      throw new TemplateError(code, { template: name, line: 0, column: 0 }, `template: ${name}: ${message}`, options);
    }
    const position = positionIn(node.source, node.pos);
    const where = `${position.template}:${position.line}:${position.column}`;
    const text = `template: ${where}: executing ${quote(name)} at <${printNode(node)}>: ${message}`;
    throw new TemplateError(code, position, text, options);
  }
}

interface Failure {
  readonly code?: TemplateErrorCode;
  readonly cause?: unknown;
  readonly nil?: string | undefined;
}

/** The part of an operand before a field, as it is written. */
function textBefore(node: Operand, name: string): string | undefined {
  const text = printNode(node);
  const end = text.lastIndexOf(`.${name}`);
  return end > 0 ? text.slice(0, end) : undefined;
}

/** What `slice` gets for an index that an interface holds: it does not look inside. */
const inInterface = new GoScalar(interfaceType, '');
const reflectType: ParamType = { name: 'reflect.Value', kind: 'reflect', canBeNil: true };

/** What `call` names its function by in errors. */
function calleeName(args: readonly Operand[], final: Final): string {
  const [, callee] = args;
  if (callee !== undefined) {
    return printNode(callee);
  }
  if (typeof final === 'string') {
    return final;
  }
  if (final instanceof GoScalar && typeof final.value === 'string') {
    return final.value;
  }
  return final === missing || final === undefined ? '<invalid Value>' : `<${typeOf(final).name} Value>`;
}
