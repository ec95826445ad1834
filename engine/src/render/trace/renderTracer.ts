import type { Chart } from '../../chart/index.ts';
import { type GoMap, isMap, type Value } from '../../gostd/index.ts';
import {
  type Flow,
  type Flows,
  isContainer,
  Rope,
  RopeBuilder,
  RopeReader,
  Segment,
  Tracer,
  type ValuePath,
} from '../../gotemplate/index.ts';
import { flowRules } from './rules.ts';
import { tablesOf } from './tables.ts';
import type { RenderTrace } from './trace.ts';

/** Traces the templates of one render. */
export class RenderTracer {
  readonly tracer: Tracer;
  readonly #ropes = new Map<string, Rope>();
  /** What switches the charts below a chart, by where its values are. */
  readonly #switchesBelow = new Map<string, Flow>();

  /** @param flows those of renders of the same chart before */
  constructor(flows: Flows) {
    this.tracer = new Tracer(flowRules, flows);
  }

  /** The values of the root chart. */
  addValues(values: GoMap): void {
    this.tracer.addValues(values, this.tracer.flows.root, values);
  }

  /** What a chart below sees of them: the table at a path, by another name. */
  addValuesBelow(view: Value, keys: readonly string[], values: GoMap): void {
    if (isMap(view)) {
      const table = keys.reduce<Value>((map, key) => (isMap(map) ? map[key] : undefined), values);
      this.tracer.addValues(view, this.path(keys), isMap(table) ? table : view);
    }
  }

  path(keys: readonly (string | number)[]): ValuePath {
    const { flows } = this.tracer;
    return keys.reduce((path: ValuePath, key) => flows.child(path, key), flows.root);
  }

  /** What decided that a chart's templates are rendered, all charts above it included. */
  switches(chart: Chart, keys: readonly string[]): Flow {
    const { flows } = this.tracer;
    let flow = flows.none;
    let below = chart;
    for (let depth = keys.length - 1; depth >= 0 && below.parent !== undefined; depth--) {
      const above = below.parent;
      for (const path of switchesOf(above, below, keys.slice(0, depth))) {
        flow = flows.union(flow, flows.of(this.path(path), 'control'));
      }
      below = above;
    }
    return flow;
  }

  /** What a chart's templates see of the charts below it, `.Subcharts` and `.Chart.Dependencies`, hangs on switches. */
  addDependencies(data: GoMap, keys: readonly string[]): void {
    const flow = this.#switchesBelow.get(keys.join('\0'));
    const { Chart: chart, Subcharts: below } = data;
    for (const value of [below, isMap(chart) ? chart['Dependencies'] : undefined]) {
      if (flow !== undefined && isContainer(value)) {
        this.tracer.open(value).whole = flow;
      }
    }
  }

  /** Says what dependencies read, those included that are switched off. */
  readDependencies(chart: Chart, keys: readonly string[] = []): void {
    const { flows } = this.tracer;
    let all = flows.none;
    for (const { condition, tags, importValues, name, alias } of chart.metadata.dependencies ?? []) {
      for (const path of [...conditionPaths(condition, keys), ...tags.map((tag) => ['tags', tag])]) {
        this.path(path).read = 'whole';
        all = flows.union(all, flows.of(this.path(path), 'control'));
      }
      for (const imported of importValues) {
        const child = importedPath(imported);
        if (child !== undefined) {
          this.path([...keys, alias === '' ? name : alias, ...child]).read = 'whole';
        }
      }
    }
    this.#switchesBelow.set(keys.join('\0'), all);
    for (const below of chart.dependencies) {
      this.readDependencies(below, [...keys, below.metadata.name]);
    }
  }

  /** Keeps who wrote a file, less what Helm takes out of its text. */
  addFile(name: string, text: string, rope: Rope | undefined): void {
    if (rope !== undefined) {
      const fitting = rope.length === text.length ? rope : wholeRope(rope, text, this.tracer);
      this.#ropes.set(name, withoutText(fitting, text, '<no value>'));
    }
  }

  result({ charts, named }: Pick<RenderTrace, 'charts' | 'named'>): RenderTrace {
    return { ...tablesOf(this.#ropes, this.tracer), charts, named };
  }
}

/** What switches a chart on and off. */
function switchesOf(above: Chart, below: Chart, keys: readonly string[]): (readonly string[])[] {
  return (above.metadata.dependencies ?? [])
    .filter(({ name }) => name === below.metadata.name)
    .flatMap(({ condition, tags }) => [...conditionPaths(condition, keys), ...tags.map((tag) => ['tags', tag])]);
}

function conditionPaths(condition: string, keys: readonly string[]): (readonly string[])[] {
  return condition
    .trim()
    .split(',')
    .filter((path) => path !== '')
    .map((path) => [...keys, ...path.split('.')]);
}

function importedPath(item: Value): readonly string[] | undefined {
  if (typeof item === 'string') {
    return ['exports', ...item.split('.')];
  }
  const child = isMap(item) ? item['child'] : undefined;
  return typeof child === 'string' ? child.split('.') : undefined;
}

/** One piece for a text whose pieces do not fit: bytes of several that are one character together. */
function wholeRope(rope: Rope, { length }: string, { flows }: Tracer): Rope {
  const [first] = rope.segments;
  return new Rope(first === undefined ? [] : [new Segment(length, first.offset, first, rope.flow(flows))], length);
}

/** The rope of a text less every occurrence of a part. */
function withoutText(rope: Rope, text: string, part: string): Rope {
  let at = text.indexOf(part);
  if (at < 0) {
    return rope;
  }
  const into = new RopeBuilder();
  const reader = new RopeReader(rope);
  for (let done = 0; at >= 0; done = at + part.length, at = text.indexOf(part, done)) {
    reader.take(at - done, into);
    reader.skip(part.length, into);
  }
  reader.rest(into);
  return into.rope();
}
