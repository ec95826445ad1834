import { composeValues, configDigest, parseHelmRelease } from '@fairlead/engine/flux';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { expectSame, goMap, type Outcome, outcomeOf } from '../support/compare.ts';
import { typedOf } from '../support/typed.ts';
import { type Composition, compositions, jsonObjects } from '../support/valuesCases.ts';
import { seed, useOracle } from '../support/useOracle.ts';

const oracle = useOracle();

test('values have the digest that helm-controller stores', async () => {
  const samples = fc.sample(jsonObjects(), { numRuns: 4000, seed });
  const answers = await oracle.askAll(samples.map((values) => ({ op: 'valuesDigest', values }) as const));
  expectSame(
    samples,
    samples.map((values) => configDigest(goMap(values))),
    answers.map((answer) => ('error' in answer ? answer.error : answer.digest)),
  );
});

describe('valuesFrom and values are composed', () => {
  test('from ConfigMaps', async () => {
    const samples = fc.sample(compositions('ConfigMap'), { numRuns: 3000, seed });
    expectSame(samples, samples.map(compose), await composedByFlux(samples));
  });

  test('from Secrets, whose texts no error tells', async () => {
    const samples = fc.sample(compositions('Secret'), { numRuns: 3000, seed });
    expectSame(samples, samples.map(compose).map(withoutReason), (await composedByFlux(samples)).map(withoutReason));
  });
});

function compose({ values, valuesFrom, objects }: Composition): Outcome {
  return outcomeOf(() => {
    const release = parseHelmRelease(
      {
        apiVersion: 'helm.toolkit.fluxcd.io/v2',
        kind: 'HelmRelease',
        metadata: { name: 'app' },
        spec: { interval: '1m', values: goMap(values), valuesFrom },
      },
      { defaultNamespace: 'default' },
    );
    const composed = composeValues(release, {
      lookup: ({ name }) => {
        const data = objects[name];
        return data && { kind: 'known', data: new Map(Object.entries(data)), sealed: new Map() };
      },
    });
    return typedOf(composed.values);
  });
}

async function composedByFlux(samples: readonly Composition[]): Promise<readonly Outcome[]> {
  const answers = await oracle.askAll(
    samples.map(
      ({ values, valuesFrom, objects }) =>
        ({ op: 'valuesFrom', values, valuesFrom, configMaps: objects, secrets: objects }) as const,
    ),
  );
  return answers.map((answer) => ('error' in answer ? { error: answer.error } : { result: answer.typed }));
}

function withoutReason(outcome: Outcome): Outcome {
  return 'error' in outcome ? { error: outcome.error.replace(/(with key '[^']*'): .*$/s, '$1') } : outcome;
}
