import { GoPointer, GoSlice, GoStruct, isList, isMap, itemsOf, type Value } from '../gostd/index.ts';
import { LimitError } from './func.ts';

/**
 * Functions that could use up time or memory within one call, where no count of steps and bytes is asked in between:
 * what they are given is looked at before they are called.
 */

/**
 * What a function may cost beyond what it gives back.
 * - `walker`: walks through all that its arguments hold. A value may hold another many times over, or itself, so that
 *   there is no end to it; Go runs out of memory or stack then, which ends the program
 * - `key-walker`: as a walker, of every other argument
 * - `cycle-finder`: as a walker, with words of its own for a value that holds itself
 * - `joiner`: makes one list of many
 * - `splitter`: makes a map with a key for each part of a text
 * - `slow`: each call takes long, whatever it is given
 */
type Cost = 'walker' | 'key-walker' | 'cycle-finder' | 'joiner' | 'splitter' | 'slow';

const functions: Readonly<Record<Cost, string>> = {
  // Those that compare quote in their errors what they do not take.
  walker: `print println printf html js urlquery quote squote cat toString toStrings join sortAlpha toDecimal eq ne
    deepCopy mustDeepCopy merge mustMerge mergeOverwrite mustMergeOverwrite
    deepEqual has mustHas uniq mustUniq without mustWithout toYamlPretty toToml mustToToml`,
  'key-walker': 'dict',
  'cycle-finder': `toYaml mustToYaml toJson mustToJson toPrettyJson mustToPrettyJson toRawJson mustToRawJson`,
  joiner: 'concat',
  splitter: 'split splitn',
  slow: `bcrypt htpasswd derivePassword genPrivateKey genCA genCAWithKey genSelfSignedCert genSelfSignedCertWithKey
    genSignedCert genSignedCertWithKey`,
};

/** What functions may cost beyond what they give back; absent: nothing. */
export const costs: ReadonlyMap<string, Cost> = new Map(
  Object.entries(functions).flatMap(([cost, names]) =>
    // Object.entries forgets the type of its keys.
    names.split(/\s+/).map((name) => [name, cost as Cost] as const),
  ),
);

/** What a key of a map takes in memory for each character that is split, about. */
const bytesPerPart = 64;
/** What a value takes in memory beside its text, about. */
const bytesPerValue = 16;
/** Values this deep may hold themselves. */
const suspiciousDepth = 1_000;

/** Refuses what a function would walk through without end, or make too much of. @throws LimitError */
export function checkWeight(name: string, args: readonly Value[], maxBytes: number): void {
  const cost = costs.get(name);
  if (cost === 'joiner') {
    const count = args.reduce<number>((sum, list) => sum + (itemsOf(list)?.length ?? 0), 0);
    if (count * bytesPerValue > maxBytes) {
      throw new LimitError(`${name} is given lists of more than ${maxBytes} bytes`);
    }
  } else if (cost === 'splitter') {
    const length = args.reduce<number>((sum, text) => sum + (typeof text === 'string' ? text.length : 0), 0);
    if (length * bytesPerPart > maxBytes) {
      throw new LimitError(`${name} is given a text that may have too many parts, ${length} characters`);
    }
  } else if (cost === 'walker' || cost === 'key-walker' || cost === 'cycle-finder') {
    const stride = cost === 'key-walker' ? 2 : 1;
    for (let i = 0; i < args.length; i += stride) {
      const arg = args[i];
      if (typeof arg === 'object' && arg !== null) {
        const end = weigh(arg, { bytes: 0, maxBytes, path: new Set() }, 0);
        if (end === 'too-large') {
          throw new LimitError(`${name} is given a value of more than ${maxBytes} bytes, all that it holds counted`);
        }
        if (end === 'cycle' && cost !== 'cycle-finder') {
          throw new LimitError(`${name} is given a value that holds itself`);
        }
      }
    }
  }
}

interface Walk {
  bytes: number;
  readonly maxBytes: number;
  /** Deep values that the one at hand is in. */
  readonly path: Set<Value>;
}

function weigh(value: Value, walk: Walk, depth: number): 'too-large' | 'cycle' | undefined {
  walk.bytes += bytesPerValue;
  if (typeof value === 'string') {
    walk.bytes += value.length;
  }
  if (walk.bytes > walk.maxBytes) {
    return 'too-large';
  }
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const parts = partsOf(value);
  if (parts === undefined) {
    return undefined;
  }
  if (depth > suspiciousDepth) {
    if (walk.path.has(value)) {
      return 'cycle';
    }
    walk.path.add(value);
  }
  for (const part of parts) {
    const end = weigh(part, walk, depth + 1);
    if (end !== undefined) {
      return end;
    }
  }
  walk.path.delete(value);
  return undefined;
}

function partsOf(value: Value): readonly Value[] | undefined {
  if (isMap(value)) {
    return Object.values(value);
  }
  if (isList(value)) {
    return value;
  }
  if (value instanceof GoSlice) {
    // Bytes are made when somebody looks at them, and a file has many.
    return value.type.elem?.kind === 'uint8' ? undefined : value.items;
  }
  if (value instanceof GoStruct) {
    return Object.values(value.fields);
  }
  return value instanceof GoPointer && value.elem !== undefined ? [value.elem] : undefined;
}
