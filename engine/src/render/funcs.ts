/** The functions that Helm adds to Sprig's. @see helm v4.3.1 pkg/engine/funcs.go and engine.go */
import {
  cycleError,
  decodeJson,
  encodeJson,
  GoSlice,
  isList,
  isMap,
  JsonError,
  jsonKind,
  newMap,
  newNilMap,
  quote,
  replaceAll,
  sliceOfInterface,
  type Value,
} from '../gostd/index.ts';
import {
  type CallContext,
  type FuncEntry,
  type FuncMap,
  GoError,
  LimitError,
  TemplateError,
} from '../gotemplate/index.ts';
import { controls, define, sprigFuncMap, textOf } from '../sprig/index.ts';
import { limits, messageOf } from '../support/index.ts';
import { decode, decodeMap, encode, encodePretty, YamlError } from '../yaml/index.ts';
import { durationFuncs } from './durations.ts';
import { wrapFailure } from './errorText.ts';
import { lookupText } from './lookupText.ts';
import { decodeToml, encodeToml } from './toml.ts';
import type { LookupKey, RenderFunctions, RenderState, RenderWorld } from './types.ts';

/** All functions of Helm's templates. */
export function helmFuncMap(world: RenderWorld, state: RenderState): FuncMap {
  const funcs = new Map(
    sprigFuncMap({
      now: () => world.now(),
      uptime: () => world.uptime?.(),
      randomBytes: (count) => world.randomBytes(count),
      timeZone: world.timeZone,
    }),
  );
  for (const entry of [...ownFuncs, ...stateFuncs(state), ...durationFuncs]) {
    funcs.set(entry.name, entry);
  }
  return funcs;
}

/** The functions, made once for many renders, one after the other: making them takes as long as a small chart. */
export class HelmFunctions implements RenderFunctions {
  #now: { readonly world: RenderWorld; readonly state: RenderState } | undefined;
  #made: { readonly funcs: FuncMap; readonly timeZone: string } | undefined;

  /** For the render that goes by this world and this state; what was given before then goes by them too. */
  for(world: RenderWorld, state: RenderState): FuncMap {
    this.#now = { world, state };
    if (this.#made?.timeZone !== world.timeZone) {
      this.#made = { funcs: this.#make(world.timeZone), timeZone: world.timeZone };
    }
    return this.#made.funcs;
  }

  #make(timeZone: string): FuncMap {
    const current = (): { readonly world: RenderWorld; readonly state: RenderState } => {
      if (this.#now === undefined) {
        throw new Error('the functions were asked for before a render');
      }
      return this.#now;
    };
    return helmFuncMap(
      {
        now: () => current().world.now(),
        uptime: () => current().world.uptime?.(),
        randomBytes: (count) => current().world.randomBytes(count),
        timeZone,
      },
      {
        get lookup() {
          return current().state.lookup;
        },
        get missing() {
          return current().state.missing;
        },
        get included() {
          return current().state.included;
        },
      },
    );
  }
}

function stateFuncs(state: RenderState): FuncEntry[] {
  return [
    define(
      'include',
      'string, interface {} -> string, error',
      'Runs a named template and gives back its text, which `template` cannot.',
      ([name, data], context) => include(textOf(name), data, { context, state }),
      { kind: 'indexes', data: [1] },
    ),
    define(
      'lookup',
      'string, string, string, string -> map[string]interface {}, error',
      'Gives back an object of the cluster, or a list of objects when no name is given; an empty map when there is none.',
      ([apiVersion, kind, namespace, name]) =>
        lookUp(state, {
          apiVersion: textOf(apiVersion),
          kind: textOf(kind),
          namespace: textOf(namespace),
          name: textOf(name),
        }),
      controls,
    ),
  ];
}

/** @see helm v4.3.1 pkg/engine/engine.go, includeFun */
function include(
  name: string,
  data: Value,
  { context, state }: { readonly context: CallContext; readonly state: RenderState },
): string {
  const times = state.included.get(name) ?? 0;
  if (times > limits.maxIncludes) {
    throw new GoError(`rendering template has a nested reference name: ${name}: unable to execute template`);
  }
  state.included.set(name, times + 1);
  const text = context.executeTemplate(name, data);
  state.included.set(name, times);
  return text;
}

function lookUp({ lookup, missing }: RenderState, key: LookupKey): Value {
  const found = lookup.get(key);
  if (found === undefined) {
    missing.set(lookupText(key), key);
    return newMap();
  }
  return found;
}

/** @see helm v4.3.1 pkg/engine/engine.go, tplFun */
function runText(text: string, data: Value, context: CallContext): string {
  try {
    return withoutNoValue(context.executeText(rootTemplate, text, data));
  } catch (error) {
    if (error instanceof TemplateError && error.code !== 'limit') {
      const what = error.code === 'parse' ? 'cannot parse template' : 'error during tpl function execution for';
      throw new GoError(`${what} ${quote(text)}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

/** Name of the set's root, by which errors in `tpl` texts are known. */
const rootTemplate = 'gotpl';

/** What Go prints for a missing value is nothing to Helm, wherever it stands in the text. */
export function withoutNoValue(text: string): string {
  return text.includes('<no value>') ? replaceAll(text, '<no value>', '') : text;
}

const ownFuncs: readonly FuncEntry[] = [
  define(
    'tpl',
    'string, interface {} -> string, error',
    'Runs a text as a template over the given data.',
    ([text, data], context) => runText(textOf(text), data, context),
  ),
  define(
    'required',
    'string, interface {} -> interface {}, error',
    'Gives back the value, or fails with the message when it is null or an empty string.',
    ([message, value]) => {
      if (value === null || value === undefined || value === '') {
        throw new GoError(wrapFailure(textOf(message)));
      }
      return value;
    },
    { kind: 'indexes', data: [1] },
  ),
  define('fail', 'string -> string, error', 'Fails the render with this message.', ([message]) => {
    throw new GoError(wrapFailure(textOf(message)));
  }),
  define(
    'getHostByName',
    'string -> string',
    'Gives back nothing: Helm asks no name server by default.',
    () => '',
    controls,
  ),
  define(
    'toYaml',
    'interface {} -> string',
    'Writes a value as YAML, or nothing when it cannot be written.',
    ([value], context) => orEmpty(() => toYaml(value, context)),
  ),
  define('mustToYaml', 'interface {} -> string', 'Writes a value as YAML, or fails.', ([value], context) =>
    orFail(() => toYaml(value, context)),
  ),
  define(
    'toYamlPretty',
    'interface {} -> string',
    'Writes a value as YAML with lists indented.',
    ([value], { onWritten }) => orEmpty(() => trimLastLine(encodePretty(value, { onWritten }))),
  ),
  define(
    'fromYaml',
    'string -> map[string]interface {}',
    'Reads a YAML map; when it cannot be read, the key Error says why.',
    ([text]) => orErrorMap(() => decodeMap(textOf(text))),
  ),
  define(
    'fromYamlArray',
    'string -> []interface {}',
    'Reads a YAML list; when it cannot be read, its only item says why.',
    ([text]) =>
      orErrorList(() => listFrom(decode(textOf(text)) ?? [], 'error unmarshaling JSON: while decoding JSON: ')),
  ),
  define(
    'toJson',
    'interface {} -> string',
    'Writes a value as JSON, or nothing when it cannot be written.',
    ([value]) => orEmpty(() => encodeJson(value, { escapeHtml: true })),
  ),
  define('mustToJson', 'interface {} -> string', 'Writes a value as JSON, or fails.', ([value]) =>
    orFail(() => encodeJson(value, { escapeHtml: true })),
  ),
  define(
    'fromJson',
    'string -> map[string]interface {}',
    'Reads a JSON object; when it cannot be read, the key Error says why.',
    ([text]) => mapFromJson(textOf(text)),
  ),
  define(
    'fromJsonArray',
    'string -> []interface {}',
    'Reads a JSON list; when it cannot be read, its only item says why.',
    ([text]) => listFromJson(textOf(text)),
  ),
  define('toToml', 'interface {} -> string', 'Writes a value as TOML, or why it cannot be written.', ([value]) => {
    try {
      return encodeToml(value);
    } catch (error) {
      if (error instanceof GoError && value !== null && value !== undefined) {
        return error.message;
      }
      throw error;
    }
  }),
  define('mustToToml', 'interface {} -> string', 'Writes a value as TOML, or fails.', ([value]) => encodeToml(value)),
  define(
    'fromToml',
    'string -> map[string]interface {}',
    'Reads a TOML text; when it cannot be read, the key Error says why.',
    ([text]) => orErrorMap(() => decodeToml(textOf(text))),
  ),
];

function toYaml(value: Value, { onWritten }: CallContext): string {
  try {
    return trimLastLine(encode(value, { onWritten }));
  } catch (error) {
    const cycle = error instanceof YamlError && error.code === 'too-deep' ? cycleError(value) : undefined;
    throw cycle === undefined ? error : new GoError(`error marshaling into JSON: ${cycle.message}`, { cause: error });
  }
}

function trimLastLine(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

function orEmpty(write: () => string): string {
  try {
    return write();
  } catch (error) {
    // What cannot be written is an empty text to Helm's functions, whatever the reason.
    failFurther(error);
    return '';
  }
}

/** What no function of Helm's makes its own: panics, bugs, a stack that is used up, and depth that Helm has no trouble with. */
function failFurther(error: unknown): void {
  if (error instanceof RangeError || error instanceof TypeError) {
    throw error;
  }
  if (error instanceof YamlError && error.code === 'too-deep') {
    throw new LimitError(error.message, { cause: error });
  }
  if (error instanceof YamlError && error.code === 'unsupported') {
    throw new GoError(error.message, { cause: error });
  }
}

function orFail(write: () => string): string {
  try {
    return write();
  } catch (error) {
    failFurther(error);
    throw new GoError(messageOf(error));
  }
}

function orErrorMap(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    failFurther(error);
    return newMap([['Error', messageOf(error)]]);
  }
}

function orErrorList(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    failFurther(error);
    return [messageOf(error)];
  }
}

const badNumber = 'json: cannot unmarshal number';

/** What could be read stays beside the error. @see helm v4.3.1 pkg/engine/funcs.go, fromJSON */
function mapFromJson(text: string): Value {
  const type = 'map[string]interface {}';
  const { value, error } = unmarshal(text);
  const problem = error ?? (value === null || isMap(value) ? undefined : unfit(value, type));
  if (problem === undefined) {
    return value === null ? newNilMap() : value;
  }
  const isBadNumber = problem.startsWith(badNumber);
  // A number that is out of range is told of only where it stands in a map.
  const map = newMap(isMap(value) ? Object.entries(value) : []);
  map['Error'] = isBadNumber && !isMap(value) ? unfit(value ?? 0, type) : problem;
  return map;
}

/** @see helm v4.3.1 pkg/engine/funcs.go, fromJSONArray */
function listFromJson(text: string): Value {
  const { value, error } = unmarshal(text);
  const isBadNumber = error?.startsWith(badNumber) === true;
  if (error !== undefined && !(isBadNumber && !isList(value))) {
    return [error];
  }
  return orErrorList(() => listFrom(isBadNumber ? (value ?? 0) : value, ''));
}

/** A JSON text, and what is wrong with it where not all of it could be read. */
function unmarshal(text: string): { readonly value: Value; readonly error?: string } {
  try {
    return { value: decodeJson(text) };
  } catch (error) {
    if (error instanceof JsonError) {
      return { value: error.value, error: error.message };
    }
    throw error;
  }
}

function listFrom(value: Value, prefix: string): Value {
  if (value === null) {
    return new GoSlice(sliceOfInterface, [], true);
  }
  if (isList(value)) {
    return value;
  }
  throw new GoError(prefix + unfit(value, '[]interface {}'));
}

function unfit(value: Value, target: string): string {
  return `json: cannot unmarshal ${jsonKind(value)} into Go value of type ${target}`;
}
