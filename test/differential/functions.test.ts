import { builtinFuncs } from '@fairlead/engine/gotemplate';
import { helmFuncMap } from '@fairlead/engine/render';
import { sprigFuncMap } from '@fairlead/engine/sprig';
import { expect, test } from 'vitest';
import { helmDefinition } from '../fuzz/kinds/helm.ts';
import { expectSame } from '../support/compare.ts';
import { useOracle } from '../support/useOracle.ts';

const oracle = useOracle();

const world = { now: () => 0, randomBytes: (count: number) => new Uint8Array(count), timeZone: 'UTC' };
const ours = {
  sprig: sprigFuncMap(world),
  helm: helmFuncMap(world, { lookup: { get: () => undefined }, missing: new Map(), included: new Map() }),
} as const;
/** A render puts its own in the place of these, and of what it gives them first only the names count. */
const late = ['include', 'tpl', 'required', 'fail', 'lookup', 'getHostByName'];
/** Sprig's that look outside, which Helm takes away or answers itself. */
const outside = ['env', 'expandenv', 'getHostByName'];

test.for([{ funcs: 'sprig' }, { funcs: 'helm' }] as const)(
  '$funcs has these functions, of these types',
  async ({ funcs }) => {
    const answer = await oracle.ask({ op: 'functions', funcs });
    if ('error' in answer) {
      throw new Error(answer.error);
    }
    const want = Object.entries(answer.functions).filter(([name]) => funcs === 'helm' || !outside.includes(name));
    const have = [...ours[funcs]].map(([name, { params, results }]) => [name, signature(params, results)] as const);
    expect(asRecord(have)).toEqual(asRecord(want));
  },
);

test('text/template has these functions', async () => {
  const names = [...builtinFuncs.keys()];
  // All that its documentation lists.
  expect(names.toSorted()).toEqual(
    'and call eq ge gt html index js le len lt ne not or print printf println slice urlquery'.split(' '),
  );
  const answers = await oracle.askAll(
    names.map((name) => ({ op: 'template', text: `{{ if 0 }}{{ ${name} }}{{ end }}` }) as const),
  );
  expect(answers).toEqual(names.map(() => ({ output: '' })));
});

test.for(['env', 'expandenv', 'nofunc', 'toyaml', 'é'])(
  'a call of %s is refused in the words of Helm',
  async (name) => {
    const texts = [
      `{{ ${name} "HOME" }}`,
      `a\n{{ if ${name} }}{{ end }}`,
      `{{ "x" | ${name} }}`,
      `{{ tpl "{{ ${name} }}" . }}`,
    ];
    const cases = texts.map((text) => ({ text, values: {} }));
    const want = await helmDefinition.want(oracle, cases);
    expectSame(texts, cases.map(helmDefinition.have), want);
    expect(want).toEqual(texts.map(() => ({ error: expect.stringContaining('not defined') as unknown })));
  },
);

function signature(params: readonly string[], results: readonly string[]): string {
  return `${params.join(', ')} -> ${results.join(', ')}`.trim();
}

function asRecord(entries: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(entries.map(([name, types]) => [name, late.includes(name) ? 'late' : types]));
}
