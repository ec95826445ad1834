import { afterAll, expect, test } from 'vitest';
import { chartOf, requestOf } from '../../../test/support/renderRequests.ts';
import { useRenderWorker } from '../../../test/support/useRenderWorker.ts';
import { ChartError, loadValues } from '../chart/index.ts';
import { decodeJson, isMap } from '../gostd/index.ts';
import { RenderError, renderChart } from '../render/index.ts';
import { Origins } from '../support/index.ts';
import { RenderWorker } from './renderWorker.ts';

const { signal } = new AbortController();
const worker = new RenderWorker({ path: useRenderWorker(), maxMemoryMb: 200 });
afterAll(() => worker.close());

test('gives what a render on this side gives', async () => {
  const chart = chartOf('{{ .Values | toJson }} {{ .Chart.Dependencies | toJson }} {{ .Values.low.text }}', {
    'Chart.yaml':
      'apiVersion: v2\nname: demo\nversion: 1.0.0\ndependencies:\n- {name: low, version: 1.x, import-values: [{child: a, parent: b}, c]}\n',
    'values.yaml': 'big: 12345678901\nnothing: null\nlist: [1, {a: b}]\n',
    'charts/low/Chart.yaml': 'apiVersion: v2\nname: low\nversion: 1.0.0\n',
    'charts/low/values.yaml': 'a: {x: 1}\nexports: {c: {y: 2}}\ntext: "é\\u2028"\n',
  });
  const values = loadValues('user: {a: [null, true, "x"]}');
  const want = renderChart(requestOf(chart, { values }));
  const have = await worker.render(requestOf(chart, { values }), { signal });
  expect(have).toEqual(want);
});

test('gives the trace of a render on this side', async () => {
  const chart = chartOf('{{ include "h" . }}{{ if .Values.a }}b{{ end }}', {
    'templates/_h.tpl': '{{ define "h" }}{{ .Values.a }}{{ end }}',
    'values.yaml': 'a: 1\n',
  });
  const request = requestOf(chart, { trace: true });
  const { trace } = await worker.render(request, { signal });
  expect(trace).toEqual(renderChart(request).trace);
  expect(trace?.places.map(({ template }) => template)).toContain('demo/templates/_h.tpl');
});

test('gives the warnings of a render on this side', async () => {
  const chart = chartOf('x', {
    'values.yaml': 'a: {b: {c: 1}}\n',
    'values.schema.json': '{"$ref": "https://example.com/c.json"}',
  });
  const request = requestOf(chart, { values: loadValues('a: {b: x}') });
  const { warnings } = renderChart(request);
  expect(warnings).toHaveLength(2);
  expect((await worker.render(request, { signal })).warnings).toEqual(warnings);
});

test('keeps charts by what is in them', async () => {
  const texts: string[] = [];
  for (const text of ['a {{ .Values.size }}', 'b {{ .Values.size }}', 'a {{ .Values.size }}']) {
    for (const size of ['1', '2']) {
      const { files } = await worker.render(requestOf(chartOf(text), { values: loadValues(`size: ${size}`) }), {
        signal,
      });
      texts.push(...files.values());
    }
  }
  expect(texts).toEqual(['a 1', 'a 2', 'b 1', 'b 2', 'a 1', 'a 2']);
});

test('finds the origins of values, which do not cross', async () => {
  const origins = new Origins();
  const values = loadValues('a: 1', {
    origins,
    at: (position) => ({ kind: 'user', layer: 'inline', file: 'x.yaml', position }),
  });
  const rendered = await worker.render(requestOf(chartOf('x'), { values, origins }), { signal });
  expect(origins.get(rendered.values, 'a')).toMatchObject({ kind: 'user', file: 'x.yaml' });
});

test('asks the snapshot until nothing more is answered', async () => {
  const answers = [
    ['first', '{"next": "second"}'],
    ['second', '{"text": "found"}'],
  ] as const;
  const lookup = {
    get: ({ name }: { readonly name: string }) => {
      const [, answer] = answers.find(([known]) => known === name) ?? [];
      return answer === undefined ? undefined : decodeJson(answer);
    },
  };
  const text = `{{ $next := (lookup "v1" "X" "" "first").next | default "nowhere" }}{{ (lookup "v1" "X" "" $next).text }}`;
  const { files, missingLookups } = await worker.render(requestOf(chartOf(text), { lookup }), { signal });
  expect([files.get('demo/templates/a.yaml'), missingLookups]).toEqual(['found', []]);
});

test('a template that fails for want of an answer is run again with it', async () => {
  const chart = chartOf('{{ (lookup "v1" "Secret" "ns" "first").data.password | required "no password" }}');
  const known = new Map([['first', decodeJson('{"data": {"password": "kept"}}')]]);
  const lookup = { get: ({ name }: { readonly name: string }) => known.get(name) };
  const { files } = await worker.render(requestOf(chart, { lookup }), { signal });
  expect(files.get('demo/templates/a.yaml')).toBe('kept');
});

test('a render that fails says what nobody answered, having asked for it', async () => {
  const chart = chartOf('{{ lookup "v1" "Secret" "ns" "first" | toJson }}{{ fail "no" }}');
  const key = { apiVersion: 'v1', kind: 'Secret', namespace: 'ns', name: 'first' };
  const asked: unknown[] = [];
  const lookup = {
    get: (one: unknown) => {
      asked.push(one);
      return undefined;
    },
  };
  await expect(worker.render(requestOf(chart, { lookup }), { signal })).rejects.toMatchObject({
    code: 'fail',
    missingLookups: [key],
  });
  expect(asked).toEqual([key]);
});

test('random bytes hang on what the request brings, and differ from call to call', async () => {
  const request = requestOf(chartOf('{{ randAlphaNum 20 }} {{ randAlphaNum 20 }}'));
  const [first, second] = await Promise.all([worker.render(request, { signal }), worker.render(request, { signal })]);
  expect(first.files).toEqual(second.files);
  const [one, two] = (first.files.get('demo/templates/a.yaml') ?? '').split(' ');
  expect(one).not.toBe(two);
});

test('errors come back as what they are', async () => {
  await expect(worker.render(requestOf(chartOf('{{ fail "no" }}')), { signal })).rejects.toEqual(
    new RenderError('fail', 'execution error at (demo/templates/a.yaml:1:3): no', {
      place: { template: 'demo/templates/a.yaml', position: { line: 0, character: 3 }, calls: [], nil: undefined },
    }),
  );
  const chart = chartOf('x', { 'values.schema.json': '{"required": ["a"]}' });
  await expect(worker.render(requestOf(chart), { signal })).rejects.toThrow(ChartError);
});

test('a template that includes itself as often as Helm allows has the stack for it', async () => {
  const text =
    '{{ define "down" }}{{ if . }}{{ include "down" (sub . 1 | int) }}{{ else }}bottom{{ end }}{{ end }}{{ include "down" 990 }}';
  const { files } = await worker.render(requestOf(chartOf(text), { limits: { maxBytes: 1_000_000, maxMs: 5_000 } }), {
    signal,
  });
  expect(files.get('demo/templates/a.yaml')).toBe('bottom');
});

test('a render without end is stopped, and the next one runs', async () => {
  const endless = chartOf(
    '{{ regexReplaceAll "(x+x+)+y" (repeat 100000 "x") "" }}{{ range until 100000000 }}{{ end }}',
  );
  await expect(
    worker.render(requestOf(endless, { limits: { maxBytes: 1_000_000, maxMs: 50 } }), { signal }),
  ).rejects.toMatchObject({ code: 'limit' });
  expect((await worker.render(requestOf(chartOf('fine')), { signal })).files.size).toBe(1);
});

test('a render that takes all memory is stopped, and the next one runs', async () => {
  const text = '{{ $all := list }}{{ range until 100000 }}{{ $all = append $all (until 500) }}{{ end }}';
  const limits = { maxBytes: 1e12, maxMs: 60_000 };
  await expect(worker.render(requestOf(chartOf(text), { limits }), { signal })).rejects.toMatchObject({
    code: 'limit',
  });
  expect((await worker.render(requestOf(chartOf('fine')), { signal })).files.size).toBe(1);
});

test('a list that no memory holds is refused before it is made', async () => {
  const request = requestOf(chartOf('{{ range until 100000000 }}{{ end }}'));
  await expect(worker.render(request, { signal })).rejects.toMatchObject({ code: 'limit' });
});

test('a cancelled render is stopped; those that wait run', async () => {
  const controller = new AbortController();
  const endless = chartOf('{{ range 1000000000 }}{{ end }}');
  const cancelled = worker.render(requestOf(endless, { limits: { maxBytes: 1_000_000, maxMs: 60_000 } }), {
    signal: controller.signal,
  });
  const waiting = worker.render(requestOf(chartOf('fine')), { signal });
  controller.abort(new Error('not any more'));
  await expect(cancelled).rejects.toThrow('not any more');
  expect((await waiting).files.get('demo/templates/a.yaml')).toBe('fine');
});

test('values that set a key of every object’s prototype stay what they are', async () => {
  const values = decodeJson('{"__proto__": {"polluted": true}, "constructor": 1}');
  const request = requestOf(chartOf('{{ .Values | toJson }}'), isMap(values) ? { values } : {});
  const { files } = await worker.render(request, { signal });
  expect(files.get('demo/templates/a.yaml')).toBe('{"__proto__":{"polluted":true},"constructor":1}');
});
