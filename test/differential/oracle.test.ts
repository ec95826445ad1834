import { describe, expect, test } from 'vitest';
import { chartFiles, textBytes } from '../support/oracle.ts';
import type { OracleTyped } from '../support/oracleCases.ts';
import { useOracle } from '../support/useOracle.ts';

// What is known of the real thing from its documentation and from running it by hand. When one of these fails, no
// other test that asks the oracle proves anything.

const oracle = useOracle();

const number = (digits: string): OracleTyped => ({ t: 'float64', v: digits });
const chartYaml = 'apiVersion: v2\nname: demo\nversion: 1.0.0\n';

test('the versions that answer are those we follow', async () => {
  const answer = await oracle.ask({ op: 'about' });
  expect(answer).toMatchObject({
    modules: {
      'helm.sh/helm/v4': 'v4.3.1',
      'github.com/Masterminds/sprig/v3': 'v3.3.0',
      'github.com/Masterminds/semver/v3': 'v3.5.0',
      'sigs.k8s.io/yaml': 'v1.6.0',
    },
    capabilities: { KubeVersion: { Version: 'v1.37.0' }, HelmVersion: { version: 'v4.3' } },
  });
});

describe('templates', () => {
  const cases = [
    { name: 'a float literal prints with an exponent', text: '{{ 1000000.0 }}', want: { output: '1e+06' } },
    {
      name: 'a number of the data is a float64',
      text: '{{ printf "%T" .n }}',
      data: { n: 1 },
      want: { output: 'float64' },
    },
    {
      name: 'an exact type is kept',
      text: '{{ printf "%T %v" .n .n }}',
      typed: { t: 'map[string]interface {}', v: { n: { t: 'int64', v: '9007199254740993' } } },
      want: { output: 'int64 9007199254740993' },
    },
    {
      name: 'go alone knows no Sprig',
      text: '{{ upper "a" }}',
      want: { error: 'template: t:1: function "upper" not defined' },
    },
    { name: 'Sprig is there when asked for', text: '{{ upper "a" }}', funcs: 'sprig', want: { output: 'A' } },
    {
      name: 'Sprig alone knows no toYaml',
      text: '{{ toYaml 1 }}',
      funcs: 'sprig',
      want: { error: 'template: t:1: function "toYaml" not defined' },
    },
    { name: 'a missing key is <no value> in Go', text: '{{ .a }}', data: {}, want: { output: '<no value>' } },
    {
      name: 'a missing key can be an error',
      text: '{{ .a }}',
      data: {},
      missingkey: 'error',
      want: { error: 'template: t:1:3: executing "t" at <.a>: map has no entry for key "a"' },
    },
    { name: 'a missing value is empty in Helm', text: '[{{ .Values.a }}]', funcs: 'helm', want: { output: '[]' } },
    {
      name: 'Helm writes sorted YAML in block style',
      text: '{{ toYaml .Values }}',
      data: { b: [1000000, 'yes'], a: null },
      funcs: 'helm',
      want: { output: 'a: null\nb:\n- 1000000\n- "yes"' },
    },
    {
      name: 'Helm trims what stands around a failure',
      text: '{{ fail "no" }}',
      funcs: 'helm',
      want: { error: 'execution error at (c/templates/t.yaml:1:3): no' },
    },
    {
      name: 'what is not UTF-8 comes whole',
      text: '{{ trunc 1 "é" }}',
      funcs: 'sprig',
      want: { output: { base64: 'ww==' } },
    },
  ] as const;
  test.for(cases)('$name', async ({ name, want, ...given }) => {
    expect(await oracle.ask({ op: 'template', ...given }), name).toEqual(want);
  });
});

test('a function is called with the types it is given, and answers with its own', async () => {
  expect(
    await oracle.askAll([
      { op: 'call', fn: 'add', args: [{ t: 'int', v: '1' }, number('2.7')] },
      {
        op: 'call',
        fn: 'splitList',
        args: [
          { t: 'string', v: ',' },
          { t: 'string', v: 'a,b' },
        ],
      },
      {
        op: 'call',
        fn: 'mustRegexMatch',
        args: [
          { t: 'string', v: '(' },
          { t: 'string', v: '' },
        ],
      },
    ]),
  ).toEqual([
    { result: { t: 'int64', v: '3' } },
    {
      result: {
        t: '[]string',
        v: [
          { t: 'string', v: 'a' },
          { t: 'string', v: 'b' },
        ],
      },
    },
    { error: 'error parsing regexp: missing closing ): `(`' },
  ]);
});

test('fmt prints values of any type', async () => {
  expect(
    await oracle.ask({
      op: 'fmt',
      format: '%v %q %d',
      args: [number('1e21'), { t: '[]uint8', v: '/w==' }, { t: 'string', v: 'x' }],
    }),
  ).toEqual({ output: '1e+21 "\\xff" %!d(string=x)' });
});

describe('YAML', () => {
  test('is read by the rules of 1.1, and every number becomes a float64', async () => {
    expect(await oracle.ask({ op: 'yamlLoad', text: 'a: 1\nb: 0755\nc: yes\ny: 1e3\na: 2\n' })).toEqual({
      json: '{"a":2,"b":493,"c":true,"true":1000}',
      typed: {
        t: 'map[string]interface {}',
        v: { a: number('2'), b: number('493'), c: { t: 'bool', v: true }, true: number('1000') },
      },
    });
  });

  test('is refused in go-yaml’s words', async () => {
    expect(
      await oracle.askAll([
        { op: 'yamlLoad', text: 'a: [' },
        { op: 'yamlLoad', text: '- 1', into: 'map' },
      ]),
    ).toEqual([
      { error: 'error converting YAML to JSON: yaml: line 1: did not find expected node content' },
      {
        error:
          'error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}',
      },
    ]);
    expect(await oracle.ask({ op: 'yamlLoadStrict', text: 'a: 1\na: 2\n' })).toEqual({
      error: 'error converting YAML to JSON: yaml: unmarshal errors:\n  line 2: key "a" already set in map',
    });
  });

  test('is written differently by each writer', async () => {
    const value: OracleTyped = {
      t: 'map[string]interface {}',
      v: { y: { t: '[]interface {}', v: [number('1000000'), { t: 'string', v: 'on' }] } },
    };
    const writers = ['sigs', 'pretty', 'v2', 'v3', 'flux'] as const;
    const answers = await oracle.askAll(writers.map((writer) => ({ op: 'yamlDumpTyped', value, writer }) as const));
    expect(answers).toEqual([
      { text: '"y":\n- 1000000\n- "on"\n' },
      { text: '"y":\n  - 1e+06\n  - "on"\n' },
      { text: '"y":\n- 1e+06\n- "on"\n' },
      { text: '"y":\n    - 1e+06\n    - "on"\n' },
      { text: '"y":\n- 1000000\n- "on"\n' },
    ]);
    expect(await oracle.ask({ op: 'yamlDump', json: { b: 1, a: 'no' } })).toEqual({ text: 'a: "no"\nb: 1\n' });
  });

  test('documents of a values file are merged by Helm; Flux reads the first', async () => {
    const text = 'a: 1\n---\nb: 2\n';
    expect(await oracle.ask({ op: 'valuesLoad', text })).toMatchObject({ values: { a: 1, b: 2 } });
    expect(await oracle.ask({ op: 'valuesLoad', text, reader: 'flux' })).toMatchObject({ values: { a: 1 } });
    expect(await oracle.ask({ op: 'yamlDocuments', text })).toEqual({ documents: ['a: 1\n', 'b: 2\n'] });
  });
});

describe('charts', () => {
  const files = chartFiles({
    'Chart.yaml': `${chartYaml}dependencies:\n- name: child\n  version: 1.0.0\n  condition: child.on\n`,
    'values.yaml': 'size: 1\nname: {first: x}\n',
    'templates/b.yaml': 'kind: ConfigMap\nsize: {{ .Values.size }}\n',
    'templates/a.yaml':
      'kind: Job\nmetadata: {name: h, annotations: {helm.sh/hook: pre-install, helm.sh/hook-weight: "3"}}\n',
    'templates/c.yaml':
      'kind: Namespace\nmetadata: {name: {{ .Release.Name }}-{{ .Capabilities.KubeVersion.Minor }}}\n',
    'templates/NOTES.txt': 'rev {{ .Release.Revision }}',
    'charts/child/Chart.yaml': 'apiVersion: v2\nname: child\nversion: 1.0.0\n',
    'charts/child/templates/s.yaml': 'kind: Secret\n',
  });

  test('render gives each file, and what a condition turns off is gone', async () => {
    expect(
      await oracle.ask({
        op: 'render',
        files,
        values: { child: { on: false }, size: 1000000 },
        release: { name: 'r', revision: 4 },
        capabilities: { kubeVersion: '1.30.2' },
      }),
    ).toEqual({
      files: {
        'demo/templates/a.yaml':
          'kind: Job\nmetadata: {name: h, annotations: {helm.sh/hook: pre-install, helm.sh/hook-weight: "3"}}\n',
        'demo/templates/b.yaml': 'kind: ConfigMap\nsize: 1e+06\n',
        'demo/templates/c.yaml': 'kind: Namespace\nmetadata: {name: r-30}\n',
      },
      notes: 'rev 4',
    });
  });

  test('install orders by kind and takes the hooks out', async () => {
    const answer = await oracle.ask({ op: 'install', files, values: 'child: {on: true}\n' });
    expect(answer).toMatchObject({
      manifest:
        '---\n# Source: demo/templates/c.yaml\nkind: Namespace\nmetadata: {name: release-name-37}\n\n' +
        '---\n# Source: demo/charts/child/templates/s.yaml\nkind: Secret\n\n' +
        '---\n# Source: demo/templates/b.yaml\nkind: ConfigMap\nsize: 1\n\n',
      hooks: [{ name: 'h', kind: 'Job', events: ['pre-install'], weight: 3 }],
      notes: 'rev 1',
    });
  });

  test('coalescing warns, and null takes a default away', async () => {
    expect(
      await oracle.ask({ op: 'coalesce', files, values: { size: { a: 1 }, name: { first: null } } }),
    ).toMatchObject({
      values: { size: { a: 1 }, name: {}, child: { global: {} } },
      dependencies: { child: {} },
      log: ['warning: skipped value for demo.size: Not a table.'],
    });
    expect(
      await oracle.ask({ op: 'coalesce', stage: 'render', files, values: { child: { on: false } } }),
    ).toMatchObject({
      dependencies: {},
    });
  });

  test('a folder obeys .helmignore and an archive does not', async () => {
    const ignoring = { ...files, ...chartFiles({ '.helmignore': 'templates/b.yaml\n' }) };
    const folder = await oracle.ask({ op: 'chart', files: ignoring, folder: true });
    const archive = await oracle.ask({ op: 'chart', files: ignoring });
    expect(folder).toMatchObject({ templates: ['templates/NOTES.txt', 'templates/a.yaml', 'templates/c.yaml'] });
    expect(archive).toMatchObject({ templates: expect.arrayContaining(['templates/b.yaml']) as unknown });
  });

  test('a chart without Chart.yaml is refused', async () => {
    expect(await oracle.ask({ op: 'render', files: chartFiles({ 'values.yaml': '' }) })).toEqual({
      error: 'Chart.yaml file is missing',
    });
  });

  test('an index drops what is not a version, and sorts', async () => {
    const entry = (version: string): string => `  - {name: a, version: ${version}, urls: [x.tgz]}\n`;
    const answer = await oracle.ask({
      op: 'repoIndex',
      text: `apiVersion: v1\nentries:\n  a:\n${entry('1.0.0')}${entry('1.10.0')}${entry('nonsense')}${entry('1.9.0')}`,
    });
    expect(answer).toMatchObject({
      index: { entries: { a: [{ version: '1.10.0' }, { version: '1.9.0' }, { version: '1.0.0' }] } },
    });
    expect(answer.log).toHaveLength(1);
  });
});

test('manifests are split and ordered for install and for removal', async () => {
  const files = { 'x/a.yaml': 'kind: Pod\n---\nkind: Namespace\n' };
  const kinds = async (uninstall: boolean): Promise<unknown> => {
    const answer = await oracle.ask({ op: 'sortManifests', files, uninstall });
    return 'manifests' in answer ? answer.manifests.map(({ kind }) => kind) : answer;
  };
  expect(await kinds(false)).toEqual(['Namespace', 'Pod']);
  expect(await kinds(true)).toEqual(['Pod', 'Namespace']);
});

test('Helm’s command line runs as it is, and sees nothing of this machine', async () => {
  expect(await oracle.ask({ op: 'helm', args: ['version', '--template', '{{ .Version }}'] })).toEqual({
    stdout: 'v4.3',
    stderr: '',
    exitCode: 0,
  });
  expect(await oracle.ask({ op: 'helmTemplate', args: ['r', './nowhere'] })).toEqual({
    stdout: '',
    stderr: 'Error: path "./nowhere" not found\n',
    exitCode: 1,
  });
  expect(await oracle.ask({ op: 'helm', args: ['repo', 'list'] })).toEqual({
    stdout: '',
    stderr: 'no repositories to show\n',
    exitCode: 0,
  });
});

describe('values', () => {
  test('--set makes int64, null and lists; --set-string strings; --set-json what JSON has', async () => {
    expect(
      await oracle.askAll([
        { op: 'strvals', kind: 'set', text: 'a[1]=3,b=null,c=1.5', into: { d: true } },
        { op: 'strvals', kind: 'string', text: 'a=3' },
        { op: 'strvals', kind: 'json', text: 'a=[1]' },
        { op: 'strvals', kind: 'literal', text: 'a=1,b=2' },
        { op: 'strvals', kind: 'set', text: 'a[-1]=3' },
      ]),
    ).toEqual([
      {
        values: { a: [null, 3], b: null, c: '1.5', d: true },
        typed: {
          t: 'map[string]interface {}',
          v: {
            a: { t: '[]interface {}', v: [{ t: 'nil' }, { t: 'int64', v: '3' }] },
            b: { t: 'nil' },
            c: { t: 'string', v: '1.5' },
            d: { t: 'bool', v: true },
          },
        },
      },
      { values: { a: '3' }, typed: { t: 'map[string]interface {}', v: { a: { t: 'string', v: '3' } } } },
      {
        values: { a: [1] },
        typed: { t: 'map[string]interface {}', v: { a: { t: '[]interface {}', v: [number('1')] } } },
      },
      { values: { a: '1,b=2' }, typed: { t: 'map[string]interface {}', v: { a: { t: 'string', v: '1,b=2' } } } },
      { error: 'negative -1 index not allowed' },
    ]);
  });

  test('Flux merges references in order, inline values last', async () => {
    const token = { kind: 'Secret', name: 'token', valuesKey: 'it', targetPath: 'a.b' };
    const secrets = { token: { it: '5' } };
    const values = { a: { b: 1 } };
    expect(
      await oracle.askAll([
        {
          op: 'valuesFrom',
          values,
          secrets,
          valuesFrom: [{ kind: 'ConfigMap', name: 'base' }, token, { kind: 'ConfigMap', name: 'no', optional: true }],
          configMaps: { base: { 'values.yaml': 'a: {d: 1}\n' } },
        },
        // Here the path is set in the very map of the inline values, which are then merged in once more.
        { op: 'valuesFrom', values, secrets, valuesFrom: [token] },
      ]),
    ).toMatchObject([{ values: { a: { b: 1, d: 1 } } }, { values: { a: { b: 5 } } }]);
    expect(await oracle.ask({ op: 'valuesFrom', valuesFrom: [{ kind: 'Secret', name: 'none' }] })).toEqual({
      error: `could not resolve Secret chart values reference 'default/none' with key 'values.yaml': secrets "none" not found`,
    });
    expect(await oracle.ask({ op: 'merge', a: { a: { b: 1 } }, b: { a: { c: 2 } } })).toMatchObject({
      values: { a: { b: 1, c: 2 } },
    });
  });

  test('Flux digests sorted YAML, and nothing at all for no values', async () => {
    expect(await oracle.ask({ op: 'valuesDigest', values: { b: 1, a: { y: 'yes' } } })).toEqual({
      digest: 'sha256:d1cc02d69e8d1584d9660c28b9c743a0eeddd51f73564bf0e635cce51820b736',
      text: 'a:\n  "y": "yes"\nb: 1\n',
    });
    expect(await oracle.ask({ op: 'valuesDigest', values: {} })).toEqual({
      digest: 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      text: '',
    });
  });
});

test('versions are read, compared and refused in Masterminds’ words', async () => {
  expect(await oracle.ask({ op: 'version', versions: ['v1.2', 'x'] })).toMatchObject({
    versions: [{ string: '1.2.0', original: 'v1.2' }, { error: 'invalid semantic version' }],
  });
  expect(
    await oracle.ask({ op: 'constraint', constraint: '>=1.2 <2', versions: ['1.3.0', '2.0.0', '1.5.0-rc.1', 'x'] }),
  ).toEqual({
    string: '>=1.2 <2',
    ok: [true, false, false, 'invalid'],
    reasons: [
      [],
      ['"2.0.0" is greater than or equal to "2"'],
      ['"1.5.0-rc.1" is a prerelease version and the constraint is only looking for release versions'],
      ['invalid semantic version'],
    ],
  });
  expect(await oracle.ask({ op: 'constraint', constraint: 'latest', versions: [] })).toEqual({
    error: 'improper constraint: "latest"',
  });
  expect(await oracle.ask({ op: 'sortVersions', versions: ['1.0.0', 'v2', '2.0.0', 'x', '10.0.0'] })).toEqual({
    sorted: ['10.0.0', 'v2', '2.0.0', '1.0.0'],
    invalid: ['x'],
  });
});

test('a release survives Helm’s codec both ways', async () => {
  const release = { name: 'r', namespace: 'ns', version: 3, info: { status: 'deployed' }, manifest: '---\na: é\n' };
  const stored = await oracle.ask({ op: 'releaseCodec', release, labels: { team: 'x' } });
  if (!('payload' in stored)) {
    throw new Error(JSON.stringify(stored));
  }
  expect(stored).toMatchObject({
    name: 'sh.helm.release.v1.r.v3',
    type: 'helm.sh/release.v1',
    labels: { name: 'r', owner: 'helm', status: 'deployed', version: '3', team: 'x' },
  });
  expect(JSON.parse(textBytes(stored.json).toString('utf8'))).toMatchObject(release);
  expect(await oracle.ask({ op: 'releaseCodec', payload: stored.payload })).toMatchObject({ release });
});

describe('the oracle itself', () => {
  test('tells a wrong case from an error of the real thing', async () => {
    // @ts-expect-error: there is no such operation
    await expect(oracle.ask({ op: 'nope' })).rejects.toThrow('no operation is called "nope"');
    // @ts-expect-error: the field is called text
    await expect(oracle.ask({ op: 'template', txet: '' })).rejects.toThrow('unknown field "txet"');
    await expect(oracle.ask({ op: 'call', fn: 'add', args: [{ t: 'uintptr' }] })).rejects.toThrow('a case cannot have');
  });

  test('lives on after a panic, and answers thousands in order', async () => {
    const panic = await oracle.ask({ op: 'template', text: '{{ repeat -1 "x" }}', funcs: 'helm' });
    expect(panic).toMatchObject({ error: expect.stringContaining('negative Repeat count') as unknown });
    const many = Array.from({ length: 5000 }, (_, n) => ({ op: 'template', text: '{{ . }}', data: n }) as const);
    const answers = await oracle.askAll(many);
    expect(answers).toEqual(many.map(({ data }) => ({ output: data >= 1_000_000 ? '' : String(data) })));
  });
});
