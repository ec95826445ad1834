import { expect, test } from 'vitest';
import { isMap, type Value } from '../gostd/index.ts';
import type { Origin } from '../support/index.ts';
import { composeValues, FluxError, objectSet, parseHelmRelease, readManifests, valuesLookup } from './index.ts';

/** A release `app` in `apps` with these lines of its spec, and other objects beside it. */
function compose(spec: string, others: string) {
  const text = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: app, namespace: apps}
spec:
  interval: 1m
${spec}---
${others}`;
  const { manifests, problem } = readManifests(text, { file: 'app.yaml', dialect: 'kustomize' });
  expect(problem).toBeUndefined();
  const manifest = manifests[0];
  if (manifest === undefined) {
    throw new Error('no release in the text');
  }
  const objects = objectSet(manifests);
  const release = parseHelmRelease(manifest.object, { defaultNamespace: 'default' });
  return composeValues(release, { lookup: valuesLookup(objects), manifest });
}

/** As JSON, with Go's integers as numbers. */
function plain(value: Value): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, entry: unknown) =>
      typeof entry === 'object' &&
      entry !== null &&
      'kind' in entry &&
      'value' in entry &&
      typeof entry.value === 'bigint'
        ? Number(entry.value)
        : entry,
    ),
  );
}

const configMap = (name: string, values: string): string => `apiVersion: v1
kind: ConfigMap
metadata: {name: ${name}, namespace: apps}
data:
  values.yaml: ${JSON.stringify(values)}
  single: tp
---
`;

const from = (...entries: string[]): string => `  valuesFrom:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`;
const entry = (name: string, rest = ''): string => `{kind: ConfigMap, name: ${name}${rest}}`;
const target = (path: string, name = 'cm'): string => entry(name, `, valuesKey: single, targetPath: '${path}'`);

const order: { name: string; spec: string; others?: string; want: unknown }[] = [
  { name: 'no values are an empty map', spec: '', want: {} },
  {
    name: 'inline wins over a target path at the top',
    spec: `${from(target('a'))}  values: {a: inline}\n`,
    want: { a: 'inline' },
  },
  {
    name: 'a nested target path wins over inline, which shares the map',
    spec: `${from(target('m.a'))}  values: {m: {a: inline}}\n`,
    want: { m: { a: 'tp' } },
  },
  {
    name: 'inline wins over a nested target path where an earlier entry made the map',
    spec: `${from(entry('first'), target('m.a'))}  values: {m: {a: inline}}\n`,
    others: configMap('first', 'm: {x: 1}'),
    want: { m: { x: 1, a: 'inline' } },
  },
  {
    name: 'of two nested target paths the first wins over inline and the second loses',
    spec: `${from(target('m.a'), target('m.b'))}  values: {m: {a: inline, b: inline}}\n`,
    want: { m: { a: 'tp', b: 'inline' } },
  },
  {
    name: 'inline wins over both target paths where an earlier entry made the map',
    spec: `${from(entry('first'), target('m.a'), target('m.b'))}  values: {m: {a: inline, b: inline}}\n`,
    others: configMap('first', 'm: {x: 1}'),
    want: { m: { x: 1, a: 'inline', b: 'inline' } },
  },
  {
    name: 'an entry after a target path wins',
    spec: from(target('m.a'), entry('first')),
    others: configMap('first', 'm: {a: later}'),
    want: { m: { a: 'later' } },
  },
  {
    name: 'a target path after an entry wins',
    spec: from(entry('first'), target('m.a')),
    others: configMap('first', 'm: {a: earlier}'),
    want: { m: { a: 'tp' } },
  },
  {
    name: 'an item of an inline list is changed where it is',
    spec: `${from(target('l[0]'))}  values: {l: [i1, i2]}\n`,
    want: { l: ['tp', 'i2'] },
  },
  {
    name: 'an item appended to an inline list is lost',
    spec: `${from(target('l[2]'))}  values: {l: [i1, i2]}\n`,
    want: { l: ['i1', 'i2'] },
  },
  {
    name: 'null stays',
    spec: from(entry('first'), entry('second')),
    others: configMap('first', 'a: 1') + configMap('second', 'a: null'),
    want: { a: null },
  },
  {
    name: 'an inline map wins over a scalar',
    spec: `${from(entry('first'))}  values: {a: {b: 1}}\n`,
    others: configMap('first', 'a: 1'),
    want: { a: { b: 1 } },
  },
  {
    name: 'lists replace each other',
    spec: `${from(entry('first'))}  values: {a: [3]}\n`,
    others: configMap('first', 'a: [1, 2]\nb: 1'),
    want: { a: [3], b: 1 },
  },
  {
    name: 'an empty document adds nothing',
    spec: from(entry('first')),
    others: configMap('first', '# none\n'),
    want: {},
  },
  {
    name: 'optional references may lead nowhere',
    spec: from(entry('none', ', optional: true'), entry('cm', ', valuesKey: none, optional: true')),
    want: {},
  },
  {
    name: 'a key without quotes is read as YAML 1.1',
    spec: from(entry('first')),
    others: configMap('first', 'y: 3.0'),
    want: { true: 3 },
  },
];

test.for(order)('$name', ({ spec, others = '', want }) => {
  expect(plain(compose(spec, configMap('cm', 'from: cm') + others).values)).toEqual(want);
});

const texts: { name: string; text: string; literal?: boolean; want: unknown }[] = [
  { name: 'integer', text: '1', want: { v: 1 } },
  { name: 'negative integer', text: '-5', want: { v: -5 } },
  { name: 'fraction stays text', text: '1.5', want: { v: '1.5' } },
  { name: 'leading zero stays text', text: '0123', want: { v: '0123' } },
  { name: 'too large stays text', text: '12345678901234567890', want: { v: '12345678901234567890' } },
  { name: 'boolean', text: 'true', want: { v: true } },
  { name: 'null', text: 'null', want: { v: null } },
  { name: 'empty', text: '', want: { v: '' } },
  { name: 'list', text: '{a,b}', want: { v: ['a', 'b'] } },
  { name: 'list of nothing', text: '{}', want: { v: [''] } },
  { name: 'brackets are text', text: '[]', want: { v: '[]' } },
  { name: 'comma sets a second key', text: 'a,b=c', want: { v: 'a', b: 'c' } },
  { name: 'escaped comma', text: String.raw`a\,b`, want: { v: 'a,b' } },
  { name: 'single quotes', text: "'1'", want: { v: '1' } },
  { name: 'double quotes', text: '"true"', want: { v: 'true' } },
  { name: 'one quote is quoted by itself', text: "'", want: { v: '' } },
  { name: 'line end stays', text: 'a\n', want: { v: 'a\n' } },
  { name: 'literal takes everything', text: '{a,b}=[\\"x"]\n', literal: true, want: { v: '{a,b}=[\\"x"]\n' } },
  { name: 'literal keeps quotes', text: "'1'", literal: true, want: { v: "'1'" } },
];

test.for(texts)('target path: $name', ({ text, literal, want }) => {
  const spec = from(
    `{kind: ConfigMap, name: t, valuesKey: t, targetPath: v${literal === true ? ', literal: true' : ''}}`,
  );
  const others = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: t, namespace: apps}\ndata:\n  t: ${JSON.stringify(text)}\n`;
  expect(plain(compose(spec, others).values)).toEqual(want);
});

const failures: { name: string; spec: string; others?: string; code: string; message: string }[] = [
  {
    name: 'missing object',
    spec: from(entry('none')),
    code: 'values-missing',
    message:
      "could not resolve ConfigMap chart values reference 'apps/none' with key 'values.yaml': configmaps \"none\" not found",
  },
  {
    name: 'missing key',
    spec: from(entry('cm', ', valuesKey: none')),
    code: 'values-key',
    message: "could not resolve ConfigMap chart values reference 'apps/cm' with key 'none': key not found",
  },
  {
    name: 'another kind',
    spec: from('{kind: Deployment, name: cm}'),
    code: 'values-kind',
    message:
      "could not resolve Deployment chart values reference 'apps/cm' with key 'values.yaml': unsupported values reference kind",
  },
  {
    name: 'a list is no values',
    spec: from(entry('bad')),
    others: configMap('bad', '- a'),
    code: 'values-data',
    message:
      "could not resolve ConfigMap chart values reference 'apps/bad' with key 'values.yaml': error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type common.Values",
  },
  {
    name: 'a target path into a scalar',
    spec: `${from(target('a.b'))}  values: {a: 1}\n`,
    code: 'values-merge',
    message:
      "could not resolve ConfigMap chart values reference 'apps/cm' with key 'single': unable to parse key: interface conversion: interface {} is float64, not map[string]interface {}",
  },
];

test.for(failures)('refuses: $name', ({ spec, others = '', code, message }) => {
  let thrown: unknown;
  try {
    compose(spec, configMap('cm', 'from: cm') + others);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(FluxError);
  expect(thrown).toMatchObject({ code, message });
});

const secret = (text: string): string =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: creds, namespace: apps}\nstringData:\n  values.yaml: ${JSON.stringify(text)}\n`;

test.for([
  { name: 'text that is no YAML', text: 'pass: hunter22\n  x: [hunter22', rest: '' },
  { name: 'a scalar', text: 'hunter22', rest: '' },
  { name: 'text that --set cannot read', text: 'a,hunter22', rest: ', targetPath: db.password' },
])('no text of a Secret is in an error: $name', ({ text, rest }) => {
  let thrown: unknown;
  try {
    compose(from(`{kind: Secret, name: creds${rest}}`), secret(text));
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(FluxError);
  expect(String(thrown)).toContain("Secret chart values reference 'apps/creds'");
  expect(`${String(thrown)} ${String(thrown instanceof Error ? thrown.cause : '')}`).not.toContain('hunter22');
});

function originAt(composed: ReturnType<typeof compose>, ...path: readonly string[]): Origin | undefined {
  let container: Value = composed.values;
  for (const key of path.slice(0, -1)) {
    container = isMap(container) ? container[key] : undefined;
  }
  return isMap(container) ? composed.origins.get(container, path.at(-1) ?? '') : undefined;
}

test('every value knows where it was written', () => {
  const others = `apiVersion: v1
kind: ConfigMap
metadata: {name: cm, namespace: apps}
data:
  values.yaml: |
    db:
      host: here
---
apiVersion: v1
kind: Secret
metadata: {name: creds, namespace: apps}
data:
  password: aHVudGVyMjI=
`;
  const spec = `${from(entry('cm'), '{kind: Secret, name: creds, valuesKey: password, targetPath: db.password}')}  values:
    replicas: 2
`;
  const composed = compose(spec, others);
  expect(plain(composed.values)).toEqual({ db: { host: 'here', password: 'hunter22' }, replicas: 2 });
  expect(originAt(composed, 'db', 'password')).toEqual({ kind: 'secret', object: 'apps/creds', key: 'password' });
  expect(originAt(composed, 'replicas')).toEqual({
    kind: 'user',
    layer: 'values',
    file: 'app.yaml',
    position: { line: 9, character: 4 },
  });
  expect(originAt(composed, 'db', 'host')).toEqual({
    kind: 'user',
    layer: 'ConfigMap apps/cm values.yaml',
    file: 'app.yaml',
    position: { line: 17, character: 6 },
  });
  expect(originAt(composed, 'db')).toMatchObject({ kind: 'user', layer: 'ConfigMap apps/cm values.yaml' });
  expect(composed.secrets).toEqual(['hunter22']);
});

const producers: { name: string; others: string; reason: string }[] = [
  {
    name: 'ExternalSecret of the same name',
    others:
      'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: creds, namespace: apps}\nspec: {}\n',
    reason: 'made in the cluster by ExternalSecret/apps/creds',
  },
  {
    name: 'ExternalSecret with another target',
    others:
      'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: es, namespace: apps}\nspec: {target: {name: creds}}\n',
    reason: 'made in the cluster by ExternalSecret/apps/es',
  },
  {
    name: 'SealedSecret',
    others:
      'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: creds, namespace: apps}\nspec: {}\n',
    reason: 'made in the cluster by SealedSecret/apps/creds',
  },
  {
    name: 'SOPS',
    others:
      "apiVersion: v1\nkind: Secret\nmetadata: {name: creds, namespace: apps}\nstringData:\n  values.yaml: ENC[AES256_GCM,data:x,type:str]\nsops: {version: '3.9'}\n",
    reason: 'encrypted with SOPS',
  },
];

test.for(producers)('a Secret that is made elsewhere is unknown: $name', ({ others, reason }) => {
  const whole = compose(from('{kind: Secret, name: creds}'), others);
  expect(whole.unknown).toMatchObject([{ reason }]);
  expect(whole.values).toEqual({});
  const part = compose(from('{kind: Secret, name: creds, targetPath: db.password}'), others);
  expect(part.unknown).toMatchObject([{ reason, reference: { targetPath: 'db.password' } }]);
  expect(originAt(part, 'db', 'password')).toEqual({ kind: 'unknown', reason });
});

test('a Secret that nothing makes is an error', () => {
  expect(() => compose(from('{kind: Secret, name: creds}'), '')).toThrow('secrets "creds" not found');
});
