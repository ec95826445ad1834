import { fromBytes } from '@fairlead/engine/gostd';
import { helmFuncMap, renderChart } from '@fairlead/engine/render';
import { type HelmCase, helmCases, helmChart, helmTemplatePath } from '../../support/helmCases.ts';
import { chartFiles, textBytes } from '../../support/oracle.ts';
import { goMap, type Outcome, outcomeOf } from '../../support/outcome.ts';
import { chartFrom, requestOf } from '../../support/renderRequests.ts';
import { defineKind, type Kind, type KindDefinition, withoutAddresses } from './kind.ts';

const world = { now: () => Date.now(), randomBytes: (count: number) => new Uint8Array(count), timeZone: 'UTC' };
const funcs = helmFuncMap(world, { lookup: { get: () => undefined }, missing: new Map(), included: new Map() });
const rendered = `c/${helmTemplatePath}`;

/** How Helm and ours render a template of the chart in helmCases.ts. */
export const helmDefinition: KindDefinition<HelmCase> = {
  name: 'helm',
  cases: helmCases(funcs),
  want: async (oracle, cases) => {
    const answers = await oracle.askAll(
      cases.map(
        ({ text, values }) =>
          ({
            op: 'render',
            files: chartFiles(helmChart(text)),
            values,
            release: { name: 'r', namespace: 'ns' },
          }) as const,
      ),
    );
    return answers.map((answer) => {
      if ('error' in answer) {
        return { error: withoutAddresses(answer.error) };
      }
      const text = answer.files[rendered];
      return { result: withoutAddresses(text === undefined ? '' : fromBytes(textBytes(text))) };
    });
  },
  have: ({ text, values }) =>
    masked(
      outcomeOf(() => {
        const request = requestOf(chartFrom(helmChart(text)), { values: goMap(values), world });
        const { files } = renderChart(request);
        return withoutAddresses(files.get(rendered) ?? '');
      }),
    ),
};

/** A template of a chart, rendered by Helm's engine: its functions, objects and methods. */
export const helm: Kind = defineKind(helmDefinition);

function masked(outcome: Outcome): Outcome {
  return 'error' in outcome ? { error: withoutAddresses(outcome.error) } : outcome;
}
