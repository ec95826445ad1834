import type { FailedRender, RenderedRelease } from '@fairlead/server/protocol';
import { expect, test } from 'vitest';
import { type PreviewState, previewText } from './previewText.ts';

const release = { namespace: 'shop', name: 'web' };
const rendered: RenderedRelease = {
  kind: 'rendered',
  release,
  version: 1,
  text: '---\nkind: ConfigMap\n',
  chart: { name: 'web', version: '1.2.0', from: 'oci://registry.example.com/web' },
  warnings: ['two\nlines'],
  refusals: ['the signature could not be verified'],
  assumedEmpty: [
    { apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'kept' },
    { apiVersion: 'v1', kind: 'Node', namespace: '', name: '' },
  ],
  unknown: ['Secret login: encrypted with SOPS'],
};
const place = {
  uri: 'file:///r/apps/values.yaml',
  range: { start: { line: 3, character: 2 }, end: { line: 3, character: 5 } },
};
const failed: FailedRender = { kind: 'failed', release, place, problem: { code: 'chart-render', message: 'boom' } };

const facts = `# HelmRelease shop/web of apps/web.yaml, as a first install
# Chart web 1.2.0: oci://registry.example.com/web
# Warning: two
# lines
# Assumed empty, as no cluster answered: Secret shop/kept
# Assumed empty, as no cluster answered: Node *
# Known in the cluster only: Secret login: encrypted with SOPS
# Would not be applied: the signature could not be verified
# Hover over a line for what made it; Go to Definition leads to the value.
`;
const cases: readonly { readonly name: string; readonly state: Partial<PreviewState>; readonly want: string }[] = [
  { name: 'what is known', state: { rendered }, want: `${facts}${rendered.text}` },
  {
    name: 'a failure at its place',
    state: { failed },
    want: '# HelmRelease shop/web cannot be rendered (apps/values.yaml:4):\n# boom\n',
  },
  {
    name: 'a failure, and what was rendered before it',
    state: { failed, rendered },
    want: `# HelmRelease shop/web cannot be rendered (apps/values.yaml:4); below is what was rendered before:\n# boom\n${'#\n'.repeat(7)}${rendered.text}`,
  },
  {
    name: 'a failure in more lines than there were facts',
    state: {
      failed: { ...failed, problem: { code: 'values-schema', message: 'a\nb\nc\n\n' } },
      rendered: { ...rendered, warnings: [], refusals: [], assumedEmpty: [], unknown: [] },
    },
    want: `# HelmRelease shop/web cannot be rendered (apps/values.yaml:4); below is what was rendered before:\n# a\n# b\n# c\n${rendered.text}`,
  },
  {
    name: 'a host to allow',
    state: {
      failed: {
        kind: 'failed',
        release,
        problem: { code: 'offline', message: 'not asked', host: 'charts.example.com' },
      },
    },
    want: '# HelmRelease shop/web cannot be rendered (apps/web.yaml):\n# not asked\n# Run "Fairlead: Allow Chart Hosts" to let Fairlead ask charts.example.com.\n',
  },
  {
    name: 'a login that is missing, of a file without a release',
    state: { failed: { kind: 'failed', problem: { code: 'unauthorized', message: 'no' } } },
    want: '# apps/web.yaml cannot be rendered (apps/web.yaml):\n# no\n# Run "Fairlead: Log In to Chart Host" if the chart is not for everyone.\n',
  },
];

test.for(cases)('a preview says: $name', ({ state, want }) => {
  const { text, headLines } = previewText(
    { rendered: undefined, failed: undefined, ...state },
    'file:///r/apps/web.yaml',
    (uri) => uri.replace('file:///r/', ''),
  );
  expect(text).toBe(want);
  expect(text.split('\n').slice(headLines).join('\n')).toBe(state.rendered?.text ?? '');
});
