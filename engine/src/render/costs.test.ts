import { expect, test } from 'vitest';
import { chartOf, requestOf } from '../../../test/support/renderRequests.ts';
import { builtinFuncs, costs } from '../gotemplate/index.ts';
import { mustName } from '../sprig/index.ts';
import { helmFuncMap, RenderError, renderChart } from './index.ts';

// What is said of the cost of functions, held to the functions that there are.

let looks = 0;
/** Time goes on with each look at it: what never ends takes too long. */
const world = { now: () => looks++, randomBytes: (count: number) => new Uint8Array(count), timeZone: 'UTC' };
const lookup = { get: () => undefined };
const names = [
  ...builtinFuncs.keys(),
  ...helmFuncMap(world, { lookup, missing: new Map(), included: new Map() }).keys(),
];

test('every function with a cost is one that there is', () => {
  expect([...costs.keys()].filter((name) => !names.includes(name))).toEqual([]);
});

test('a function and its must… have the same cost', () => {
  const pairs = names.filter((name) => names.includes(mustName(name)));
  expect(pairs).toContain('toJson');
  expect(pairs.filter((name) => costs.get(name) !== costs.get(mustName(name)))).toEqual([]);
});

/** Calls with a map `$m` or a list `$l` that hold themselves. */
const calls = [
  '$m',
  '$l',
  '$m $m',
  '$l $l',
  '"a" $m',
  '"a" $l',
  '1 $l',
  '$m $l',
  '$m "a" $m',
  '"a" $m $m',
  '"a" "b" $m',
  '"a" $l $m',
];
const cycles = `{{ $m := dict "b" "x" }}{{ $_ := set $m "a" $m }}{{ $l := list $m "x" }}{{ $_ := set $m "l" $l }}`;

test.for(names)('%s has an end or says why not, given values that hold themselves', (name) => {
  for (const call of calls) {
    const template = `${cycles}{{ $r := ${name} ${call} }}`;
    try {
      renderChart(requestOf(chartOf(template), { world, limits: { maxBytes: 1_000_000, maxMs: 100 } }));
    } catch (error) {
      expect(error).toBeInstanceOf(RenderError);
      // It did not take all of the stack or the time.
      expect(String(error)).not.toMatch(/too deep|takes longer/);
    }
  }
});
