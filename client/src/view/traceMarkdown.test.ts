import type { TracedLine, TracedValue } from '@fairlead/server/protocol';
import { expect, test } from 'vitest';
import { traceMarkdown } from './traceMarkdown.ts';

const line: TracedLine = {
  line: 4,
  object: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'web' },
  pointer: '/data/app.conf',
  writer: { kind: 'template', template: 'web/templates/a.yaml', position: { line: 6, character: 4 }, calls: [] },
  data: [],
  keys: [],
  control: [],
};

const range = { start: { line: 13, character: 4 }, end: { line: 13, character: 15 } };
const inFile: TracedValue = {
  path: 'replicas',
  text: '3',
  origin: { kind: 'file', layer: 'values', uri: 'file:///fleet/apps/a%20(b).yaml', range },
};

function shown(change: Partial<TracedLine>): string {
  return traceMarkdown({ ...line, ...change }, (uri) => uri.replace('file:///fleet/', ''));
}

test.for<{ name: string; change: Partial<TracedLine>; want: string }>([
  {
    name: 'the object, the field, the place in the template',
    change: {},
    want: '**ConfigMap shop/web** `data["app.conf"]`\n\nWritten by `web/templates/a.yaml:7:5`',
  },
  {
    name: 'calls, from the inside out',
    change: {
      pointer: '/spec/containers/0/image',
      writer: {
        kind: 'template',
        template: 'web/templates/_h.tpl',
        position: { line: 0, character: 0 },
        calls: [
          { template: 'web/templates/a.yaml', position: { line: 1, character: 2 }, name: 'web.outer' },
          { template: 'web/templates/_h.tpl', position: { line: 8, character: 3 }, name: 'gotpl' },
        ],
      },
    },
    want: '**ConfigMap shop/web** `spec.containers[0].image`\n\nWritten by `web/templates/_h.tpl:1:1`  \nthrough a text that `tpl` renders, called at `web/templates/_h.tpl:9:4`  \nin template `web.outer`, called at `web/templates/a.yaml:2:3`',
  },
  {
    name: 'only the template of what belongs to the whole object',
    change: { pointer: '', writer: { kind: 'template', template: 'web/templates/a.yaml', calls: [] } },
    want: '**ConfigMap shop/web**\n\nWritten by `web/templates/a.yaml`',
  },
  {
    name: "helm-controller's own label",
    change: {
      pointer: '/metadata/labels/a~1b',
      writer: { kind: 'flux', field: 'labels', key: 'a/b', isOwn: true },
    },
    want: '**ConfigMap shop/web** `metadata.labels["a/b"]`\n\nhelm-controller adds this label: it says which HelmRelease the object belongs to.',
  },
  {
    name: 'an annotation of commonMetadata, with its place',
    change: {
      pointer: '/metadata/annotations/team',
      writer: {
        kind: 'flux',
        field: 'annotations',
        key: 'team',
        isOwn: false,
        place: { uri: 'file:///fleet/a.yaml', range },
      },
    },
    want: '**ConfigMap shop/web** `metadata.annotations.team`\n\nhelm-controller adds this annotation, as `spec.commonMetadata` says: [a\\.yaml:14](file:///fleet/a.yaml#L14)',
  },
])('a hover says: $name', ({ change, want }) => {
  expect(shown(change)).toBe(want);
});

test.for<{ name: string; value: TracedValue; want: string }>([
  {
    name: 'in a file, with a link that stays one',
    value: inFile,
    want: '`replicas` = `3`: [apps/a%20\\(b\\)\\.yaml:14](file:///fleet/apps/a%20%28b%29.yaml#L14)',
  },
  {
    name: 'of a ConfigMap',
    value: {
      path: 'a',
      origin: { kind: 'file', layer: 'ConfigMap shop/more values.yaml', uri: 'file:///fleet/m.yaml', range },
    },
    want: '`a`: [m\\.yaml:14](file:///fleet/m.yaml#L14) of ConfigMap shop/more values\\.yaml',
  },
  {
    name: 'a default',
    value: {
      path: 'a',
      text: 'x',
      origin: { kind: 'chart', chart: 'web', file: 'values.yaml', position: range.start },
    },
    want: '`a` = `x`: default of chart web, `values.yaml:14`',
  },
  {
    name: 'of a Secret',
    value: { path: 'a', origin: { kind: 'secret', object: 'shop/login', key: 'password' } },
    want: '`a`: Secret shop/login, key `password`, not shown',
  },
  {
    name: 'known elsewhere',
    value: { path: 'a', origin: { kind: 'unknown', reason: 'encrypted with SOPS' } },
    want: '`a`: known in the cluster only, encrypted with SOPS',
  },
  { name: 'not set', value: { path: 'a.b[0]' }, want: '`a.b[0]`, not set' },
  {
    name: 'a text that would like to be Markdown',
    value: {
      path: 'a',
      text: '`[x](command:bad)`\n<b>',
      origin: { kind: 'unknown', reason: '[x](command:bad) <b>' },
    },
    want: '`a` = `` `[x](command:bad)` <b> ``: known in the cluster only, \\[x\\]\\(command:bad\\) \\<b\\>',
  },
])('a value: $name', ({ value, want }) => {
  expect(shown({ data: [value] })).toContain(`Values in it:\n\n- ${want}`);
});

test('a value that is in the line is not named once more among those that decided, and many are counted', () => {
  expect(shown({ data: [inFile], control: [inFile] })).not.toContain('decided');
  const many = Array.from({ length: 15 }, (_, index) => ({ path: `v${String(index)}` }));
  const text = shown({ control: many });
  expect(text).toContain('Values that decided about it:\n\n- `v0`, not set\n');
  expect(text.endsWith('- `v11`, not set\n- and 3 more')).toBe(true);
});
