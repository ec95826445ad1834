import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeJson, fromBytes } from '../gostd/index.ts';
import { execute, type FuncMap, stringSink, TemplateError, TemplateSet } from '../gotemplate/index.ts';
import { sprigFuncMap } from './index.ts';

/** Wants in these files come from Sprig v3.3.0 under Go's text/template, run on our own templates. */
interface Case {
  readonly fn: string;
  readonly template: string;
  readonly data?: unknown;
  /** What `Local` is; UTC where it is not given. */
  readonly timeZone?: string;
  readonly want?: string;
  /** Where the output is no UTF-8. */
  readonly wantBase64?: string;
  readonly wantError?: string;
}

const folder = new URL('../../../test/golden/sprig/', import.meta.url);
const funcsIn = (timeZone: string): FuncMap =>
  sprigFuncMap({
    now: () => Date.now(),
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    timeZone,
  });
const funcs = funcsIn('UTC');
const limits = { maxBytes: 10_000_000, reasonToStop: () => undefined };

describe.for(readdirSync(folder).toSorted())('%s', (file) => {
  const cases = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Case[]; // the files' shape

  test.for(cases)('$template', ({ template, data, timeZone, want, wantBase64, wantError }) => {
    const expected = wantBase64 === undefined ? want : fromBytes(Buffer.from(wantBase64, 'base64'));
    const have = run(template, data, timeZone === undefined ? funcs : funcsIn(timeZone));
    expect(have).toEqual(wantError === undefined ? { output: expected } : { error: wantError });
  });
});

/** What Go's reflect says of the functions in TxtFuncMap, less env, expandenv and getHostByName. */
test('functions and their types are those of Sprig', () => {
  const file = new URL('../../../test/golden/sprigSignatures.json', import.meta.url);
  const want = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>; // the file's shape
  const have = [...funcs.values()].map(({ name, params, results }) => {
    return [name, `${params.join(', ')} -> ${results.join(', ')}`.trim()] as const;
  });
  expect(Object.fromEntries(have)).toEqual(want);
});

test('every function has cases', () => {
  const covered = new Set(
    readdirSync(folder).flatMap(
      (file) => (JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Case[]).map((each) => each.template), // the files' shape
    ),
  );
  const templates = [...covered].join('\n');
  const missing = [...funcs.keys()].filter((name) => !new RegExp(`\\b${name}\\b`).test(templates));
  expect(missing).toEqual([]);
});

function run(template: string, data: unknown, funcs: FuncMap): { output: string } | { error: string } {
  const set = new TemplateSet({ funcs, missingKey: 'default', name: 't' });
  try {
    set.parse('t', template);
    const sink = stringSink();
    execute(set, 't', decodeJson(JSON.stringify(data ?? {})), sink, { limits });
    return { output: sink.text() };
  } catch (error) {
    if (error instanceof TemplateError) {
      // Wants are JSON texts, in which a byte that is no UTF-8 has become U+FFFD.
      return { error: error.message.toWellFormed() };
    }
    throw error;
  }
}
