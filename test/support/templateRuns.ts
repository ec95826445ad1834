/** Charts of test/fixtures/charts with the arguments that each is rendered with. */
export const templateRuns: readonly { readonly chart: string; readonly runs: readonly (readonly string[])[] }[] = [
  {
    chart: 'plain',
    runs: [
      [],
      ['-n', 'apps', '--set', 'replicaCount=5,image.tag=2.0,env.COUNT=null'],
      ['--set', 'autoscaling.enabled=true,ingress.enabled=true'],
      ['--set', 'ingress.enabled=true,ingress.hosts[0].host=a.example.com,ingress.hosts[0].paths={/x,/y}'],
      ['--set-string', 'replicaCount=5,extra=true', '--set', 'service.type=NodePort,service.nodePort=30080'],
      ['--set-json', 'tolerations=[{"key":"a","operator":"Exists"}],nodeSelector={"disk":"ssd"}'],
      ['--set-json', '{"resources":{"limits":null,"requests":{"cpu":0.5}},"extra":[1,2.5,"x"]}'],
      ['--set-literal', 'extra=a,b{c}=d', '--set-file', 'env.CHART=plain/Chart.yaml'],
      ['--set', 'nameOverride=release', '--show-only', 'templates/service.yaml'],
      ['--show-only', 'templates/*map.yaml', '-s', 'templates/deployment.yaml'],
      ['--show-only', 'templates/nowhere.yaml'],
      ['--kube-version', '1.28', '--api-versions', 'a/v1,b/v1', '-a', 'c/v1/Kind'],
      ['--kube-version', 'v1.24.3-gke.100'],
      ['--kube-version', 'newest'],
      ['--kube-version', '1'],
      ['--set', 'a.b'],
      ['--set', 'a=1,b.c,d=2'],
      ['--set', 'a[0=1'],
      ['--set', 'a[x]=1'],
      ['--set', 'a[-1]=1'],
      ['--set', 'a[70000]=1'],
      ['--set', 'replicaCount.x=1'],
      ['--set', 'env[0]=1'],
      ['--set', 'a={1,2'],
      ['--set', 'a='],
      ['--set', 'a={}'],
      ['--set', 'a\\.b=c\\,d,e.f[1].g=h'],
      ['--set-json', 'a={'],
      ['--set-json', '{"a"'],
      ['--set-file', 'a=nowhere.txt'],
      ['-f', 'nowhere.yaml'],
      ['-f', 'plain'],
      ['-f', 'plain/templates/hpa.yaml'],
    ],
  },
  {
    chart: 'umbrella',
    runs: [
      [],
      ['--set', 'backend.enabled=false'],
      ['--set', 'global.backend=false'],
      ['--set', 'backend.enabled=true,global.backend=false'],
      ['--set', 'tags.jobs=true,tags.fast=false'],
      ['--set', 'cache.enabled=false,tags.storage=true'],
      ['--set', 'tags.jobs=true,worker.sidecar.enabled=false,backend.sidecar.enabled=false'],
      ['--set', 'backend.sidecar.enabled=sometimes'],
      ['--set', 'global.nested=null,global.level=user'],
      ['--set', 'backend.settings=null,greeting=null,backend.ports.http=null'],
      ['--set', 'backend.ports=none,global.nested.b=null,stray.value=1'],
      ['--set', 'backend=text'],
      ['--set', 'global=text'],
      ['--set-json', 'cache=[1]'],
      ['--is-upgrade', '--set-json', 'backend.sidecar=null'],
      ['--set', 'backendPorts.http=1,imported=false,backend.exports.defaults.greeting=changed'],
    ],
  },
  {
    chart: 'library',
    runs: [[], ['--set', 'replicas.db=3,common.suffix=y'], ['--set', 'common=null'], ['--set', 'replicas=null']],
  },
  {
    chart: 'hooks',
    runs: [[], ['--no-hooks'], ['--skip-tests'], ['-s', 'templates/hooks.yaml'], ['-s', 'templates/tests/*.yaml']],
  },
  { chart: 'crds', runs: [[], ['--include-crds'], ['--include-crds', '-s', 'crds/widgets.yaml']] },
  { chart: 'lookup', runs: [[]] },
  { chart: 'notes', runs: [[], ['--is-upgrade']] },
  { chart: 'legacy', runs: [[], ['--set', 'old.on=false'], ['--set', 'words[2]=x']] },
  {
    chart: 'functions',
    runs: [
      ['-s', 'templates/files.yaml'],
      ['-s', 'templates/convert.yaml'],
      ['-s', 'templates/objects.yaml'],
      ['--kube-version', 'v1.30.1+k3s1', '-a', 'apps/v9', '--is-upgrade', '-s', 'templates/objects.yaml'],
      ['--set', 'template={{ fail "no" }}'],
      ['--set', 'number=null'],
      ['--set', 'list=null,map=null', '-s', 'templates/convert.yaml'],
      ['--set', 'map.a=', '--set', 'map.c.d.e=[[', '-s', 'templates/convert.yaml'],
      ['--set-json', 'list=[{"a":1},{"b":[{"c":2}]}]', '-s', 'templates/convert.yaml'],
    ],
  },
  { chart: 'failures', runs: failures() },
  { chart: 'schema', runs: schemaRuns() },
  { chart: 'parse-error', runs: [[]] },
  { chart: 'parse-function', runs: [[]] },
  { chart: 'too-new', runs: [[], ['--kube-version', '1.99.1']] },
  { chart: 'missing-dependency', runs: [[]] },
  { chart: 'library/charts/common', runs: [[]] },
  { chart: 'nowhere', runs: [[]] },
];

/** One value of `case` for each way of failing. */
function failures(): string[][] {
  const cases = [
    ['required', 'requiredEmpty', 'fail', 'deepFail', 'nil', 'deepNil', 'template', 'noTemplate', 'noTemplateAction'],
    ['index', 'indexMap', 'field', 'compare', 'type', 'arguments', 'must', 'mustToJson', 'range', 'method', 'table'],
    ['tplParse', 'tplFunction', 'tplRun', 'tplFail', 'tplInclude', 'unexported', 'semver', 'loop', 'toml', 'none'],
    ['yamlColon', 'yamlTab', 'yamlList', 'yamlText', 'yamlName', 'yamlNumber', 'yamlKind'],
  ];
  return cases.flat().map((one) => ['--set', `case=${one}`]);
}

/**
 * One thing wrong at a time: where several keys of one map are wrong, Helm tells them in any order. `propertyNames`
 * is not among them: Helm's library names the wrong place, and another one each time.
 */
function schemaRuns(): string[][] {
  const values = [
    ['name=null', 'name=x', 'name=much-too-long-a-name', 'name=5', 'replicas=-1', 'replicas=1001', 'replicas=text'],
    [
      'port=0',
      'port=70000',
      'port=80',
      'level=warn',
      'level=debug',
      'level=3',
      'level=null',
      'fixed=other',
      'fixed=this',
    ],
    ['host=-bad', 'host=good.example.com', 'mail=nobody', 'url=relative', 'address=1.2.3', 'address=1.2.3.400'],
    ['address=01.2.3.4', 'since=yesterday', 'tags={a}', 'tags={main}', 'tags={main,main}', 'tags={main,b,c,d}'],
    ['limits.a=x,limits.b=y,limits.c=z', 'either=text', 'either.ref=1', 'either.other=1', 'any=long'],
    ['any=5', 'every=ab', 'never=text', 'never=5', 'pair={a,b}', 'env=x', 'env[0].name=lower', 'env[0].name=UPPER'],
    ['env[0].name=A,env[0].value=x,env[0].more=y', 'env[0].name=A,env[0].value=true', 'debugPort=1', 'mail=a@b.c'],
    ['inner.list={a}', 'inner.list[0]=5', 'inner.list[1].id=x', 'inner.list[1].other=x', 'inner.when=soon'],
    ['inner.needs.a=1', 'inner.some={a}', 'inner.some[0]=1,inner.some[1]=2', 'name=5,inner.list=x', 'inner=null'],
  ];
  return [
    ...values.flat().map((one) => ['--set', one]),
    ['--set-json', 'pair=["a",1,2]'],
    ['--set-json', 'ratio=0.3'],
    ['--set-json', 'ratio=0.35'],
    ['--set-json', 'limits={}'],
    ['--set-json', 'tags=[]'],
    ['--set-json', 'inner.some=[1,2,3,4]'],
    ['--set-json', 'replicas=1.5'],
    ['--set-json', 'since="2020-02-30T10:00:00Z"'],
    ['--set-json', 'since="2020-02-03T10:00:00+01:00"'],
    ['--set', 'name=x', '--skip-schema-validation'],
  ];
}

const minimal = 'apiVersion: v2\nname: a\nversion: 1.0.0\n';

/** Files of a folder, and what is asked of it. */
export const brokenCharts: readonly {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly args: readonly string[];
}[] = [
  ...chartYamls().map(([name, text]) => ({ name, files: { 'Chart.yaml': text }, args: ['x', '.'] })),
  ...valuesYamls().map(([name, text]) => ({
    name,
    files: { 'Chart.yaml': minimal, 'values.yaml': text },
    args: ['x', '.'],
  })),
  ...valuesYamls().map(([name, text]) => ({
    name: `-f: ${name}`,
    files: { 'Chart.yaml': minimal, 'more.yaml': text },
    args: ['x', '.', '-f', 'more.yaml'],
  })),
  ...schemas().map(([name, text]) => ({
    name,
    files: { 'Chart.yaml': minimal, 'values.schema.json': text, 'values.yaml': 'a: 1\n' },
    args: ['x', '.'],
  })),
  { name: 'lock without a time', files: { 'Chart.yaml': minimal, 'Chart.lock': 'generated: now\n' }, args: ['x', '.'] },
  { name: 'lock with a list', files: { 'Chart.yaml': minimal, 'Chart.lock': 'generated: [1]\n' }, args: ['x', '.'] },
  {
    name: 'lock with a date',
    files: { 'Chart.yaml': minimal, 'Chart.lock': 'generated: 2020-01-01\n' },
    args: ['x', '.'],
  },
  { name: 'ignore with two stars', files: { 'Chart.yaml': minimal, '.helmignore': 'a/**\n' }, args: ['x', '.'] },
  { name: 'ignore that is no pattern', files: { 'Chart.yaml': minimal, '.helmignore': '[a\n' }, args: ['x', '.'] },
  { name: 'ignore of Chart.yaml', files: { 'Chart.yaml': minimal, '.helmignore': 'Chart.yaml\n' }, args: ['x', '.'] },
  { name: 'empty folder', files: {}, args: ['x', '.'] },
  { name: 'values file as chart', files: { 'values.yaml': 'a: 1\n' }, args: ['x', './values.yaml'] },
  { name: 'text as archive', files: { 'a.tgz': 'text\n' }, args: ['x', './a.tgz'] },
  { name: 'zip as archive', files: { 'a.tgz': 'PK\u0003\u0004rest' }, args: ['x', './a.tgz'] },
  { name: 'page as archive', files: { 'a.tgz': ' <html><body>not found</body></html>' }, args: ['x', './a.tgz'] },
  { name: 'no chart at the path', files: {}, args: ['x', './nowhere'] },
  { name: 'no chart at the absolute path', files: {}, args: ['x', '/nowhere/chart'] },
  { name: 'a name instead of a path', files: {}, args: ['x', 'nowhere'] },
  { name: 'a repository instead of a path', files: {}, args: ['x', 'somewhere/chart'] },
  { name: 'bad release name', files: { 'Chart.yaml': minimal }, args: ['Not_Valid', '.'] },
  { name: 'long release name', files: { 'Chart.yaml': minimal }, args: ['x'.repeat(54), '.'] },
  { name: 'no release name', files: { 'Chart.yaml': minimal }, args: ['.'] },
];

function chartYamls(): [name: string, text: string][] {
  return [
    ['empty', ''],
    ['no YAML', 'a: b: c\n'],
    ['a list', '- a\n'],
    ['without name', 'apiVersion: v2\nversion: 1.0.0\n'],
    ['without version', 'apiVersion: v2\nname: a\n'],
    ['version that is none', 'apiVersion: v2\nname: a\nversion: x.y\n'],
    ['version as number', 'apiVersion: v2\nname: a\nversion: 1.10\n'],
    ['API version of the future', 'apiVersion: v9\nname: a\nversion: 1.0.0\n'],
    ['API version 3', 'apiVersion: v3\nname: a\nversion: 1.0.0\n'],
    ['name with a slash', 'apiVersion: v2\nname: a/b\nversion: 1.0.0\n'],
    ['name of dots', 'apiVersion: v2\nname: ..\nversion: 1.0.0\n'],
    ['name as list', 'apiVersion: v2\nname: [a]\nversion: 1.0.0\n'],
    ['unknown type', 'apiVersion: v2\nname: a\nversion: 1.0.0\ntype: plugin\n'],
    ['library', 'apiVersion: v2\nname: a\nversion: 1.0.0\ntype: library\n'],
    ['fields in another case', 'APIVERSION: v2\nNAME: a\nVersion: 1.0.0\n'],
    ['empty maintainer', `${minimal}maintainers:\n  -\n`],
    ['maintainer with a map for a name', `${minimal}maintainers:\n  - name: {a: b}\n`],
    ['annotation with a map', `${minimal}annotations: {a: {b: c}}\n`],
    ['deprecated as text', `${minimal}deprecated: maybe\n`],
    ['keywords as text', `${minimal}keywords: one\n`],
    ['tags with a map', `${minimal}dependencies:\n  - name: b\n    tags: [1, {}]\n`],
    ['empty dependency', `${minimal}dependencies:\n  -\n`],
    ['two dependencies of one name', `${minimal}dependencies:\n  - name: b\n  - name: b\n`],
    ['alias with a dot', `${minimal}dependencies:\n  - name: b\n    alias: b.c\n`],
    ['missing dependencies', `${minimal}dependencies:\n  - name: b\n  - name: c\n`],
    ['control characters', `${minimal}description: "a\\tb\\u0007c"\n`],
  ];
}

function valuesYamls(): [name: string, text: string][] {
  return [
    ['values that are a list', '- a\n'],
    ['values that are text', 'just text\n'],
    ['values that are no YAML', 'a: 1\nb: [\n'],
    ['second document that is no YAML', 'a: 1\n---\nb: 1\nc: }\n'],
    ['document separator with text', 'a: 1\n---text\nb: 2\n'],
    ['infinite number', 'a: .inf\n'],
    ['null as key', '~: a\n'],
    ['tab', 'a:\n\tb: 1\n'],
    ['unknown anchor', 'a: *b\n'],
    ['empty documents', '---\n---\n# nothing\n---\na: 1\n'],
    ['line feeds of Windows', 'a: 1\r\n---\r\nb: |\r\n  text\r\n'],
    ['byte order mark', '\ufeffa: 1\n'],
  ];
}

function schemas(): [name: string, text: string][] {
  return [
    ['schema that is no JSON', '{a}'],
    ['schema cut off', '{"type": "object"'],
    ['schema that is true', 'true'],
    ['schema that is false', 'false'],
    ['schema that is empty', '{}'],
    ['schema of an unknown type', '{"type": "thing"}'],
    ['schema with a pattern that is none', '{"properties": {"a": {"type": "string", "pattern": "["}}}'],
    ['schema with a broken reference', '{"properties": {"a": {"$ref": "#/$defs/nowhere"}}}'],
    ['schema with an unknown anchor', '{"properties": {"a": {"$ref": "#nowhere"}}}'],
    [
      'schema with a reference by anchor',
      '{"$defs": {"x": {"$anchor": "text", "type": "string"}}, "properties": {"a": {"$ref": "#text"}}}',
    ],
    [
      'schema with a reference by id',
      '{"$defs": {"x": {"$id": "text.json", "type": "string"}}, "properties": {"a": {"$ref": "text.json"}}}',
    ],
    ['schema with a reference to itself', '{"properties": {"a": {"$ref": "#"}}, "type": "object"}'],
    [
      'schema that goes round in circles',
      '{"$defs": {"x": {"$ref": "#/$defs/y"}, "y": {"$ref": "#/$defs/x"}}, "$ref": "#/$defs/x"}',
    ],
    [
      'schema of draft 4',
      '{"$schema": "http://json-schema.org/draft-04/schema#", "properties": {"a": {"minimum": 1, "exclusiveMinimum": true}}}',
    ],
    [
      'schema of draft 6',
      '{"$schema": "http://json-schema.org/draft-06/schema#", "properties": {"a": {"exclusiveMinimum": 1}}}',
    ],
    [
      'schema of draft 2019-09',
      '{"$schema": "https://json-schema.org/draft/2019-09/schema", "unevaluatedProperties": false, "properties": {"b": {}}}',
    ],
    [
      'schema with a dynamic reference',
      '{"$id": "https://example.com/s", "$dynamicAnchor": "node", "properties": {"a": {"$dynamicRef": "#node"}}, "type": "object"}',
    ],
    ['schema with a wrong keyword', '{"properties": {"a": {"minimum": "1"}}}'],
    ['schema with formats that only note', '{"properties": {"a": {"format": "email"}}}'],
    ['schema with a URN', '{"properties": {"a": {"$ref": "urn:example:x"}}}'],
    [
      'schema with nested conditions',
      '{"properties": {"a": {"anyOf": [{"allOf": [{"type": "string"}, {"const": 2}]}, {"not": {"type": "number"}}]}}}',
    ],
    ['schema with an empty any', '{"properties": {"a": {"enum": []}}}'],
    ['schema with objects to choose from', '{"properties": {"a": {"enum": [{"b": 1}, [2]]}}}'],
    ['schema that asks for large numbers', '{"properties": {"a": {"minimum": 1234567}}}'],
  ];
}
