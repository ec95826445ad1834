import type { Chart } from '@fairlead/engine/chart';
import { type GoMap, GoInt, isMap } from '@fairlead/engine/gostd';
import { prepareRender, renderChart } from '@fairlead/engine/render';
import { EngineError } from '@fairlead/engine/support';
import type { JsonObject } from '../support/oracleCases.ts';
import { requestFor } from './ours.ts';

/** Gives values that differ from those of every other number, as an edit of the user's would. */
export type Change = (run: number) => JsonObject;

/** Leaves that are tried, from the first value on. */
const maxTries = 40;

/**
 * A value of the chart that shows in its texts and may be anything, so that each run renders something else but no
 * more and no less. Where none is found: a value that no template reads. Undefined where the chart does not render.
 */
export function findChange(chart: Chart): Change | undefined {
  const plain = sizeOf(chart, {});
  if (plain === undefined) {
    return undefined;
  }
  const { values } = prepareRender(requestFor(chart, {}));
  for (const change of [...leavesOf(values, [])].slice(0, maxTries)) {
    const [one, other] = [sizeOf(chart, change(1)), sizeOf(chart, change(2))];
    if (one !== undefined && other !== undefined && one.text !== other.text && isClose(one, plain)) {
      return change;
    }
  }
  return (run) => ({ fairleadBench: run });
}

interface Size {
  readonly text: string;
  readonly files: number;
}

function isClose(one: Size, plain: Size): boolean {
  return one.files === plain.files && Math.abs(one.text.length / plain.text.length - 1) < 0.1;
}

/** What a chart renders to, less files without text. */
function sizeOf(chart: Chart, values: JsonObject): Size | undefined {
  try {
    const texts = [...renderChart(requestFor(chart, values)).files.values()].filter((text) => text.trim() !== '');
    return { text: texts.join('\n'), files: texts.length };
  } catch (error) {
    if (error instanceof EngineError) {
      return undefined;
    }
    throw error;
  }
}

function* leavesOf(map: GoMap, path: readonly string[]): Generator<Change> {
  for (const [key, value] of Object.entries(map)) {
    const here = [...path, key];
    if (isMap(value)) {
      yield* leavesOf(value, here);
    } else if (typeof value === 'string' && value !== '') {
      yield (run) => nested(here, `${value}${String(run)}`);
    } else if (value instanceof GoInt) {
      yield (run) => nested(here, Number(value.value) + run);
    } else if (typeof value === 'number') {
      yield (run) => nested(here, value + run);
    }
  }
}

function nested(path: readonly string[], value: string | number): JsonObject {
  const [key = '', ...rest] = path;
  return { [key]: rest.length === 0 ? value : nested(rest, value) };
}
