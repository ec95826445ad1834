import { gunzipSync } from 'node:zlib';
import type { ChartMetadata } from '@fairlead/engine/chart';
import { decodeJson, type GoMap, isMap, newMap } from '@fairlead/engine/gostd';
import type { Release } from '@fairlead/engine/release';
import { decodeRelease, encodeRelease } from '@fairlead/engine/storage';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../support/oracleCases.ts';
import { seed, useOracle } from '../support/useOracle.ts';

const runs = 300;

const oracle = useOracle();

const word = fc.oneof(
  fc.constant(''),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom('<&>', 'a\u2028b', '\u007f"\\'),
);
const time = fc.constantFrom('2026-11-21T06:34:08.123456789Z', '2026-11-21T06:34:08+02:00', '2026-11-21T06:34:08.5Z');
const bytes = fc.uint8Array({ maxLength: 12 });
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(1e21, 1e-7, 1e20, 5e-324),
);

const { values } = fc.letrec<{ values: unknown; one: unknown }>((tie) => ({
  values: fc.dictionary(word, tie('one'), { maxKeys: 4 }),
  one: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(word, number, fc.boolean(), fc.constant(null)),
    fc.array(tie('one'), { maxLength: 3 }),
    tie('values'),
  ),
}));
const maps: fc.Arbitrary<GoMap> = values.map((json) => {
  const value = decodeJson(JSON.stringify(json));
  return isMap(value) ? value : newMap();
});

const files = fc.array(fc.record({ name: word, data: bytes, modTime: time }), { maxLength: 2 });
const dependency = fc.record({
  ...{ name: word, version: word, repository: word, condition: word, alias: word },
  tags: fc.array(word, { maxLength: 2 }),
  enabled: fc.boolean(),
  importValues: fc.array(word, { maxLength: 2 }),
});
const metadata: fc.Arbitrary<ChartMetadata> = fc.record(
  {
    ...{ name: word, home: word, version: word, description: word, icon: word, apiVersion: word, condition: word },
    ...{ tags: word, appVersion: word, kubeVersion: word, type: word },
    sources: fc.array(word, { maxLength: 2 }),
    keywords: fc.array(word, { maxLength: 2 }),
    maintainers: fc.array(fc.record({ name: word, email: word, url: word }), { maxLength: 2 }),
    deprecated: fc.boolean(),
    annotations: fc.dictionary(word, word, { maxKeys: 3 }),
    dependencies: fc.array(dependency, { minLength: 1, maxLength: 2 }),
  },
  {
    requiredKeys: [
      ...(['name', 'home', 'version', 'description', 'icon', 'apiVersion', 'condition', 'tags', 'appVersion'] as const),
      ...(['kubeVersion', 'type', 'sources', 'keywords', 'maintainers', 'deprecated'] as const),
    ],
  },
);
const hook = fc.record({
  ...{ name: word, kind: word, path: word, manifest: word },
  events: fc.uniqueArray(fc.constantFrom('pre-install' as const, 'post-upgrade' as const, 'test' as const)),
  lastRun: fc.record(
    { startedAt: time, completedAt: time, phase: fc.constantFrom('' as const, 'Running' as const, 'Failed' as const) },
    { requiredKeys: ['phase'] },
  ),
  weight: fc.integer({ min: -5, max: 5 }),
  deletePolicies: fc.array(fc.constantFrom('before-hook-creation', 'hook-failed'), { maxLength: 2 }),
  outputLogPolicies: fc.array(fc.constantFrom('hook-succeeded', 'hook-failed'), { maxLength: 2 }),
});
const releases: fc.Arbitrary<Release> = fc.record({
  name: fc.constantFrom('web', 'a.b-c'),
  namespace: word,
  version: fc.integer({ min: 1, max: 99 }),
  info: fc.record(
    {
      ...{ firstDeployed: time, lastDeployed: time, deleted: time, description: word, notes: word },
      status: fc.constantFrom('deployed' as const, 'pending-rollback' as const, 'unknown' as const),
      rollbackRevision: fc.integer({ min: 1, max: 9 }),
    },
    { requiredKeys: ['firstDeployed', 'lastDeployed', 'description', 'notes', 'status'] },
  ),
  chart: fc.record(
    {
      ...{ metadata, templates: files, values: maps, files, modTime: time, schemaModTime: time },
      lock: fc.record({ generated: time, digest: word, dependencies: fc.array(dependency, { maxLength: 2 }) }),
      schema: bytes.filter((schema) => schema.length > 0),
    },
    { requiredKeys: ['metadata', 'templates', 'values', 'files'] },
  ),
  config: maps,
  manifest: word,
  hooks: fc.array(hook, { maxLength: 2 }),
  applyMethod: fc.constantFrom('ssa' as const, 'csa' as const, '' as const),
  labels: fc.constant({ team: 'x' }),
});

const sample = fc.sample(releases, { numRuns: runs, seed });

test('Helm stores a release in the bytes we store it in', async () => {
  const ours = sample.map((release) => gunzipSync(Buffer.from(encodeRelease(release), 'base64')).toString('utf8'));
  const answers = await oracle.askAll(
    ours.map((json) => ({
      op: 'releaseCodec' as const,
      release: JSON.parse(json) as JsonObject,
      labels: { team: 'x' },
    })),
  );
  for (const [index, answer] of answers.entries()) {
    expect(answer).toMatchObject({
      json: ours[index],
      type: 'helm.sh/release.v1',
      labels: { owner: 'helm', team: 'x' },
    });
  }
});

test('Helm reads what we store, and what we read is what was stored', async () => {
  const payloads = sample.map(encodeRelease);
  const answers = await oracle.askAll(payloads.map((payload) => ({ op: 'releaseCodec' as const, payload })));
  for (const [index, release] of sample.entries()) {
    expect(answers[index]).toMatchObject({ release: { name: release.name, version: release.version } });
    const again = encodeRelease(decodeRelease(payloads[index] ?? '', release.labels));
    expect(gunzipSync(Buffer.from(again, 'base64')).toString()).toBe(
      gunzipSync(Buffer.from(payloads[index] ?? '', 'base64')).toString(),
    );
  }
});
