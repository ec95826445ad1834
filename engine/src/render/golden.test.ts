import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { chartFrom, requestOf } from '../../../test/support/renderRequests.ts';
import { decodeJson, isMap, newMap } from '../gostd/index.ts';
import { RenderError, renderChart } from './index.ts';

/** Wants come from Helm 4.3.1's engine: the template is `templates/t.yaml` of a chart `c`, the release is `r` in `ns`. */
interface Case {
  readonly text: string;
  readonly values?: object;
  readonly want?: string;
  readonly wantError?: string;
}

const file = new URL('../../../test/golden/helm/functions.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as Case[]; // the file's shape

test.for(cases)('$text', ({ text, values, want, wantError }) => {
  expect(outcomeOf(text, values ?? {})).toEqual(wantError === undefined ? { output: want } : { error: wantError });
});

function outcomeOf(text: string, given: object): { readonly output: string | undefined } | { readonly error: string } {
  const values = decodeJson(JSON.stringify(given));
  const files = { 'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n', 'templates/t.yaml': text };
  try {
    const rendered = renderChart(requestOf(chartFrom(files), { values: isMap(values) ? values : newMap() }));
    return { output: rendered.files.get('c/templates/t.yaml') };
  } catch (error) {
    if (error instanceof RenderError) {
      return { error: error.message };
    }
    throw error;
  }
}
