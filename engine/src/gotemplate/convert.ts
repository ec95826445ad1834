import {
  type Complex,
  complex128Type,
  duration,
  durationType,
  GoInt,
  GoPointer,
  GoScalar,
  GoStruct,
  typeOf,
  type Value,
} from '../gostd/index.ts';
import type { NumberNode, Operand } from './parse/node.ts';
import { printNode } from './parse/node.ts';
import { isAssignableTo, type ParamType } from './types.ts';

/** Values where a parameter's type is known, and constants where it is not. @see Go 1.26 text/template/exec.go */

/** Ends the run with an error at the node that is evaluated. */
export interface Failing {
  fail(message: string): never;
}

type Literal = Extract<Operand, { kind: 'bool' | 'string' | 'number' }>;

/** A number where nothing says which kind. @see exec.go, idealConstant */
export function idealConstant(node: NumberNode, failing: Failing): Value {
  return node.ideal ?? failing.fail(`${node.text} overflows int`);
}

/** A literal as an argument for a parameter of this type. @see exec.go, evalArg */
export function literalArgument(node: Literal, type: ParamType, failing: Failing): Value {
  switch (type.kind) {
    case 'any':
    case 'reflect':
      return node.kind === 'number' ? idealConstant(node, failing) : node.value;
    case 'bool':
      return node.kind === 'bool' ? node.value : failing.fail(`expected bool; found ${printNode(node)}`);
    case 'string':
      return node.kind === 'string' ? node.value : failing.fail(`expected string; found ${printNode(node)}`);
    case 'int':
      return node.kind === 'number' && node.int !== undefined
        ? integer(type, node.int, node.ideal)
        : failing.fail(`expected integer; found ${printNode(node)}`);
    case 'uint':
      return node.kind === 'number' && node.uint !== undefined
        ? integer(type, node.uint, node.ideal)
        : failing.fail(`expected unsigned integer; found ${printNode(node)}`);
    case 'float':
      return node.kind === 'number' && node.float !== undefined
        ? float(type, node.float)
        : failing.fail(`expected float; found ${printNode(node)}`);
    case 'complex':
      return node.kind === 'number' && node.complex !== undefined
        ? complex(type, node.complex)
        : failing.fail(`expected complex; found ${printNode(node)}`);
    case 'map':
    case 'slice':
    case 'other':
      return failing.fail(`can't handle ${printNode(node)} for arg of type ${type.name}`);
  }
}

/** A value as an argument for a parameter of this type: itself, or what it points to. @see exec.go, validateType */
export function checkedArgument(value: Value, type: ParamType, failing: Failing): Value {
  if (type.kind === 'reflect') {
    return value;
  }
  if (value === undefined) {
    return type.canBeNil ? null : failing.fail(`invalid value; expected ${type.name}`);
  }
  if (type.kind === 'any') {
    return value instanceof GoStruct ? copyOf(value) : value;
  }
  if (value === null) {
    return failing.fail(`wrong type for value; expected ${type.name}; got interface {}`);
  }
  if (isAssignableTo(value, type)) {
    return value;
  }
  if (value instanceof GoPointer) {
    if (value.elem !== undefined && isAssignableTo(value.elem, type)) {
      return value.elem;
    }
    if (value.elem === undefined && value.type.elem?.name === type.name) {
      failing.fail(`dereference of nil pointer of type ${type.name}`);
    }
  }
  return failing.fail(`wrong type for value; expected ${type.name}; got ${typeOf(value).name}`);
}

/** A struct in an interface is a copy that nothing points to, so the methods of its pointers are gone. */
function copyOf(struct: GoStruct): GoStruct {
  const { pointerMethods: _, ...type } = struct.type;
  return struct.type.pointerMethods === undefined ? struct : new GoStruct(type, struct.fields);
}

function complex({ name }: ParamType, value: Complex): Value {
  return new GoScalar(name === 'complex64' ? { kind: 'complex64', name } : complex128Type, value);
}

function float({ name }: ParamType, value: number): Value {
  return name === 'float32' ? new GoScalar({ kind: 'float32', name }, Math.fround(value)) : value;
}

/** Too large a constant wraps around, as reflect's SetInt does. */
function integer({ name }: ParamType, value: bigint, ideal: Value): GoInt {
  switch (name) {
    case 'int8':
      return new GoInt(name, BigInt.asIntN(8, value));
    case 'int16':
      return new GoInt(name, BigInt.asIntN(16, value));
    case 'int32':
      return new GoInt(name, BigInt.asIntN(32, value));
    case 'uint8':
      return new GoInt(name, BigInt.asUintN(8, value));
    case 'uint16':
      return new GoInt(name, BigInt.asUintN(16, value));
    case 'uint32':
      return new GoInt(name, BigInt.asUintN(32, value));
    case 'int64':
    case 'uint':
    case 'uint64':
    case 'uintptr':
      return new GoInt(name, value);
    case durationType.name:
      return duration(value);
    default:
      return ideal instanceof GoInt ? ideal : new GoInt('int', value);
  }
}
