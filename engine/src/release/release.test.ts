import { describe, expect, test } from 'vitest';
import {
  assembleHooks,
  assembleManifest,
  installOrder,
  readHead,
  ReleaseError,
  sortByKind,
  sortManifests,
  splitManifests,
  templateOutput,
  uninstallOrder,
} from './index.ts';

describe('rendered text is cut into documents', () => {
  const cases: { name: string; text: string; want: string[] }[] = [
    { name: 'one document', text: 'a: 1\n', want: ['a: 1\n'] },
    { name: 'white space in front', text: '\n \t\u00a0a: 1\n', want: ['a: 1\n'] },
    { name: 'two documents', text: 'a: 1\n---\nb: 2\n', want: ['a: 1\n', 'b: 2\n'] },
    { name: 'empty documents', text: '---\n---  \n\n---\t\na: 1', want: ['a: 1'] },
    { name: 'text behind the dashes', text: '--- # note\na: 1\n---b: 2', want: ['# note\na: 1\n', 'b: 2'] },
    { name: 'dashes in a block of text', text: 'a: |\n---\n  x\n', want: ['a: |\n', 'x\n'] },
    { name: 'dashes within a line', text: 'a: ---\n  ---\n', want: ['a: ---\n  ---\n'] },
    { name: 'four dashes', text: '----\na: 1\n', want: ['-\na: 1\n'] },
    { name: 'line feeds of Windows', text: 'a: 1\r\n---\r\nb: 2\r\n', want: ['a: 1\r\n', 'b: 2\r\n'] },
    { name: 'nothing', text: ' \n', want: [] },
  ];
  test.for(cases)('$name', ({ text, want }) => {
    expect(splitManifests(text)).toEqual(want);
  });
});

describe('kinds', () => {
  test('are created in Helm’s order, unknown ones last by name, equal ones as they came', () => {
    const items = ['Zebra 1', 'Service 1', 'Apple', 'Namespace', 'Service 2', 'Zebra 2', 'Ingress'];
    expect(sortByKind(items, (item) => item.split(' ')[0] ?? '', installOrder)).toEqual([
      'Namespace',
      'Service 1',
      'Service 2',
      'Ingress',
      'Apple',
      'Zebra 1',
      'Zebra 2',
    ]);
  });

  test('are deleted in the reverse order, but for validation before mutation and services late', () => {
    const early = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'];
    expect(uninstallOrder.slice(0, 2)).toEqual(early);
    const known = new Set(uninstallOrder);
    expect(installOrder.filter((kind) => !known.has(kind))).toEqual([]);
    expect(uninstallOrder.length).toBe(installOrder.length);
  });
});

describe('hooks', () => {
  const hook = (annotations: string): string => `kind: Job\nmetadata:\n  name: x\n  annotations: {${annotations}}\n`;

  test('carry what their annotations say', () => {
    const { hooks, manifests } = sortManifests(
      new Map([
        [
          'c/templates/a.yaml',
          hook(
            'helm.sh/hook: "Pre-Install, post-upgrade", helm.sh/hook-weight: -5, ' +
              'helm.sh/hook-delete-policy: "Hook-Succeeded,before-hook-creation", helm.sh/hook-output-log-policy: hook-failed',
          ),
        ],
      ]),
    );
    expect(manifests).toEqual([]);
    expect(hooks).toMatchObject([
      {
        name: 'x',
        kind: 'Job',
        path: 'c/templates/a.yaml',
        events: ['pre-install', 'post-upgrade'],
        weight: -5,
        deletePolicies: ['hook-succeeded', 'before-hook-creation'],
        outputLogPolicies: ['hook-failed'],
        lastRun: { phase: '' },
      },
    ]);
  });

  const cases: { name: string; annotations: string; want: unknown }[] = [
    {
      name: 'no number weighs nothing',
      annotations: 'helm.sh/hook: test, helm.sh/hook-weight: heavy',
      want: [0, ['test']],
    },
    { name: 'Helm 2’s test', annotations: 'helm.sh/hook: test-success', want: [0, ['test']] },
    { name: 'an unknown event is no object at all', annotations: 'helm.sh/hook: "test,crd-install"', want: undefined },
    { name: 'an empty event is unknown', annotations: 'helm.sh/hook: ""', want: undefined },
  ];
  test.for(cases)('$name', ({ annotations, want }) => {
    const { hooks, manifests } = sortManifests(new Map([['a.yaml', hook(annotations)]]));
    const [first] = hooks;
    expect(first && [first.weight, first.events]).toEqual(want);
    expect(manifests).toEqual([]);
  });
});

test('files come in the order of their paths, partials not at all', () => {
  const { manifests } = sortManifests(
    new Map([
      ['c/templates/b.yaml', 'kind: Service\nmetadata: {name: b}\n---\nkind: ConfigMap\nmetadata: {name: b}\n'],
      ['c/templates/_x.yaml', 'kind: Never\n'],
      ['c/templates/a.yaml', 'kind: Service\nmetadata: {name: a}\n'],
      ['c/templates/empty.yaml', '\n\n'],
    ]),
  );
  expect(assembleManifest(manifests)).toBe(
    '---\n# Source: c/templates/b.yaml\nkind: ConfigMap\nmetadata: {name: b}\n\n' +
      '---\n# Source: c/templates/a.yaml\nkind: Service\nmetadata: {name: a}\n\n' +
      '---\n# Source: c/templates/b.yaml\nkind: Service\nmetadata: {name: b}\n\n',
  );
});

describe('documents that are no objects', () => {
  const prefix = 'YAML parse error on a.yaml: ';
  const unmarshal = `${prefix}error unmarshaling JSON: while decoding JSON: json: cannot unmarshal `;
  const cases: { text: string; want: string }[] = [
    {
      text: 'a: b: c',
      want: `${prefix}error converting YAML to JSON: yaml: mapping values are not allowed in this context`,
    },
    { text: '- a', want: `${unmarshal}array into Go value of type util.SimpleHead` },
    { text: 'text', want: `${unmarshal}string into Go value of type util.SimpleHead` },
    { text: 'kind: [a]', want: `${unmarshal}array into Go struct field SimpleHead.kind of type string` },
    {
      text: 'metadata: {annotations: {a: {}}}',
      want: `${unmarshal}object into Go struct field .metadata.annotations of type string`,
    },
  ];
  test.for(cases)('$text', ({ text, want }) => {
    expect(() => readHead(text, 'a.yaml')).toThrow(new ReleaseError('manifest', 'a.yaml', want));
  });

  test('numbers and booleans pass for text', () => {
    expect(readHead('kind: 1.50\nmetadata: {name: yes, annotations: {a: 0x10}}', 'a.yaml')).toEqual({
      apiVersion: '',
      kind: '1.5',
      metadata: { name: 'true', annotations: { a: '16' } },
    });
  });
});

describe('what helm template prints', () => {
  const { hooks, manifests } = sortManifests(
    new Map([
      ['c/templates/a.yaml', 'kind: Service\nmetadata: {name: a}\n\n\n'],
      ['c/templates/tests/t.yaml', 'kind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\n'],
    ]),
  );
  const manifest = assembleManifest(manifests);
  const all = { noHooks: false, skipTests: false, showOnly: [] };
  const service = '---\n# Source: c/templates/a.yaml\nkind: Service\nmetadata: {name: a}\n';
  const pod = assembleHooks(hooks);

  test('is the manifest without the white space at its end, then the hooks', () => {
    expect(templateOutput(manifest, hooks, all)).toBe(service + pod);
    expect(templateOutput(manifest, hooks, { ...all, noHooks: true })).toBe(service);
    expect(templateOutput(manifest, hooks, { ...all, skipTests: true })).toBe(service);
  });

  test('can be what some templates wrote', () => {
    expect(templateOutput(manifest, hooks, { ...all, showOnly: ['templates/tests/*'] })).toBe(
      '---\n# Source: c/templates/tests/t.yaml\nkind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\n\n\n',
    );
    expect(() => templateOutput(manifest, hooks, { ...all, showOnly: ['templates/b.yaml'] })).toThrow(
      new ReleaseError('show-only', 'templates/b.yaml', 'could not find template templates/b.yaml in chart'),
    );
  });
});
