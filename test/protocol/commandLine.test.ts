import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../scripts/support/run.ts';

/** The built command line, as a script without a cluster runs it. */
let home = '';
let folder = '';

const release = (name: string): string => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: ${name}
  namespace: apps
spec:
  interval: 5m
  chart:
    spec:
      chart: ./charts/web
      sourceRef:
        kind: GitRepository
        name: fleet
`;
const source = `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: fleet
  namespace: apps
spec:
  interval: 5m
  url: https://git.example.com/fleet.git
  ref:
    branch: main
`;
const files: Readonly<Record<string, string>> = {
  'fleet/releases.yaml': `${release('one')}---\n${release('two')}`,
  'fleet/source.yaml': source,
  'fleet/charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'fleet/charts/web/templates/map.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-map\n',
  'lonely.yaml': release('one'),
  'text.yaml': 'just text\n',
  'broken.yaml': `${release('one')}  values: [\n`,
  'half/good.yaml': release('one'),
  'half/bad.yaml': `${release('two')}  install: [\n`,
  'half/template.yaml': 'replicas: {{ .replicas }\n',
  'large.yaml': '',
  'none/read.me': 'no YAML\n',
};

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'fairlead-home-'));
  folder = path.join(home, 'work');
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  await truncate(path.join(folder, 'large.yaml'), 11 * 1024 * 1024);
});
afterAll(async () => {
  await rm(home, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function fairlead(args: readonly string[]): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, 'dist', 'cli.cjs'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      FAIRLEAD_CONFIG: path.join(home, 'config'),
      FAIRLEAD_CACHE: path.join(home, 'cache'),
      KUBECONFIG: path.join(home, 'no-kubeconfig'),
    },
    input: '',
  });
  return { code: status, stdout, stderr: stderr.replaceAll(folder, 'WORK') };
}

const local = ['--local-source', 'https://git.example.com/fleet.git=fleet'];

test.for([
  { args: ['check', 'fleet'], code: 0, stderr: '' },
  { args: ['check', 'broken.yaml'], code: 1, stderr: '' },
  { args: ['check', 'lonely.yaml', '--fail-on', 'warning'], code: 1, stderr: '' },
  { args: ['check', 'none'], code: 0, stderr: 'warning: there is no YAML file in none\n' },
  { args: ['check', 'fleet', 'nowhere'], code: 2, stderr: 'error: there is no file or folder nowhere\n' },
  { args: ['check', 'large.yaml'], code: 1, stderr: 'error: large.yaml was not checked: it is larger than 10 MiB\n' },
  { args: ['render', 'nowhere.yaml'], code: 2, stderr: 'error: there is no file or folder nowhere.yaml\n' },
  { args: ['render', 'text.yaml'], code: 2, stderr: 'error: there is no HelmRelease in text.yaml\n' },
  {
    args: ['render', 'lonely.yaml'],
    code: 1,
    stderr: 'error: apps/one: could not get Source object: there is no GitRepository apps/fleet\n',
  },
  {
    args: ['render', 'fleet', '--release', 'apps/three'],
    code: 2,
    stderr: 'error: there is no HelmRelease apps/three in fleet, only apps/one, apps/two\n',
  },
  { args: ['plan', 'text.yaml'], code: 2, stderr: 'error: there is no HelmRelease in text.yaml\n' },
  ...['plan', 'render'].map((verb) => ({
    args: [verb, 'half'],
    code: 1,
    stderr:
      'error: WORK/half/bad.yaml:15:1: error converting YAML to JSON: yaml: line 14: did not find expected node content\n',
  })),
  { args: ['plan', 'fleet', ...local], code: 3, stderr: '' },
  { args: ['plan', 'apps/one'], code: 2, stderr: 'error: apps/one is in a cluster: name it with --context\n' },
  {
    args: ['status', '--kubeconfig', 'nowhere'],
    code: 1,
    stderr: 'error: read kubeconfig nowhere: no such file\n',
  },
  { args: ['history', 'apps/one', '--context', 'nope'], code: 1, stderr: 'error: context "nope" does not exist\n' },
  {
    args: ['rollback', 'apps/one', '--to', '1', '--yes'],
    code: 2,
    stderr: 'error: this changes a cluster: name it with --context\n',
  },
  { args: ['frobnicate'], code: 2, stderr: "error: unknown command 'frobnicate'\n" },
])('$args ends with $code', ({ args, code, stderr }) => {
  const ended = fairlead(args);
  expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code, stderr });
});

test('renders the one release that is asked for', () => {
  const both = fairlead(['render', 'fleet', ...local]);
  expect(both.stdout.match(/name: \S+-map/g)).toEqual(['name: one-map', 'name: two-map']);
  const one = fairlead(['render', 'fleet', '--release', 'apps/two', ...local]);
  expect({ code: one.code, stderr: one.stderr }).toEqual({ code: 0, stderr: '' });
  expect(one.stdout.match(/name: \S+-map/g)).toEqual(['name: two-map']);
});
