import { expect, test } from 'vitest';
import { chartOf, requestOf } from '../../../test/support/renderRequests.ts';
import { useRenderWorker } from '../../../test/support/useRenderWorker.ts';
import { loadValues } from '../chart/index.ts';
import { RenderError, renderChart } from '../render/index.ts';
import { renderHere } from './renderHere.ts';

const worker = useRenderWorker();
const { signal } = new AbortController();
const anywhere = { path: '/nothing/is/here.cjs', maxMemoryMb: 200, signal };

test('a render in this thread starts no worker', async () => {
  const request = requestOf(chartOf('{{ .Values | toYaml }}'), { values: loadValues('a: {b: 1}') });
  expect(await renderHere(request, anywhere)).toEqual(renderChart(request));
});

test('an error of the chart is the answer, not a reason to ask the worker', async () => {
  await expect(renderHere(requestOf(chartOf('{{ fail "no" }}')), anywhere)).rejects.toThrow(
    'execution error at (demo/templates/a.yaml:1:3): no',
  );
});

test('what is too deep for this thread is rendered by the worker', { timeout: 60_000 }, async () => {
  const deep = `{{- define "down" -}}
    {{- if gt (int .) 0 -}}{{- include "down" (sub . 1) | trim | nindent 0 | trim -}}{{- else -}}end{{- end -}}
  {{- end -}}{{ include "down" 900 }}`;
  expect(() => renderChart(requestOf(chartOf(deep)))).toThrow(RenderError);
  const { files } = await renderHere(requestOf(chartOf(deep)), { ...anywhere, path: worker });
  expect([...files.values()]).toEqual(['end']);
});

test('what outgrows this thread ends by the limits of the worker', { timeout: 60_000 }, async () => {
  const bomb =
    '{{ $all := list }}{{ range until 20000 }}{{ $all = append $all (repeat 100000 "x" | b64enc) }}{{ end }}';
  await expect(
    renderHere(requestOf(chartOf(bomb), { limits: { maxBytes: 1e12, maxMs: 20_000 } }), {
      ...anywhere,
      path: worker,
      maxMemoryMb: 50,
    }),
  ).rejects.toMatchObject({ code: 'limit' });
});

function never(): never {
  for (;;);
}

test('what takes too long is stopped here, even where it looks at no clock', async () => {
  const request = requestOf(chartOf('{{ .Values.a.b }}'), { limits: { maxBytes: 10_000_000, maxMs: 10 } });
  const stuck = { ...request, release: Object.defineProperty({ ...request.release }, 'name', { get: never }) };
  await expect(renderHere(stuck, anywhere)).rejects.toThrow('rendering stopped: it takes longer than 10 ms');
});

test('a template that takes too long is named, even where it looks at no clock', async () => {
  const request = requestOf(chartOf('{{ randBytes 1 }}'), { limits: { maxBytes: 10_000_000, maxMs: 10 } });
  const stuck = { ...request, world: { ...request.world, randomBytes: never } };
  await expect(renderHere(stuck, anywhere)).rejects.toMatchObject({
    message: 'rendering stopped in demo/templates/a.yaml: it takes longer than 10 ms',
    place: { template: 'demo/templates/a.yaml' },
  });
});

test('a render is not begun once it is cancelled', async () => {
  await expect(
    renderHere(requestOf(chartOf('x')), { ...anywhere, signal: AbortSignal.abort(new Error('stop')) }),
  ).rejects.toThrow('stop');
});
