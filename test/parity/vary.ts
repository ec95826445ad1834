import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadValues } from '@fairlead/engine/chart';
import { encodeJson, type GoMap, isList, isMap, newMap, type Value } from '@fairlead/engine/gostd';
import { EngineError } from '@fairlead/engine/support';
import { Chance } from '../support/semverCases.ts';
import type { ParityCase } from './charts.ts';

export interface VaryOptions {
  /** How many values files for each chart. */
  readonly count: number;
  /** Other values for another number. */
  readonly seed: number;
  /** Where the values files are written. */
  readonly folder: string;
}

/** The chart with values that differ from its own here and there: what is off is on, other texts, none at all. */
export async function varyValues({ folder }: ParityCase, options: VaryOptions): Promise<readonly ParityCase[]> {
  const name = createHash('sha256').update(folder).digest('hex');
  const defaults = await defaultsOf(folder);
  const cases: ParityCase[] = [];
  for (let index = 0; index < options.count; index++) {
    const chance = new Chance(Number.parseInt(name.slice(0, 8), 16) + options.seed * options.count + index);
    const valuesFile = path.join(options.folder, `${name.slice(0, 16)}-${String(options.seed)}-${String(index)}.yaml`);
    // The first has all that can be on; the others one change in so many values.
    const changed = changes(
      defaults,
      index === 0 ? { chance, oneIn: undefined } : { chance, oneIn: 2 + 6 * (index % 4) },
    );
    await writeFile(valuesFile, `${encodeJson(changed, { escapeHtml: false })}\n`);
    cases.push({ folder, valuesFile });
  }
  return cases;
}

/** The chart's own values, with those of the charts that lie below it as folders. */
async function defaultsOf(folder: string): Promise<GoMap> {
  const values = newMap();
  const below = await readdir(path.join(folder, 'charts'), { withFileTypes: true }).catch(() => []);
  for (const entry of below.filter((one) => one.isDirectory())) {
    values[entry.name] = await defaultsOf(path.join(folder, 'charts', entry.name));
  }
  const text = await readFile(path.join(folder, 'values.yaml'), 'utf8').catch(() => '');
  return merged(values, readValues(text));
}

function readValues(text: string): GoMap {
  try {
    return loadValues(text);
  } catch (error) {
    if (error instanceof EngineError) {
      return newMap();
    }
    throw error;
  }
}

function merged(below: GoMap, over: GoMap): GoMap {
  for (const [key, value] of Object.entries(over)) {
    const old = below[key];
    below[key] = isMap(old) && isMap(value) ? merged(old, value) : value;
  }
  return below;
}

interface Changes {
  readonly chance: Chance;
  /** One value in so many is another; none: everything that is off is on. */
  readonly oneIn: number | undefined;
}

/** Only what is another than before. */
function changes(values: GoMap, how: Changes): GoMap {
  const result = newMap();
  for (const [key, value] of Object.entries(values)) {
    if (isMap(value) && Object.keys(value).length > 0) {
      const below = changes(value, how);
      if (Object.keys(below).length > 0) {
        result[key] = below;
        continue;
      }
    }
    if (how.oneIn === undefined ? value === false : how.chance.oneIn(how.oneIn * (isMap(value) ? 4 : 1))) {
      result[key] = how.oneIn === undefined ? true : another(value, how.chance);
    }
  }
  return result;
}

const texts = ['', 'x', 'a b: c', '{{ .Release.Name }}', '{{ .Values.nothing.here }}', 'true', '123', 'line\nline\n'];

function another(value: Value, chance: Chance): Value {
  if (chance.oneIn(20)) {
    return chance.pick<Value>([null, 'text', 0, true, [], newMap(), ['x'], newMap([['key', 'value']])]);
  }
  if (typeof value === 'boolean') {
    return !value;
  }
  if (typeof value === 'number') {
    return chance.pick([0, 1, -1, 8080, 1_000_000, 1.5]);
  }
  if (typeof value === 'string' || value === null) {
    return chance.pick(texts);
  }
  if (isList(value)) {
    return chance.pick<Value>([[], ['x'], [...value, ...value], [newMap([['name', 'x']])], [newMap([['host', 'x']])]]);
  }
  return isMap(value)
    ? newMap([
        ['name', 'x'],
        ['key', chance.pick(texts)],
      ])
    : value;
}
