import {
  type GoMethod,
  GoPointer,
  GoScalar,
  GoStruct,
  type GoType,
  interfaceType,
  isExported,
  isMap,
  isTrue,
  mapType,
  MethodError,
  quote,
  type Value,
} from '../gostd/index.ts';
import { EngineError } from '../support/index.ts';
import type { OnWritten } from '../yaml/index.ts';
import { checkedArgument, idealConstant, literalArgument } from './convert.ts';
import { TemplateError } from './errors.ts';
import { type CallContext, type FuncEntry, GoError } from './func.ts';
import { calleeName, type Final, missing } from './final.ts';
import { callValue, ownFuncs } from './funcs.ts';
import type { ChainNode, CommandNode, IdentifierNode, Node, Operand, PipeNode, VariableNode } from './parse/node.ts';
import { printNode, textBefore } from './parse/node.ts';
import { Place } from './place.ts';
import { checkNilReceiver, indirect, methodOf, typeName, wrongResults } from './receiver.ts';
import type { Run, TraceStart } from './run.ts';
import type { TemplateSet } from './template.ts';
import type { Flow } from './trace/flow.ts';
import type { Rope } from './trace/rope.ts';
import { type Shadow, withFlow } from './trace/shadow.ts';
import type { Tracer } from './trace/tracer.ts';
import { type ParamType, signatureOf, zeroOf } from './types.ts';
import { costs } from './weight.ts';

/**
 * Evaluates pipelines: operands, fields, calls, variables, and the errors at their places. What stands beside values
 * in a traced run moves along in registers, which cost an untraced one nothing but their being there.
 * Go's reflect tells an interface that holds a string from a string, and errors show it: `dotIsInterface` and its kin
 * carry that.
 * Parameters are passed one by one, however many there are: an object for each call would cost more than the call.
 *
 * @see Go 1.26 text/template/exec.go
 */
export interface Variable {
  readonly name: string;
  value: Value;
  isInterface: boolean;
  /** What stands beside the value; only there when the run traces. */
  shadow?: Shadow | undefined;
}

const noArgs: readonly Operand[] = [];
const noShadows: readonly Shadow[] = [];

/** The part of an execution that makes values; statements are beside it in `exec.ts`. */
export abstract class Evaluation extends Place implements CallContext {
  protected readonly set: TemplateSet;
  protected readonly run: Run;
  protected readonly trace: Tracer | undefined;
  protected readonly start: TraceStart | undefined;
  protected variables: Variable[] = [];
  protected dotIsInterface = false;
  /** What stands beside the value evaluated last, the dot, and the arguments of a call. */
  protected shadow: Shadow | undefined;
  protected dotShadow: Shadow | undefined;
  protected argumentShadows: readonly Shadow[] = [];
  /** Who wrote the text that the function at hand executed. */
  protected written: Rope | undefined;
  onWritten: OnWritten | undefined;
  /** What decided that the statement at hand is executed. */
  protected control: Flow | undefined;
  /** Beside what is piped to a command. */
  #piped: Shadow | undefined;
  /** Whether the value evaluated last has the static type `interface {}`. */
  #isInterface = false;

  constructor(set: TemplateSet, run: Run, start: TraceStart | undefined) {
    super();
    this.set = set;
    this.run = run;
    this.start = start;
    this.trace = start?.tracer;
    this.dotShadow = start?.shadow;
    this.control = start?.control;
  }

  abstract executeTemplate(name: string, data: Value): string;
  abstract executeText(name: string, text: string, data: Value): string;

  charge(amount: number): void {
    this.run.charge(amount);
  }

  // Pipelines and operands

  protected pipeline(dot: Value, pipe: PipeNode): Value {
    this.node = pipe;
    this.run.step();
    this.shadow = undefined;
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
        this.setVariable(name, result, false, this.shadow);
      } else {
        this.variables.push({ name, value: result, isInterface: false, shadow: this.shadow });
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
    this.#piped = this.shadow;
    this.shadow = undefined;
    switch (first.kind) {
      case 'field':
        this.node = first;
        this.shadow = this.dotShadow;
        return this.#fieldChain(dot, dot, this.dotIsInterface, first, first.names, 0, args, final);
      case 'chain':
        return this.#chain(dot, first, args, final);
      case 'identifier':
        return this.#function(dot, first, command, args, final);
      case 'pipe':
        this.#notAFunction(args, final);
        return this.pipeline(dot, first);
      case 'variable':
        return this.#variable(dot, first, args, final);
      case 'bool':
        this.node = first;
        this.#notAFunction(args, final);
        return first.value;
      case 'dot':
        this.node = first;
        this.#notAFunction(args, final);
        this.#isInterface = this.dotIsInterface;
        this.shadow = this.dotShadow;
        return dot;
      case 'nil':
        this.node = first;
        this.#notAFunction(args, final);
        return this.fail('nil is not a command');
      case 'number':
        this.node = first;
        this.#notAFunction(args, final);
        return idealConstant(first, this);
      case 'string':
        this.node = first;
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
    this.node = node;
    const variable = this.#findVariable(node.names[0] ?? '');
    this.shadow = variable.shadow;
    if (node.names.length === 1) {
      this.#notAFunction(args, final);
      this.#isInterface = variable.isInterface;
      return variable.value;
    }
    return this.#fieldChain(dot, variable.value, variable.isInterface, node, node.names, 1, args, final);
  }

  #chain(dot: Value, node: ChainNode, args: readonly Operand[], final: Final): Value {
    this.node = node;
    if (node.node.kind === 'nil') {
      return this.fail(`indirection through explicit nil in ${printNode(node)}`);
    }
    const receiver = this.#operand(dot, node.node);
    return this.#fieldChain(dot, receiver, this.#isInterface, node, node.fields, 0, args, final);
  }

  /** An operand on its own, as the start of a chain. */
  #operand(dot: Value, node: Operand): Value {
    this.node = node;
    this.shadow = undefined;
    switch (node.kind) {
      case 'pipe':
        return this.pipeline(dot, node);
      case 'identifier':
        this.#isInterface = false;
        return this.#function(dot, node, node, noArgs, missing);
      case 'chain':
        return this.#chain(dot, node, noArgs, missing);
      case 'variable':
        return this.#variable(dot, node, noArgs, missing);
      case 'field':
        this.shadow = this.dotShadow;
        return this.#fieldChain(dot, dot, this.dotIsInterface, node, node.names, 0, noArgs, missing);
      case 'dot':
        this.#isInterface = this.dotIsInterface;
        this.shadow = this.dotShadow;
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
      if (this.set.missingKey === 'error') {
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
      this.shadow = this.trace?.entry(value, this.shadow ?? this.trace.none, name, found);
      return found === undefined ? this.#missingKey(name, type) : found;
    }
    const method = methodOf(receiver, name) ?? (value === receiver ? undefined : methodOf(value, name));
    if (method !== undefined) {
      return this.#method(dot, receiver, method, node, name, args, final);
    }
    if (value instanceof GoStruct) {
      const field = value.type.fields?.find((candidate) => candidate.name === name);
      if (field !== undefined) {
        if (!isExported(name)) {
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
    switch (this.set.missingKey) {
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
    this.node = node;
    const piped = this.#piped;
    const { name } = node;
    const entry = this.set.func(name);
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
        this.run.expect(name, values);
      }
      const result = this.trace === undefined ? entry.call(values, this) : this.#traced(this.trace, entry, at, values);
      return this.run.returned(result);
    } catch (error) {
      return this.#callFailed(at, name, error);
    }
  }

  #traced(trace: Tracer, entry: FuncEntry, node: Node, args: readonly Value[]): Value {
    const shadows = this.argumentShadows;
    const calls = this.start?.calls;
    const control = this.control ?? trace.none;
    const rule = trace.rule(entry.name);
    const seen = rule?.before?.({ args, shadows, node, calls, control }, trace, this);
    this.written = undefined;
    // What the function executes was called here, not where its last argument stands.
    this.node = node;
    const result = entry.call(args, this);
    const { written } = this;
    this.onWritten = undefined;
    this.shadow = trace.after(entry, { args, shadows, node, calls, control, result, written }, { rule, seen });
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
    const shadow = this.shadow;
    const values = this.#arguments(dot, method, name, args, final, this.#piped);
    if (method.results !== undefined) {
      this.fail(wrongResults(name, method.results));
    }
    this.#isInterface = false;
    try {
      if (receiver instanceof GoPointer && receiver.elem === undefined) {
        checkNilReceiver(receiver, name);
      }
      const result = method.call(receiver, values);
      const trace = this.trace;
      this.shadow = trace?.method(
        { value: receiver, shadow: shadow ?? trace.none },
        { args: values, shadows: this.argumentShadows },
        result,
      );
      return result;
    } catch (error) {
      return this.#callFailed(node, name, error);
    }
  }

  /** What a function threw on purpose becomes an error at its place; anything else is a bug and goes on. */
  #callFailed(at: Node, name: string, error: unknown): never {
    // Where the stack is used up, nothing may be called to find out more.
    if (error instanceof RangeError || (error instanceof TemplateError && error.code === 'limit')) {
      throw error;
    }
    if (error instanceof GoError || error instanceof MethodError || error instanceof EngineError) {
      this.node = at;
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
    const trace = this.trace;
    let decided = trace?.none;
    let value: Value;
    for (let i = 1; i < args.length; i++) {
      value = this.#argument(dot, type, args[i]);
      this.shadow = decided && trace && withFlow(this.shadow ?? trace.none, decided, trace.flows);
      if (isTrue(value) === (name === 'or')) {
        return value;
      }
      decided = trace?.flows.union(decided ?? trace.none, trace.shapeFlow(value, this.shadow ?? trace.none));
    }
    if (final === missing) {
      return value;
    }
    this.shadow = decided && trace && withFlow(piped ?? trace.none, decided, trace.flows);
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
    const trace = this.trace;
    const shadows: Shadow[] | undefined = trace && [];
    for (let i = 0; i < given; i++) {
      const value = this.#argument(dot, fixed[i] ?? variadic ?? reflectType, args[i + 1]);
      if (trace !== undefined) {
        shadows?.push(this.shadow ?? trace.none);
      }
      values[i] = i > 0 && callable === ownFuncs.slice && this.#isInterface ? inInterface : value;
    }
    if (final !== missing) {
      values[given] = checkedArgument(final, fixed[given] ?? variadic ?? reflectType, this);
      if (trace !== undefined) {
        shadows?.push(piped ?? trace.none);
      }
    }
    this.argumentShadows = shadows ?? noShadows;
    this.shadow = undefined;
    this.#isInterface = false;
    return values;
  }

  #argument(dot: Value, type: ParamType, node: Operand | undefined): Value {
    if (node === undefined) {
      return undefined;
    }
    this.node = node;
    this.#isInterface = false;
    this.shadow = undefined;
    switch (node.kind) {
      case 'dot':
        this.#isInterface = this.dotIsInterface;
        this.shadow = this.dotShadow;
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

  // Variables

  #findVariable(name: string): Variable {
    const variables = this.variables;
    for (let i = variables.length - 1; i >= 0; i--) {
      const variable = variables[i];
      if (variable?.name === name) {
        return variable;
      }
    }
    return this.fail(`undefined variable: ${name}`);
  }

  protected setVariable(name: string, value: Value, isInterface: boolean, shadow: Shadow | undefined): void {
    const variable = this.#findVariable(name);
    variable.shadow = shadow;
    variable.value = value;
    variable.isInterface = isInterface;
  }
}

/** What `slice` gets for an index that an interface holds: it does not look inside. */
const inInterface = new GoScalar(interfaceType, '');
const reflectType: ParamType = { name: 'reflect.Value', kind: 'reflect', canBeNil: true };
