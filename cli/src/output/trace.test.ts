import { expect, test } from 'vitest';
import { defaultCapabilities, loadFiles, loadValues } from '@fairlead/engine/chart';
import { renderChart, type RenderRequest } from '@fairlead/engine/render';
import { limits, Origins } from '@fairlead/engine/support';
import { printTrace } from './trace.ts';

test('a trace has places from 1, paths as --set takes them, origins, and no values', () => {
  const files = {
    'Chart.yaml': 'apiVersion: v2\nname: demo\nversion: 1.0.0\n',
    'values.yaml': 'list: [chart-text]\na.b: 1\n',
    'templates/_h.tpl': '{{ define "h" }}é: {{ first .Values.list }}{{ end }}',
    'templates/a.yaml': 'kind: X\n{{ include "h" . }}\n',
    'templates/NOTES.txt': 'notes\n',
  };
  const origins = new Origins();
  const request: RenderRequest = {
    chart: loadFiles(
      Object.entries(files).map(([name, text]) => ({ name, data: new TextEncoder().encode(text) })),
      { positions: true },
    ),
    values: loadValues('own: user-text\n', {
      origins,
      at: (position) => ({ kind: 'user', layer: '--values', file: 'v.yaml', position }),
    }),
    release: { name: 'r', namespace: 'ns', isInstall: true, isUpgrade: false, revision: 1 },
    capabilities: defaultCapabilities({}),
    world: { now: () => 0, randomBytes: (count) => new Uint8Array(count), timeZone: 'UTC' },
    lookup: { get: () => undefined },
    skipSchemaValidation: false,
    limits: { maxBytes: limits.maxRenderBytes, maxMs: limits.maxRenderMs },
    trace: true,
    origins,
  };
  const text = printTrace(renderChart(request), request);
  expect(text).not.toMatch(/chart-text|user-text/);
  const calls = [{ template: 'demo/templates/a.yaml', line: 2, column: 4, name: 'h' }];
  const none = { data: [], keys: [], control: [] };
  const first = { writer: { template: 'demo/templates/a.yaml', line: 1, column: 1, calls: [] }, ...none };
  const flow = { data: ['list[0]'], keys: [], control: ['list'] };
  expect(JSON.parse(text)).toEqual({
    version: 1,
    files: [
      {
        name: 'demo/templates/a.yaml',
        lines: [first, { writer: { template: 'demo/templates/_h.tpl', line: 1, column: 17, calls }, ...flow }],
        objects: [
          {
            kind: 'X',
            fields: [
              {
                pointer: '/kind',
                line: 1,
                column: 1,
                isScalar: true,
                ...none,
                writer: { ...first.writer, column: 7 },
              },
              {
                pointer: '/é',
                line: 2,
                column: 1,
                isScalar: true,
                ...flow,
                writer: { template: 'demo/templates/_h.tpl', line: 1, column: 23, calls },
              },
            ],
          },
        ],
      },
    ],
    values: [
      { path: 'own', use: 'unread', origin: { kind: 'user', layer: '--values', file: 'v.yaml', line: 1, column: 1 } },
      {
        path: 'list[0]',
        use: 'read',
        origin: { kind: 'chart', chart: 'demo', file: 'values.yaml', line: 1, column: 8 },
      },
      {
        path: 'a\\.b',
        use: 'unread',
        origin: { kind: 'chart', chart: 'demo', file: 'values.yaml', line: 2, column: 1 },
      },
    ],
  });
});
