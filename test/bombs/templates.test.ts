/** Charts that would take all time, memory or stack: each ends in a coded error, and the next render works. */
import { afterAll, describe, expect, test } from 'vitest';
import type { Chart } from '../../engine/src/chart/index.ts';
import { RenderWorker } from '../../engine/src/node/index.ts';
import { RenderError, type RenderRequest } from '../../engine/src/render/index.ts';
import { chartOf, requestOf } from '../support/renderRequests.ts';
import { useRenderWorker } from '../support/useRenderWorker.ts';

const { signal } = new AbortController();
const limits = { maxBytes: 4_000_000, maxMs: 500 };
const patient = { timeout: 60_000 };
const worker = new RenderWorker({ path: useRenderWorker(), maxMemoryMb: 300 });
afterAll(() => worker.close());

/** How a render ends, and whether the one after it is what it should be. */
async function endOf(chart: Chart, more: Partial<RenderRequest> = {}): Promise<string> {
  let end: string;
  try {
    const { files } = await worker.render(requestOf(chart, { limits, ...more }), { signal });
    end = `rendered: ${[...files.values()].join('')}`;
  } catch (error) {
    if (!(error instanceof RenderError)) {
      throw error;
    }
    end = `${error.code}: ${error.message}`;
  }
  const { files } = await worker.render(requestOf(chartOf('fine')), { signal });
  expect([...files.values()]).toEqual(['fine']);
  return end;
}

interface Bomb {
  readonly name: string;
  readonly template: string;
  /** Milliseconds that it may take; absent: those of `limits`. */
  readonly maxMs?: number;
  /** What the end must hold. */
  readonly want: RegExp;
}

const stopped = /^limit: rendering stopped (?:at|in) demo\/templates\/a\.yaml/;
const outOfBytes =
  /^limit: rendering stopped at demo\/templates\/a\.yaml:1:\d+: more than 4000000 bytes are written or made$/;
const tooLong =
  /^limit: rendering stopped at demo\/templates\/a\.yaml:1:\d+: a text or list of more than 1000000 bytes is made$/;
const outOfTime =
  /^limit: rendering stopped (?:at|in) demo\/templates\/a\.yaml(?::1:\d+)?: it takes longer than 500 ms$/;

/** `$x` over and over again put through an expression. */
function growing(expression: string): string {
  return `{{ $x := "x" }}{{ range 100 }}{{ $x = ${expression} }}{{ end }}{{ len $x }}`;
}

describe('templates without end', () => {
  const cases: Bomb[] = [
    {
      name: 'include',
      template: '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
      maxMs: 20_000,
      want: /^execute: .*rendering template has a nested reference name: a: unable to execute template$/,
    },
    {
      name: 'include by turns',
      template:
        '{{ define "a" }}{{ include "b" . }}{{ end }}{{ define "b" }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
      maxMs: 20_000,
      want: /rendering template has a nested reference name: a: unable to execute template$/,
    },
    {
      name: 'template',
      template: '{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}',
      maxMs: 20_000,
      want: /^execute: demo\/templates\/a\.yaml:1:28\n {2}executing "a" at <{{template "a" \.}}>:\n {4}exceeded maximum template depth \(100000\)$/,
    },
    {
      name: 'tpl in tpl',
      template: '{{ $t := "{{ tpl .t . }}" }}{{ tpl $t (dict "t" $t "Template" .Template) }}',
      maxMs: 20_000,
      want: /^limit: rendering stopped at gotpl:1:\d+: templates call each other too deeply$/,
    },
    { name: 'range', template: '{{ range 1000000000000 }}{{ end }}', want: outOfTime },
    { name: 'range in range', template: '{{ range 1000000 }}{{ range 1000000 }}{{ end }}{{ end }}', want: outOfTime },
    { name: 'range that writes', template: '{{ range 1000000000000 }}xxxxxxxxxxxxx{{ end }}', want: outOfBytes },
  ];
  test.for(cases)('$name', patient, async ({ template, maxMs = limits.maxMs, want }) => {
    expect(await endOf(chartOf(template), { limits: { ...limits, maxMs } })).toMatch(want);
  });
});

describe('much from little', () => {
  const cases: Bomb[] = [
    { name: 'repeat', template: '{{ repeat 2000000000 "x" }}', want: outOfBytes },
    { name: 'repeat, in steps', template: growing('repeat 10 $x'), want: outOfBytes },
    { name: 'until', template: '{{ range until 2000000000 }}{{ end }}', want: outOfBytes },
    { name: 'untilStep', template: '{{ untilStep 0 2000000000 1 | len }}', want: outOfBytes },
    { name: 'seq', template: '{{ seq 1 1 2000000000 | len }}', want: outOfBytes },
    { name: 'randAlphaNum', template: '{{ randAlphaNum 2000000000 }}', want: outOfBytes },
    { name: 'randBytes', template: '{{ randBytes 2000000000 }}', want: outOfBytes },
    { name: 'indent', template: '{{ indent 2000000000 "a" }}', want: outOfBytes },
    { name: 'nindent', template: growing('nindent 1000 (replace "x" "x\\n" $x)'), want: stopped },
    { name: 'cat', template: growing('cat $x $x'), want: tooLong },
    { name: 'print', template: growing('print $x $x'), want: tooLong },
    { name: 'printf', template: growing('printf "%s%s" $x $x'), want: tooLong },
    { name: 'printf with many widths', template: '{{ printf (repeat 100000 "%999999d") 1 | len }}', want: tooLong },
    { name: 'quote', template: growing('quote $x'), want: tooLong },
    { name: 'squote', template: growing('squote $x $x'), want: tooLong },
    { name: 'join', template: growing('join "" (list $x $x)'), want: tooLong },
    { name: 'replace', template: growing('replace "x" "xxxx" $x'), want: stopped },
    { name: 'replace of nothing', template: growing('replace "" "xx" $x'), want: stopped },
    { name: 'regexReplaceAll', template: growing('regexReplaceAll "x" "xxxx" $x'), want: stopped },
    { name: 'b64enc', template: growing('b64enc $x'), want: tooLong },
    { name: 'toJson', template: growing('toJson $x'), want: tooLong },
    { name: 'toYaml', template: growing('toYaml (list $x $x)'), want: stopped },
    { name: 'include', template: `{{ define "d" }}{{ . }}{{ . }}{{ end }}${growing('include "d" $x')}`, want: stopped },
    { name: 'tpl', template: growing('tpl "{{ . }}{{ . }}" $x'), want: stopped },
    { name: 'js', template: growing('js (print "<" $x "<")'), want: stopped },
    { name: 'concat', template: '{{ $x := list 1 }}{{ range 64 }}{{ $x = concat $x $x }}{{ end }}', want: tooLong },
    {
      name: 'concat of many',
      template: `{{ $x := until 50000 }}{{ concat ${'$x '.repeat(100)} | len }}`,
      want: /: concat is given lists of more than 4000000 bytes$/,
    },
    { name: 'splitList', template: '{{ splitList "" (repeat 900000 "x") | len }}', want: tooLong },
    {
      name: 'split',
      template: '{{ split "" (repeat 900000 "x") | len }}',
      want: /: split is given a text that may have/,
    },
    { name: 'regexFindAll', template: '{{ regexFindAll "x" (repeat 900000 "x") -1 | len }}', want: stopped },
  ];
  test.for(cases)('$name', patient, async ({ template, want }) => {
    expect(await endOf(chartOf(template), { limits: { ...limits, maxMs: 5_000 } })).toMatch(want);
  });
});

describe('values that hold themselves', () => {
  const cycle = '{{ $d := dict "b" "x" }}{{ $_ := set $d "a" $d }}';
  const twoCycles = `${cycle}{{ $e := dict "b" "x" }}{{ $_ := set $e "a" $e }}`;
  const inJson = /json: unsupported value: encountered a cycle via map\[string\]interface {}$/;
  const itself = /^limit: rendering stopped at demo\/templates\/a\.yaml:1:\d+: \w+ is given a value that holds itself$/;
  const cases: Bomb[] = [
    // Where Helm ends well, this does in the same words.
    { name: 'toYaml', template: `${cycle}{{ toYaml $d }}`, want: /^rendered: $/ },
    { name: 'mustToYaml', template: `${cycle}{{ mustToYaml $d }}`, want: inJson },
    { name: 'toJson', template: `${cycle}{{ toJson $d }}`, want: /^rendered: $/ },
    { name: 'mustToJson', template: `${cycle}{{ mustToJson $d }}`, want: inJson },
    { name: 'mustToPrettyJson', template: `${cycle}{{ mustToPrettyJson $d }}`, want: inJson },
    { name: 'mustToRawJson', template: `${cycle}{{ mustToRawJson $d }}`, want: inJson },
    // Where it crashes, this does not.
    { name: 'an action', template: `${cycle}{{ $d }}`, want: itself },
    { name: 'printf', template: `${cycle}{{ printf "%v" $d }}`, want: itself },
    { name: 'quote', template: `${cycle}{{ quote $d }}`, want: itself },
    { name: 'toString', template: `${cycle}{{ toString $d }}`, want: itself },
    { name: 'toYamlPretty', template: `${cycle}{{ toYamlPretty $d }}`, want: itself },
    { name: 'toToml', template: `${cycle}{{ toToml $d }}`, want: itself },
    { name: 'deepCopy', template: `${cycle}{{ deepCopy $d | len }}`, want: itself },
    { name: 'merge', template: `${twoCycles}{{ merge $d $e | len }}`, want: itself },
    { name: 'mergeOverwrite', template: `${twoCycles}{{ mergeOverwrite $d $e | len }}`, want: itself },
    { name: 'deepEqual', template: `${twoCycles}{{ deepEqual $d $e }}`, want: itself },
    { name: 'eq', template: `${cycle}{{ eq $d $d }}`, want: itself },
    { name: 'toDecimal', template: `${cycle}{{ toDecimal $d }}`, want: itself },
    { name: 'dict, as a key', template: `${cycle}{{ dict $d 1 | len }}`, want: itself },
    { name: 'dict, as a value', template: `${cycle}{{ dict "a" $d | len }}`, want: /^rendered: 1$/ },
    { name: 'has', template: `${twoCycles}{{ has $d (list $e) }}`, want: itself },
    { name: 'uniq', template: `${twoCycles}{{ uniq (list $d $e) | len }}`, want: itself },
    { name: 'values', template: '{{ $_ := set .Values "a" .Values }}{{ .Values }}', want: itself },
  ];
  test.for(cases)('$name', patient, async ({ template, want }) => {
    expect(await endOf(chartOf(template), { limits: { ...limits, maxMs: 20_000 } })).toMatch(want);
  });
});

describe('values that hold others many times', () => {
  const twice = (of: string): string =>
    `{{ $${of} := dict }}{{ range 64 }}{{ $${of} = dict "a" $${of} "b" $${of} }}{{ end }}`;
  const tooMuch = /: \w+ is given a value of more than 4000000 bytes, all that it holds counted$/;
  const calls = [
    'toYaml $d',
    'toJson $d',
    'toToml $d',
    'print $d',
    'deepCopy $d',
    'deepEqual $d $e',
    'merge $d $e',
    'toYamlPretty $d',
    'quote $d',
  ];
  test.for(calls)('%s', patient, async (call) => {
    expect(
      await endOf(chartOf(`${twice('d')}${twice('e')}{{ ${call} | len }}`), { limits: { ...limits, maxMs: 20_000 } }),
    ).toMatch(tooMuch);
  });
});

describe('depth', () => {
  const longer = { ...limits, maxMs: 20_000 };
  const deep = (levels: number): string => `{{ $d := dict }}{{ range ${levels} }}{{ $d = dict "a" $d }}{{ end }}`;
  const cases: Bomb[] = [
    // Helm writes these; an empty text would be a guess.
    { name: 'toYaml', template: `${deep(5_000)}{{ toYaml $d }}`, want: /: yaml: exceeded max depth of 500$/ },
    { name: 'toJson', template: `${deep(5_000)}{{ toJson $d | len }}`, want: /^rendered: 30002$/ },
    { name: 'toJson, deeper', template: `${deep(100_000)}{{ toJson $d | len }}`, want: stopped },
    { name: 'fromYaml', template: '{{ fromYaml (repeat 100000 "[") }}', want: /exceeded max depth of 500$/ },
    {
      name: 'fromJsonArray',
      template: '{{ fromJsonArray (repeat 100000 "[") }}',
      want: /^rendered: \[exceeded max depth\]$/,
    },
    { name: 'dig', template: `${deep(50_000)}{{ dig "a" "a" "a" 1 $d | len }}`, want: /^rendered: 1$/ },
    {
      name: 'aliases',
      template: `{{ fromYaml "a: &a [x,x,x,x,x,x,x,x,x]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e]" | toJson }}`,
      want: /document contains excessive aliasing/,
    },
    {
      name: 'if in if',
      template: `${'{{ if true }}'.repeat(5_000)}x${'{{ end }}'.repeat(5_000)}`,
      want: /^rendered: x$/,
    },
    {
      name: 'if in if, deeper',
      template: '{{ if true }}'.repeat(100_000),
      want: /unexpected EOF$|longer than 500 ms$/,
    },
    {
      name: 'parentheses',
      template: `{{ ${'('.repeat(100_000)}1${')'.repeat(100_000)} }}`,
      want: /^parse: parse error at \(demo\/templates\/a\.yaml:1\): max expression depth exceeded$/,
    },
    {
      name: 'a long chain',
      template: `{{ .Values${'.a'.repeat(50_000)} }}`,
      want: /nil pointer evaluating interface {}\.a$/,
    },
    { name: 'much text', template: 'x'.repeat(50_000_000), want: outOfBytes },
  ];
  test.for(cases)('$name', patient, async ({ template, want }) => {
    expect(await endOf(chartOf(template), { limits: longer })).toMatch(want);
  });
});

describe('slow work', () => {
  const cases: Bomb[] = [
    { name: 'genPrivateKey', template: '{{ range 1000 }}{{ genPrivateKey "rsa" }}{{ end }}', want: outOfTime },
    { name: 'genCA', template: '{{ range 1000 }}{{ genCA "x" 1 }}{{ end }}', want: outOfTime },
    {
      name: 'derivePassword',
      template: '{{ range 1000 }}{{ derivePassword 1 "long" "p" "u" "s" }}{{ end }}',
      want: outOfTime,
    },
    { name: 'bcrypt', template: '{{ range 1000 }}{{ bcrypt "p" }}{{ end }}', want: outOfTime },
    { name: 'htpasswd', template: '{{ range 1000 }}{{ htpasswd "u" "p" }}{{ end }}', want: outOfTime },
    {
      name: 'a regular expression',
      template: '{{ regexFindAll ".*y|x" (repeat 200000 "x") -1 | len }}',
      want: outOfTime,
    },
    // Go refuses what would be large.
    {
      name: 'repeats in repeats',
      template: '{{ mustRegexMatch "((x{30}){30}){30}" "x" }}',
      want: /invalid repeat count: `\{30\}`$/,
    },
    {
      name: 'groups in groups',
      template: '{{ mustRegexMatch (print (repeat 2000 "(") (repeat 2000 ")")) "x" }}',
      want: /expression nests too deeply/,
    },
  ];
  test.for(cases)('$name', patient, async ({ template, want }) => {
    expect(await endOf(chartOf(template))).toMatch(want);
  });
});

describe('schemas', () => {
  const twice = Array.from({ length: 40 }, (_, i) => {
    const next = { $ref: `#/definitions/d${i + 1}` };
    return [`d${i}`, { allOf: [next, next] }] as const;
  });
  const definitions = { ...Object.fromEntries(twice), d40: { type: 'object' } };
  const cases = [
    {
      name: 'references that double',
      schema: JSON.stringify({ definitions, $ref: '#/definitions/d0' }),
      want: /^limit: rendering stopped: it takes longer than 500 ms$/,
    },
    {
      name: 'depth',
      schema: `${'{"properties":{"a":'.repeat(50_000)}{}${'}}'.repeat(50_000)}`,
      want: /exceeded max depth/,
    },
    {
      name: 'a pattern that others backtrack on',
      schema: '{"properties": {"a": {"pattern": "^(a+)+$"}}}',
      want: /^rendered: x$/,
    },
  ];
  test.for(cases)('$name', patient, async ({ schema, want }) => {
    const chart = chartOf('x', { 'values.schema.json': schema, 'values.yaml': `a: ${'a'.repeat(20_000)}` });
    let end: string;
    try {
      end = await endOf(chart);
    } catch (error) {
      end = error instanceof Error ? error.message : String(error);
    }
    expect(end).toMatch(want);
  });
});

test('an output of 20 MB through three templates is nothing special', patient, async () => {
  const template =
    '{{ define "c" }}{{ range 20000 }}key: {{ repeat 1000 "v" }}\n{{ end }}{{ end }}{{ define "b" }}{{ include "c" . }}{{ end }}{{ include "b" . }}';
  const { files } = await worker.render(
    requestOf(chartOf(template), { limits: { maxBytes: 128 * 1024 * 1024, maxMs: 30_000 } }),
    { signal },
  );
  expect(files.get('demo/templates/a.yaml')?.length).toBe(20_000 * 1_006);
});
