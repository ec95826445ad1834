import { chartCrds, defaultCapabilities, loadFiles } from '@fairlead/engine/chart';
import { fromBytes, toBytes } from '@fairlead/engine/gostd';
import { assembleManifest, sortManifests } from '@fairlead/engine/release';
import { renderChart, splitNotes } from '@fairlead/engine/render';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ChartCase, chartCases } from '../support/chartCases.ts';
import { expectSame, goMap, type Outcome, outcomeOf } from '../support/compare.ts';
import { chartFiles, textBytes } from '../support/oracle.ts';
import type { OracleAnswer, OracleText } from '../support/oracleCases.ts';
import { seed, useOracle } from '../support/useOracle.ts';

/** FAIRLEAD_CASES=N draws more. */
const numRuns = Number(process.env['FAIRLEAD_CASES'] ?? 2000);

const oracle = useOracle();

test(`${numRuns} charts become the same manifest, hooks and notes (FAIRLEAD_SEED=${seed})`, async () => {
  const samples = fc.sample(chartCases(), { numRuns, seed });
  const answers = await oracle.askAll(
    samples.map(
      ({ files, values, isUpgrade, includeCrds, kubeVersion }) =>
        ({
          op: 'install',
          files: chartFiles(files),
          values,
          release: { name: 'r', namespace: 'ns', isUpgrade },
          includeCrds,
          ...(kubeVersion === undefined ? {} : { capabilities: { kubeVersion } }),
        }) as const,
    ),
  );
  expectSame(
    samples,
    samples.map((sample) => withoutChance(outcomeOf(() => install(sample)))),
    answers.map((answer) => withoutChance(wanted(answer))),
  );
  const refused = answers.filter((answer) => 'error' in answer).length;
  expect([refused > numRuns / 10, numRuns - refused > numRuns / 10]).toEqual([true, true]);
});

/** What Helm's install comes to, without a cluster. */
function install({ files, values, isUpgrade, includeCrds, kubeVersion }: ChartCase): object {
  // The oracle reads them in this order, too.
  const names = Object.keys(files).sort();
  const chart = loadFiles(names.map((name) => ({ name, data: toBytes(files[name] ?? '') })));
  const rendered = renderChart({
    chart,
    values: goMap(values),
    release: { name: 'r', namespace: 'ns', isInstall: !isUpgrade, isUpgrade, revision: 1 },
    capabilities: defaultCapabilities(kubeVersion === undefined ? {} : { kubeVersion }),
    world: { now: () => 0, randomBytes: (count) => new Uint8Array(count), timeZone: 'UTC' },
    lookup: { get: () => undefined },
    skipSchemaValidation: false,
    limits: { maxBytes: 10_000_000, maxMs: Infinity },
  });
  const { notes, files: texts } = splitNotes(rendered.chart, rendered.files);
  const { hooks, manifests } = sortManifests(texts);
  return {
    manifest: definitionsSorted(assembleManifest(manifests, includeCrds ? chartCrds(rendered.chart) : [])),
    hooks: hooks.map(({ name, kind, path, manifest, events, weight, deletePolicies, outputLogPolicies }) => ({
      ...{ name, kind, path, manifest, events, weight, deletePolicies, outputLogPolicies },
    })),
    notes,
  };
}

function wanted(answer: OracleAnswer<'install'>): Outcome {
  if ('error' in answer) {
    return { error: answer.error };
  }
  const text = (of: OracleText): string => fromBytes(textBytes(of));
  return {
    result: {
      manifest: definitionsSorted(text(answer.manifest)),
      hooks: answer.hooks.map((hook) => ({
        name: hook.name,
        kind: hook.kind,
        path: hook.path,
        manifest: hook.manifest,
        events: hook.events,
        weight: hook.weight ?? 0,
        deletePolicies: hook.delete_policies ?? [],
        outputLogPolicies: hook.output_log_policies ?? [],
      })),
      notes: text(answer.notes),
    },
  };
}

/** Helm lists the definitions of the charts below in any order. */
function definitionsSorted(manifest: string): string {
  const parts = manifest.split(/^(?=---\n# Source: )/m);
  const isDefinition = (part: string): boolean => /^---\n# Source: [^/\n]+(?:\/charts\/[^/\n]+)*\/crds\//.test(part);
  return [...parts.filter(isDefinition).sort(), ...parts.filter((part) => !isDefinition(part))].join('');
}

/** Helm visits the charts below in any order, so of two that cannot be loaded it is chance which one is told. */
function withoutChance(outcome: Outcome): Outcome {
  return 'error' in outcome ? { error: outcome.error.replace(/^(error unpacking subchart) .*$/s, '$1') } : outcome;
}
