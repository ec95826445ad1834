import { readdirSync, readFileSync } from 'node:fs';
import { decodeJson, fromBytes } from '@fairlead/engine/gostd';
import { execute, stringSink, TemplateSet } from '@fairlead/engine/gotemplate';
import { sprigFuncMap } from '@fairlead/engine/sprig';
import { test } from 'vitest';
import { helm } from '../fuzz/kinds/helm.ts';
import { sprig } from '../fuzz/kinds/sprig.ts';
import { expectSame } from '../support/compare.ts';
import { textBytes } from '../support/oracle.ts';
import type { Json } from '../support/oracleCases.ts';
import { outcomeOf } from '../support/outcome.ts';
import { expectSameAsReal } from '../support/sameAs.ts';
import { seed, useOracle } from '../support/useOracle.ts';

const funcs = sprigFuncMap({
  now: () => Date.now(),
  randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  timeZone: 'UTC',
});
const limits = { maxBytes: 10_000_000, reasonToStop: () => undefined };

interface Case {
  readonly template: string;
  readonly data?: Json;
  readonly timeZone?: string;
}

// The oracle takes it over.
process.env['TZ'] = 'UTC';
const oracle = useOracle();

test('the golden cases are what the real thing says', async () => {
  const folder = new URL('../golden/sprig/', import.meta.url);
  const golden = readdirSync(folder)
    .flatMap(
      (file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Case[], // the files' shape
    )
    // One process has one time zone; those of another were asked of one that ran there.
    .filter((each) => each.timeZone === undefined);
  const answers = await oracle.askAll(
    golden.map(({ template, data }) => ({ op: 'template', text: template, data: data ?? {}, funcs: 'sprig' }) as const),
  );
  expectSame(
    golden,
    golden.map(({ template, data }) =>
      outcomeOf(() => {
        const set = new TemplateSet({ funcs, missingKey: 'default', name: 't' });
        set.parse('t', template);
        const sink = stringSink();
        execute(set, 't', decodeJson(JSON.stringify(data ?? {})), sink, { limits });
        return sink.text();
      }),
    ),
    answers.map((answer) =>
      'error' in answer ? { error: answer.error } : { result: fromBytes(textBytes(answer.output)) },
    ),
  );
});

test("Sprig's functions of arguments of every type", async () => {
  await expectSameAsReal(sprig, oracle, { seed, count: 15_000, maxRefused: 0.5 });
});

test("templates with Helm's functions, objects and methods", async () => {
  await expectSameAsReal(helm, oracle, { seed, count: 3_000, maxRefused: 0.7 });
});
