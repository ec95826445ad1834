import { expect, test } from 'vitest';
import type { Snapshot } from '../flux/index.ts';
import { type Decision, type DecisionInput, nextAction, type Remediation } from './decide.ts';
import { previousGood, truncateHistory } from './snapshot.ts';
import { determineReleaseState, type ReleaseState, type StateInput } from './state.ts';

function aSnapshot(overrides: Partial<Snapshot> = {}): Snapshot {
  return {
    apiVersion: 'v2',
    digest: 'sha256:a',
    name: 'a',
    namespace: 'ns',
    version: 1,
    status: 'deployed',
    chartName: 'probe',
    chartVersion: '1.0.0',
    configDigest: 'sha256:c',
    firstDeployed: '2026-01-01T00:00:00Z',
    lastDeployed: '2026-01-01T00:00:00Z',
    ...overrides,
  };
}

const latest = { version: 1, status: 'deployed', chartName: 'probe', chartVersion: '1.0.0', digest: 'sha256:a' };
const base: StateInput = {
  latest,
  history: [aSnapshot()],
  wanted: { chartName: 'probe', chartVersion: '1.0.0', configDigest: 'sha256:c' },
  generationChanged: false,
  postRenderersChanged: false,
  commonMetadataChanged: false,
  tests: { enabled: false, failuresIgnored: false },
  hasActiveRemediation: false,
};
const failedTest = { t: { phase: 'Failed' } };

const states: { name: string; input: Partial<StateInput>; want: ReleaseState['kind']; reason?: RegExp }[] = [
  { name: 'all as recorded', input: {}, want: 'inSync' },
  { name: 'nothing in storage, though the status remembers', input: { latest: undefined }, want: 'absent' },
  { name: 'a pending release', input: { latest: { ...latest, status: 'pending-upgrade' } }, want: 'locked' },
  {
    name: 'a pending release wins over an empty history',
    input: { latest: { ...latest, status: 'pending-install' }, history: [] },
    want: 'locked',
  },
  { name: 'a release that nobody recorded', input: { history: [] }, want: 'unmanaged' },
  {
    name: 'an uninstalled release that nobody recorded',
    input: { latest: { ...latest, status: 'uninstalled' }, history: [] },
    want: 'absent',
  },
  { name: 'a newer revision than recorded', input: { latest: { ...latest, version: 2 } }, want: 'unmanaged' },
  {
    name: 'the recorded revision, changed since',
    input: { latest: { ...latest, digest: 'sha256:b' } },
    want: 'unmanaged',
  },
  {
    name: 'an old record is not compared by digest',
    input: { history: [aSnapshot({ apiVersion: 'v1', digest: 'sha256:old' })] },
    want: 'inSync',
  },
  { name: 'failed', input: { latest: { ...latest, status: 'failed' } }, want: 'failed' },
  {
    name: 'failed, with another chart wanted, is still failed',
    input: { latest: { ...latest, status: 'failed' }, wanted: { ...base.wanted, chartVersion: '2.0.0' } },
    want: 'failed',
  },
  { name: 'uninstalled and recorded', input: { latest: { ...latest, status: 'uninstalled' } }, want: 'absent' },
  {
    name: 'superseded is nothing to act on',
    input: { latest: { ...latest, status: 'superseded' } },
    want: 'unexpected',
  },
  {
    name: 'uninstalling is nothing to act on',
    input: { latest: { ...latest, status: 'uninstalling' } },
    want: 'unexpected',
  },
  {
    name: 'another chart version',
    input: { wanted: { ...base.wanted, chartVersion: '1.1.0' } },
    want: 'outOfSync',
    reason: /chart version/,
  },
  {
    name: 'another chart name',
    input: { wanted: { ...base.wanted, chartName: 'other' } },
    want: 'outOfSync',
    reason: /chart name/,
  },
  {
    name: 'other values',
    input: { wanted: { ...base.wanted, configDigest: 'sha256:d' } },
    want: 'outOfSync',
    reason: /values/,
  },
  {
    name: 'post renderers changed in a new generation',
    input: { generationChanged: true, postRenderersChanged: true },
    want: 'outOfSync',
  },
  {
    name: 'post renderers that differ without a new generation do not count',
    input: { postRenderersChanged: true },
    want: 'inSync',
  },
  {
    name: 'common metadata changed in a new generation',
    input: { generationChanged: true, commonMetadataChanged: true },
    want: 'outOfSync',
  },
  {
    name: 'tests wanted and none recorded',
    input: { tests: { enabled: true, failuresIgnored: false } },
    want: 'untested',
  },
  {
    name: 'tests wanted, and there were none to run',
    input: { tests: { enabled: true, failuresIgnored: false }, history: [aSnapshot({ testHooks: {} })] },
    want: 'inSync',
  },
  {
    name: 'tests half done',
    input: {
      tests: { enabled: true, failuresIgnored: false },
      history: [aSnapshot({ testHooks: { t: { phase: 'Succeeded' }, u: { phase: 'Running' } } })],
    },
    want: 'untested',
  },
  {
    name: 'a failed test with a remediation',
    input: {
      tests: { enabled: true, failuresIgnored: false },
      hasActiveRemediation: true,
      history: [aSnapshot({ testHooks: failedTest })],
    },
    want: 'failed',
  },
  {
    name: 'a failed test without a remediation',
    input: { tests: { enabled: true, failuresIgnored: false }, history: [aSnapshot({ testHooks: failedTest })] },
    want: 'inSync',
  },
  {
    name: 'a failed test that is ignored',
    input: {
      tests: { enabled: true, failuresIgnored: true },
      hasActiveRemediation: true,
      history: [aSnapshot({ testHooks: failedTest })],
    },
    want: 'inSync',
  },
  {
    name: 'values come before tests',
    input: { tests: { enabled: true, failuresIgnored: false }, wanted: { ...base.wanted, configDigest: 'sha256:d' } },
    want: 'outOfSync',
  },
];
test.for(states)('state: $name', ({ input, want, reason }) => {
  const state = determineReleaseState({ ...base, ...input });
  expect(state.kind).toBe(want);
  expect(state.reason).toMatch(reason ?? /./);
});

const remediation: Remediation = {
  retries: 0,
  remediateLastFailure: false,
  strategy: 'rollback',
  ignoreTestFailures: false,
};
const decisionBase: DecisionInput = {
  state: { kind: 'inSync', reason: '' },
  history: [aSnapshot()],
  lastAction: undefined,
  installFailures: 0,
  upgradeFailures: 0,
  install: remediation,
  upgrade: remediation,
  force: false,
};
const failed: ReleaseState = { kind: 'failed', reason: '' };
const absent: ReleaseState = { kind: 'absent', reason: '' };
const outOfSync: ReleaseState = { kind: 'outOfSync', reason: '' };
const twoReleases = [aSnapshot({ version: 2, status: 'failed' }), aSnapshot({ status: 'superseded' })];

const decisions: { name: string; input: Partial<DecisionInput>; want: string }[] = [
  { name: 'in sync', input: {}, want: 'done' },
  { name: 'in sync and forced', input: { force: true }, want: 'upgrade' },
  { name: 'locked', input: { state: { kind: 'locked', status: 'pending-install', reason: '' } }, want: 'unlock' },
  { name: 'absent', input: { state: absent }, want: 'install' },
  {
    name: 'absent after a failed install without retries',
    input: { state: absent, installFailures: 1 },
    want: 'RetriesExceeded',
  },
  {
    name: 'absent after as many failures as retries',
    input: { state: absent, installFailures: 1, install: { ...remediation, retries: 1 } },
    want: 'install',
  },
  {
    name: 'absent with unlimited retries',
    input: { state: absent, installFailures: 99, install: { ...remediation, retries: -1 } },
    want: 'install',
  },
  { name: 'absent, exhausted and forced', input: { state: absent, installFailures: 9, force: true }, want: 'install' },
  { name: 'unmanaged', input: { state: { kind: 'unmanaged', reason: '' } }, want: 'upgrade clearing history' },
  { name: 'out of sync', input: { state: outOfSync }, want: 'upgrade' },
  { name: 'out of sync and exhausted', input: { state: outOfSync, upgradeFailures: 1 }, want: 'RetriesExceeded' },
  { name: 'untested', input: { state: { kind: 'untested', reason: '' } }, want: 'test' },
  {
    name: 'failed with the retry strategy',
    input: { state: failed, lastAction: 'upgrade', upgrade: undefined, upgradeFailures: 3 },
    want: 'upgrade',
  },
  { name: 'failed before anything was tried', input: { state: failed }, want: 'upgrade' },
  {
    name: 'failed, and the configuration changed since',
    input: { state: failed, lastAction: 'upgrade', history: twoReleases },
    want: 'upgrade',
  },
  {
    name: 'failed install without retries',
    input: { state: failed, lastAction: 'install', installFailures: 1 },
    want: 'RetriesExceeded',
  },
  {
    name: 'failed install with a retry left',
    input: { state: failed, lastAction: 'install', installFailures: 1, install: { ...remediation, retries: 1 } },
    want: 'uninstall',
  },
  {
    name: 'the last failed install is remediated when asked',
    input: {
      state: failed,
      lastAction: 'install',
      installFailures: 1,
      install: { ...remediation, remediateLastFailure: true },
    },
    want: 'uninstall',
  },
  {
    name: 'failed upgrade with a retry left',
    input: {
      state: failed,
      lastAction: 'upgrade',
      upgradeFailures: 1,
      history: twoReleases,
      upgrade: { ...remediation, retries: 1 },
    },
    want: 'rollback to 1',
  },
  {
    name: 'failed upgrade with the uninstall strategy',
    input: {
      state: failed,
      lastAction: 'upgrade',
      upgradeFailures: 1,
      history: twoReleases,
      upgrade: { ...remediation, retries: 1, strategy: 'uninstall' },
    },
    want: 'uninstall',
  },
  {
    name: 'failed upgrade with nothing to go back to',
    input: {
      state: failed,
      lastAction: 'upgrade',
      upgradeFailures: 1,
      history: [aSnapshot({ status: 'failed' })],
      upgrade: { ...remediation, retries: 1 },
    },
    want: 'MissingRollbackTarget',
  },
  {
    name: 'failed and forced',
    input: { state: failed, lastAction: 'upgrade', upgradeFailures: 9, force: true },
    want: 'upgrade',
  },
  { name: 'unexpected', input: { state: { kind: 'unexpected', reason: 'odd' } }, want: 'error odd' },
];
test.for(decisions)('decision: $name', ({ input, want }) => {
  expect(describeDecision(nextAction({ ...decisionBase, ...input }))).toBe(want);
});

function describeDecision(decision: Decision): string {
  switch (decision.kind) {
    case 'done':
      return 'done';
    case 'stalled':
      return decision.reason;
    case 'error':
      return `error ${decision.message}`;
    case 'act':
      switch (decision.action.kind) {
        case 'rollback':
          return `rollback to ${decision.action.to.version}`;
        case 'upgrade':
          return decision.action.clearHistory ? 'upgrade clearing history' : 'upgrade';
        case 'install':
        case 'test':
        case 'unlock':
        case 'uninstall':
          return decision.action.kind;
      }
  }
}

const histories: {
  name: string;
  history: Snapshot[];
  ignoreTests?: boolean;
  previous: number | undefined;
  kept: number[];
}[] = [
  { name: 'one release', history: [aSnapshot()], previous: undefined, kept: [1] },
  {
    name: 'two good ones',
    history: [aSnapshot({ version: 2 }), aSnapshot({ status: 'superseded' })],
    previous: 1,
    kept: [2, 1],
  },
  {
    name: 'a good one behind a failed one',
    history: [
      aSnapshot({ version: 3 }),
      aSnapshot({ version: 2, status: 'failed' }),
      aSnapshot({ status: 'superseded' }),
    ],
    previous: 1,
    kept: [3, 2, 1],
  },
  {
    name: 'older ones behind a good one go',
    history: [
      aSnapshot({ version: 3 }),
      aSnapshot({ version: 2, status: 'superseded' }),
      aSnapshot({ status: 'superseded' }),
    ],
    previous: 2,
    kept: [3, 2],
  },
  {
    name: 'a failed test makes a release no target',
    history: [aSnapshot({ version: 2 }), aSnapshot({ status: 'superseded', testHooks: failedTest })],
    previous: undefined,
    kept: [2, 1],
  },
  {
    name: 'unless failed tests are ignored',
    history: [aSnapshot({ version: 2 }), aSnapshot({ status: 'superseded', testHooks: failedTest })],
    ignoreTests: true,
    previous: 1,
    kept: [2, 1],
  },
  {
    name: 'five stay when none is good',
    history: [7, 6, 5, 4, 3, 2, 1].map((version) => aSnapshot({ version, status: 'failed' })),
    previous: undefined,
    kept: [7, 6, 5, 4, 3],
  },
];
test.for(histories)('history: $name', ({ history, ignoreTests = false, previous, kept }) => {
  expect(previousGood(history, { ignoreTests })?.version).toBe(previous);
  expect(truncateHistory(history, { ignoreTests }).map(({ version }) => version)).toEqual(kept);
});
