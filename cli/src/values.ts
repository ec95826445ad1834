import { ChartError, loadValues, mergeMaps, parseStrvals, type StrvalsMode } from '@fairlead/engine/chart';
import { decodeJson, fromBytes, type GoMap, isMap, JsonError, newMap, trimSpace } from '@fairlead/engine/gostd';
import { messageOf, type Origins } from '@fairlead/engine/support';
import { readInputFile, refuseUrl } from './helm/file.ts';

/** Values as Helm's command line takes them; each list in the order it was given. */
export interface ValueOptions {
  readonly values: readonly string[];
  readonly setJson: readonly string[];
  readonly set: readonly string[];
  readonly setString: readonly string[];
  readonly setFile: readonly string[];
  readonly setLiteral: readonly string[];
}

export interface ValueSources {
  readonly cwd: string;
  /** For files named `-`. */
  readonly readStdin: () => Promise<string>;
  /** Where it is kept what each value was read from; absent when nobody asks. */
  readonly origins?: Origins;
}

/**
 * The values that all options together make: files first, then each kind of `--set` in Helm's order.
 *
 * @throws ChartError, or InputFileError, with Helm's message
 * @see helm v4.3.1 pkg/cli/values/options.go, MergeValues
 */
export async function valuesFromOptions(options: ValueOptions, sources: ValueSources): Promise<GoMap> {
  const { origins } = sources;
  let values = newMap();
  for (const file of options.values) {
    values = mergeMaps(values, readValues(await readText(file, sources), file, origins), origins);
  }
  const set = (text: string, mode: StrvalsMode, option: string): void => {
    values = setAll(values, text, { mode, option, origins });
  };
  for (const json of options.setJson) {
    if (trimSpace(json).startsWith('{')) {
      values = mergeMaps(values, readJson(json), origins);
    } else {
      set(json, 'json', '--set-json');
    }
  }
  for (const text of options.set) {
    set(text, 'typed', '--set');
  }
  for (const text of options.setString) {
    set(text, 'string', '--set-string');
  }
  for (const text of options.setFile) {
    const contents = await readNamedFiles(text, sources);
    set(text, (name) => contents.get(name) ?? '', '--set-file');
  }
  for (const text of options.setLiteral) {
    set(text, 'literal', '--set-literal');
  }
  return values;
}

interface SetRules {
  readonly mode: StrvalsMode;
  readonly option: string;
  readonly origins?: Origins | undefined;
}

/** Changes `values`, and gives them back. */
function setAll(values: GoMap, text: string, { mode, option, origins }: SetRules): GoMap {
  try {
    parseStrvals(text, values, {
      mode,
      ...(origins && { origins: { of: origins, origin: { kind: 'flag', flag: option } } }),
    });
  } catch (error) {
    if (error instanceof ChartError) {
      const why = mode === 'json' ? ` ${text}` : `: ${error.message}`;
      throw new ChartError('strvals', `failed parsing ${option} data${why}`, { cause: error });
    }
    throw error;
  }
  return values;
}

/** Every file that a `--set-file` names: found by a first reading that sets nothing, and tells of no mistakes. */
async function readNamedFiles(text: string, sources: ValueSources): Promise<ReadonlyMap<string, string>> {
  const names: string[] = [];
  const collect = (name: string): string => {
    names.push(name);
    return '';
  };
  try {
    parseStrvals(text, newMap(), { mode: collect });
  } catch (error) {
    if (!(error instanceof ChartError)) {
      throw error;
    }
  }
  const contents = new Map<string, string>();
  for (const name of names) {
    try {
      contents.set(name, await readText(name, sources));
    } catch (error) {
      throw new ChartError('strvals', `failed parsing --set-file data: ${messageOf(error)}`, { cause: error });
    }
  }
  return contents;
}

function readValues(text: string, file: string, origins: Origins | undefined): GoMap {
  try {
    return loadValues(
      text,
      origins && { origins, at: (position) => ({ kind: 'user', layer: '--values', file, position }) },
    );
  } catch (error) {
    throw new ChartError('values', `failed to parse ${file}: ${messageOf(error)}`, { cause: error });
  }
}

function readJson(json: string): GoMap {
  try {
    const value = decodeJson(trimSpace(json));
    if (isMap(value)) {
      return value;
    }
  } catch (error) {
    if (!(error instanceof JsonError)) {
      throw error;
    }
  }
  throw new ChartError('strvals', `failed parsing --set-json data JSON: ${json}`);
}

async function readText(file: string, { cwd, readStdin }: ValueSources): Promise<string> {
  if (trimSpace(file) === '-') {
    return readStdin();
  }
  refuseUrl(file);
  return fromBytes(readInputFile(file, cwd));
}
