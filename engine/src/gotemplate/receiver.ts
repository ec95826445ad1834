import { type GoMethod, GoPointer, typeOf, type Value } from '../gostd/index.ts';
import { GoError } from './func.ts';

/** What a pointer points to, however deep. A nil pointer stays. @see Go 1.26 text/template/exec.go, indirect */
export function indirect(value: Value): Value {
  let current = value;
  while (current instanceof GoPointer && current.elem !== undefined) {
    current = current.elem;
  }
  return current;
}

/** A method that `.NAME` finds: of the type itself, or of a pointer to it. */
export function methodOf(value: Value, name: string): GoMethod | undefined {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const type = typeOf(value);
  return type.methods?.get(name) ?? type.pointerMethods?.get(name);
}

/** Whether a pointer prints itself, so that nobody looks at what it points to. */
export function hasTextMethod(value: GoPointer): boolean {
  return value.type.methods?.has('String') === true || value.type.methods?.has('Error') === true;
}

/**
 * A method of the type itself cannot be called where only a nil pointer to it is there.
 *
 * @throws GoError
 */
export function checkNilReceiver({ type: { elem } }: GoPointer, name: string): void {
  if (elem?.methods?.has(name) === true) {
    const ownName = elem.name.slice(elem.name.lastIndexOf('.') + 1);
    throw new GoError(`value method ${elem.name}.${name} called using nil *${ownName} pointer`);
  }
}

/** The type that errors about a receiver name: the static one where an interface holds it. */
export function typeName(receiver: Value, isInterface: boolean): string {
  return isInterface ? 'interface {}' : typeOf(receiver).name;
}

/** Why no template can call a method with these results. @see Go 1.26 text/template/funcs.go, goodFunc */
export function wrongResults(name: string, results: readonly string[]): string {
  const [, second] = results;
  return results.length === 2 && second !== undefined
    ? `invalid function signature for ${name}: second return value should be error; is ${second}`
    : `function ${name} has ${results.length} return values; should be 1 or 2`;
}
