import { type Chart, coalesceValues, loadFiles, mergeValues, processDependencies } from '@fairlead/engine/chart';
import { toBytes } from '@fairlead/engine/gostd';
import fc from 'fast-check';
import { chartFiles } from '../../support/oracle.ts';
import { goMap, type Outcome, outcomeOf } from '../../support/outcome.ts';
import { typedOf } from '../../support/typed.ts';
import { type ChartTree, chartTrees, filesOf, userValues } from '../../support/valuesCases.ts';
import { defineKind, type Kind } from './kind.ts';

const runs = { coalesce: coalesceValues, merge: mergeValues } as const;

/**
 * A user's values through a chart and the charts below it: nulls, globals, sub-charts that are switched on and off,
 * aliases, imported values, and the warnings on the way.
 */
export const coalesce: Kind = defineKind({
  name: 'coalesce',
  cases: fc.record({
    tree: chartTrees(),
    values: userValues(),
    stage: fc.constantFrom('coalesce', 'merge', 'render'),
  }),
  show: ({ tree, values, stage }) => ({ stage, files: filesOf(tree), values }),
  want: async (oracle, cases) => {
    const answers = await oracle.askAll(
      cases.map(
        ({ tree, values, stage }) => ({ op: 'coalesce', stage, files: chartFiles(filesOf(tree)), values }) as const,
      ),
    );
    return answers.map((answer, i) => {
      if ('error' in answer) {
        return withoutOrder({ error: answer.error.replace(/^chart dependencies processing failed: /, '') });
      }
      return cases[i]?.stage === 'render'
        ? { result: { values: answer.typed, dependencies: answer.dependencies } }
        : { result: answer.typed, log: (answer.log ?? []).toSorted() };
    });
  },
  have: ({ tree, values, stage }) => {
    if (stage === 'render') {
      return withoutOrder(
        outcomeOf(() => {
          const processed = processDependencies(chartOf(tree), goMap(values));
          return { values: typedOf(coalesceValues(processed, goMap(values))), dependencies: namesBelow(processed) };
        }),
      );
    }
    const log: string[] = [];
    const outcome = outcomeOf(() =>
      typedOf(runs[stage](chartOf(tree), goMap(values), { onWarning: (warning) => log.push(warning) })),
    );
    // Warnings come in the order of Go's maps, that is in any; after an error it is chance which were before it.
    return 'error' in outcome ? withoutOrder(outcome) : { ...outcome, log: log.toSorted() };
  },
});

function chartOf(tree: ChartTree): Chart {
  return loadFiles(Object.entries(filesOf(tree)).map(([name, text]) => ({ name, data: toBytes(text) })));
}

function namesBelow(chart: Chart): object {
  return Object.fromEntries(chart.dependencies.map((below) => [below.metadata.name, namesBelow(below)]));
}

/** Helm visits the charts below in any order, so of two mistakes it is chance which one is told. */
function withoutOrder(outcome: Outcome): Outcome {
  return 'error' in outcome ? { error: outcome.error.replace(/^(type mismatch) on .*$/s, '$1') } : outcome;
}
