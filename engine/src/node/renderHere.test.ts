import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Chart, defaultCapabilities, loadFiles, loadValues } from '../chart/index.ts';
import { RenderError, renderChart, type RenderRequest } from '../render/index.ts';
import { renderHere } from './renderHere.ts';

const encoder = new TextEncoder();
const { signal } = new AbortController();
let folder: string;
let worker: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'fairlead-here-'));
  worker = path.join(folder, 'renderWorker.cjs');
  const entry = path.join(import.meta.dirname, 'renderWorkerMain.ts');
  await build({
    entryPoints: [entry],
    outfile: worker,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    keepNames: true,
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function chartOf(text: string): Chart {
  const files = { 'Chart.yaml': 'apiVersion: v2\nname: demo\nversion: 1.0.0\n', 'templates/a.yaml': text };
  return loadFiles(Object.entries(files).map(([name, content]) => ({ name, data: encoder.encode(content) })));
}

function requestOf(text: string, limits: Partial<RenderRequest['limits']> = {}): RenderRequest {
  return {
    chart: chartOf(text),
    values: loadValues('a: {b: 1}'),
    release: { name: 'r', namespace: 'ns', isInstall: true, isUpgrade: false, revision: 1 },
    capabilities: defaultCapabilities({}),
    world: { now: () => performance.now(), randomBytes: (count) => new Uint8Array(count).fill(7), timeZone: 'UTC' },
    lookup: { get: () => undefined },
    skipSchemaValidation: false,
    limits: { maxBytes: 10_000_000, maxMs: 20_000, ...limits },
  };
}

const anywhere = { path: '/nothing/is/here.cjs', maxMemoryMb: 200, signal };

test('a render in this thread starts no worker', async () => {
  const request = requestOf('{{ .Values | toYaml }}');
  expect(await renderHere(request, anywhere)).toEqual(renderChart(request));
});

test('an error of the chart is the answer, not a reason to ask the worker', async () => {
  await expect(renderHere(requestOf('{{ fail "no" }}'), anywhere)).rejects.toThrow(
    'execution error at (demo/templates/a.yaml:1:3): no',
  );
});

test('what is too deep for this thread is rendered by the worker', { timeout: 60_000 }, async () => {
  const deep = `{{- define "down" -}}
    {{- if gt (int .) 0 -}}{{- include "down" (sub . 1) | trim | nindent 0 | trim -}}{{- else -}}end{{- end -}}
  {{- end -}}{{ include "down" 900 }}`;
  expect(() => renderChart(requestOf(deep))).toThrow(RenderError);
  const { files } = await renderHere(requestOf(deep), { ...anywhere, path: worker });
  expect([...files.values()]).toEqual(['end']);
});

test('what outgrows this thread ends by the limits of the worker', { timeout: 60_000 }, async () => {
  const bomb =
    '{{ $all := list }}{{ range until 20000 }}{{ $all = append $all (repeat 100000 "x" | b64enc) }}{{ end }}';
  await expect(
    renderHere(requestOf(bomb, { maxBytes: 1e12 }), { ...anywhere, path: worker, maxMemoryMb: 50 }),
  ).rejects.toMatchObject({ code: 'limit' });
});

function never(): never {
  for (;;);
}

test('what takes too long is stopped here, even where it looks at no clock', async () => {
  const request = requestOf('{{ .Values.a.b }}', { maxMs: 10 });
  const stuck = { ...request, release: Object.defineProperty({ ...request.release }, 'name', { get: never }) };
  await expect(renderHere(stuck, anywhere)).rejects.toThrow('rendering stopped: it takes longer than 10 ms');
});

test('a template that takes too long is named, even where it looks at no clock', async () => {
  const request = requestOf('{{ randBytes 1 }}', { maxMs: 10 });
  const stuck = { ...request, world: { ...request.world, randomBytes: never } };
  await expect(renderHere(stuck, anywhere)).rejects.toMatchObject({
    message: 'rendering stopped in demo/templates/a.yaml: it takes longer than 10 ms',
    place: { template: 'demo/templates/a.yaml' },
  });
});

test('a render is not begun once it is cancelled', async () => {
  await expect(
    renderHere(requestOf('x'), { ...anywhere, signal: AbortSignal.abort(new Error('stop')) }),
  ).rejects.toThrow('stop');
});
