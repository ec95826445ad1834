import { objectStatus } from '@fairlead/engine/kube';
import type { KubeObject } from '@fairlead/engine/support';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../support/oracleCases.ts';
import { seed, useOracle } from '../support/useOracle.ts';

const runs = 1500;

const oracle = useOracle();

const count = fc.integer({ min: 0, max: 3 });
const truth = fc.constantFrom('True', 'False', 'Unknown');

/** Conditions of types that a rule reads, with reasons that a rule reads. */
function conditions(types: readonly string[], reasons: readonly string[]): fc.Arbitrary<readonly JsonObject[]> {
  const condition = fc.record(
    {
      type: fc.constantFrom(...types, 'Reconciling', 'Stalled', 'Ready', 'Other'),
      status: truth,
      reason: fc.constantFrom(...reasons, 'Other', ''),
      message: fc.constantFrom('what happened', ''),
    },
    { requiredKeys: ['type', 'status'] },
  );
  return fc.array(condition, { maxLength: 3 });
}

/** An object whose fields are there or not. */
function fields(shape: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<object> {
  return fc.record(shape, { requiredKeys: [] });
}

function counts(...names: readonly string[]): Readonly<Record<string, fc.Arbitrary<number>>> {
  return Object.fromEntries(names.map((name) => [name, count]));
}

interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: fc.Arbitrary<object>;
  readonly status: Readonly<Record<string, fc.Arbitrary<unknown>>>;
}

const replicaCounts = counts(
  ...['replicas', 'readyReplicas', 'updatedReplicas', 'availableReplicas', 'currentReplicas', 'fullyLabeledReplicas'],
);
const waiting = fc.constantFrom({}, { waiting: {} }, { waiting: { reason: 'CrashLoopBackOff' } }, { running: {} });

const kinds: readonly Kind[] = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    spec: fields({ replicas: count, progressDeadlineSeconds: fc.constantFrom(600, 2_147_483_647) }),
    status: {
      ...replicaCounts,
      conditions: conditions(
        ['Progressing', 'Available', 'Progressing'],
        ['ProgressDeadlineExceeded', 'NewReplicaSetAvailable', 'MinimumReplicasAvailable'],
      ),
    },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    spec: fields({
      replicas: count,
      updateStrategy: fc.constantFrom(
        { type: 'OnDelete' },
        { type: 'RollingUpdate' },
        { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
        { type: 'RollingUpdate', rollingUpdate: { partition: 2 } },
      ),
    }),
    status: {
      ...replicaCounts,
      currentRevision: fc.constantFrom('a', 'b'),
      updateRevision: fc.constantFrom('a', 'b'),
      conditions: conditions([], []),
    },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    spec: fields({}),
    status: {
      ...counts('desiredNumberScheduled', 'currentNumberScheduled', 'updatedNumberScheduled'),
      ...counts('numberAvailable', 'numberReady'),
      conditions: conditions([], []),
    },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    spec: fields({ replicas: count }),
    status: { ...replicaCounts, conditions: conditions(['ReplicaFailure'], []) },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    spec: fields({ parallelism: count, completions: count }),
    status: {
      ...counts('succeeded', 'failed', 'active'),
      startTime: fc.constantFrom('2026-01-01T00:00:00Z', ''),
      conditions: conditions(['Complete', 'Failed'], []),
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    spec: fields({}),
    status: {
      phase: fc.constantFrom('Pending', 'Running', 'Succeeded', 'Failed', ''),
      conditions: conditions(['PodScheduled'], ['Unschedulable']),
      containerStatuses: fc.array(fc.record({ name: fc.constantFrom('a', 'b'), state: waiting }), { maxLength: 2 }),
    },
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    spec: fields({}),
    status: { phase: fc.constantFrom('Bound', 'Pending', 'Lost') },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    spec: fields({
      type: fc.constantFrom('LoadBalancer', 'ClusterIP', 'ExternalName'),
      clusterIP: fc.constantFrom('', 'None', '10.0.0.1'),
    }),
    status: { conditions: conditions([], []) },
  },
  {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    spec: fields({}),
    status: { conditions: conditions(['NamesAccepted', 'Established'], ['Installing']) },
  },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', spec: fields({}), status: {} },
  { apiVersion: 'batch/v1', kind: 'CronJob', spec: fields({}), status: {} },
  { apiVersion: 'v1', kind: 'ConfigMap', spec: fields({}), status: {} },
  { apiVersion: 'v1', kind: 'Secret', spec: fields({}), status: {} },
  { apiVersion: 'example.com/v1', kind: 'Deployment', spec: fields({}), status: { conditions: conditions([], []) } },
];

function objects({ apiVersion, kind, spec, status }: Kind): fc.Arbitrary<KubeObject> {
  const generation = fc.integer({ min: 1, max: 2 });
  const metadata = fc.record(
    {
      name: fc.constant('it'),
      generation,
      deletionTimestamp: fc.constantFrom('', '2026-01-01T00:00:00Z'),
      // Long before and long after the moment of the test: a Pod may wait 15 s to be scheduled.
      creationTimestamp: fc.constantFrom('2020-01-01T00:00:00Z', '2120-01-01T00:00:00Z'),
    },
    { requiredKeys: ['name', 'creationTimestamp'] },
  );
  return fc.record(
    {
      apiVersion: fc.constant(apiVersion),
      kind: fc.constant(kind),
      metadata,
      spec,
      status: fields({ ...status, observedGeneration: generation }),
    },
    { requiredKeys: ['apiVersion', 'kind', 'metadata'] },
  );
}

test.for(kinds)('$apiVersion $kind is as kstatus says', async (kind) => {
  const sample = fc.sample(objects(kind), { numRuns: runs, seed });
  const rules = { jobs: 'started', pods: 'ready', nowMs: Date.now() } as const;
  const answers = await oracle.askAll(
    // Objects are JSON; only what is undefined is not, and there is none.
    sample.map((object) => ({ op: 'status' as const, object: object as unknown as JsonObject })),
  );
  const seen = new Set<string>();
  for (const [index, object] of sample.entries()) {
    const have = objectStatus(object, rules);
    seen.add(have.status);
    expect({ object, status: have.status, message: have.message }).toEqual({ object, ...answers[index] });
  }
  // The sample is worth something: it reaches more than one verdict.
  expect(seen.size).toBeGreaterThan(1);
});
