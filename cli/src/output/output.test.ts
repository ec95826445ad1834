import { expect, test } from 'vitest';
import type { Plan } from '@fairlead/engine/session';
import { outcomeText, planText, wouldChange } from './plan.ts';
import { problemsJson, problemsSarif, problemsText, reaches, type FileProblem } from './problems.ts';
import { historyText } from './status.ts';
import { table } from './table.ts';

const problem: FileProblem = {
  file: 'apps/a.yaml',
  range: { start: { line: 4, character: 2 }, end: { line: 4, character: 9 } },
  severity: 'error',
  code: 'schema-unknown-field',
  message: 'unknown field "spec.nope"',
  admission: true,
};

test('a table pads all but the last column', () => {
  expect(table(['A', 'LONG', 'C'], [['xyz', 'y', 'z']])).toBe('A    LONG  C\nxyz  y     z');
});

test('problems are printed one a line, 1-based, with a count at the end', () => {
  expect(problemsText([problem, { ...problem, severity: 'warning' }])).toBe(
    'apps/a.yaml:5:3: error: unknown field "spec.nope" (schema-unknown-field)\n' +
      'apps/a.yaml:5:3: warning: unknown field "spec.nope" (schema-unknown-field)\n' +
      '1 error, 1 warning',
  );
  expect(problemsText([])).toBe('no problems');
});

test('the JSON of a problem has exactly the documented keys', () => {
  const rows = JSON.parse(problemsJson([problem])) as object[];
  expect(rows.map((row) => Object.keys(row))).toEqual([['file', 'range', 'severity', 'code', 'message', 'admission']]);
});

test('SARIF counts lines and columns from 1', () => {
  expect(problemsSarif([problem], '1.2.3')).toContain('"startLine": 5,\n');
  expect(problemsSarif([problem], '1.2.3')).toContain('"startColumn": 3,\n');
});

test.for([
  { severity: 'error', failOn: 'error', want: true },
  { severity: 'warning', failOn: 'error', want: false },
  { severity: 'warning', failOn: 'warning', want: true },
  { severity: 'hint', failOn: 'warning', want: false },
] as const)('$severity reaches --fail-on $failOn: $want', ({ severity, failOn, want }) => {
  expect(reaches(severity, failOn)).toBe(want);
});

const plan: Plan = {
  version: 1,
  digest: 'sha256:x',
  releases: [
    {
      release: { namespace: 'shop', name: 'store', releaseName: 'store', targetNamespace: 'live' },
      action: 'upgrade',
      reason: 'values changed',
      chart: { name: 'store', version: '1.2.0', from: 'http://127.0.0.1:8879' },
      changes: [
        {
          object: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'live', name: 'a' },
          change: 'update',
          diff: '-x\n+y\n',
        },
        { object: { apiVersion: 'v1', kind: 'Service', namespace: 'live', name: 'b' }, change: 'none', diff: '' },
      ],
      hooks: [
        { object: { apiVersion: 'batch/v1', kind: 'Job', namespace: 'live', name: 'm' }, events: ['pre-upgrade'] },
      ],
      warnings: ['careful'],
    },
  ],
};

test('a plan says what, why, and what changes in which object', () => {
  expect(planText(plan)).toBe(`no cluster: everything is a first install

upgrade shop/store into live: store 1.2.0 from http://127.0.0.1:8879
  why: values changed
  warning: careful
  * Job m (pre-upgrade)
  ~ ConfigMap live/a
      -x
      +y
  1 unchanged

1 release: 1 upgrade`);
  expect(wouldChange(plan)).toBe(true);
});

test('an outcome is one line', () => {
  expect(
    outcomeText({
      kind: 'requeue',
      release: { namespace: 'shop', name: 'store' },
      afterMs: 29_400,
      reason: 'DependencyNotReady',
      message: "dependency 'shop/db' is not ready",
    }),
  ).toBe("shop/store not ready (DependencyNotReady): dependency 'shop/db' is not ready; next try in 30 s");
});

test('history is oldest first with one line a revision', () => {
  expect(
    historyText({
      version: 1,
      release: { namespace: 'shop', name: 'store', releaseName: 'store' },
      history: [
        {
          revision: 1,
          updated: '2026-01-02T03:04:05Z',
          status: 'failed',
          chart: 'store',
          chartVersion: '1.0.0',
          description: 'Release "store" failed: boom\nmore',
          configDigest: 'sha256:y',
        },
      ],
    }),
  ).toContain('1         2026-01-02T03:04:05Z  failed  store-1.0.0  -            Release "store" failed: boom …');
});
