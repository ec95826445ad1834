import { expect, test } from 'vitest';
import { newMap } from '../gostd/index.ts';
import { execute, stringSink, TemplateSet } from '../gotemplate/index.ts';
import { sprigFuncMap } from './index.ts';

const funcs = sprigFuncMap({
  now: () => 1_700_000_000_123.125,
  uptime: () => 65_004.0625,
  randomBytes: (count) => new Uint8Array(count),
  timeZone: 'UTC',
});
const limits = { maxBytes: 10_000, reasonToStop: () => undefined };

/** What the clock tells says how long the program ran, as Go prints it; what is computed from it mostly does not. */
test.for([
  ['{{ now }}', '2023-11-14 22:13:20.123125 +0000 UTC m=+65.004062500'],
  ['{{ list now | join "," }}', '2023-11-14 22:13:20.123125 +0000 UTC m=+65.004062500'],
  ['{{ dateModify "-2m" now }}', '2023-11-14 22:11:20.123125 +0000 UTC m=-54.995937500'],
  ['{{ now.Add 1 }}', '2023-11-14 22:13:20.123125001 +0000 UTC m=+65.004062501'],
  ['{{ now.UTC }}', '2023-11-14 22:13:20.123125 +0000 UTC'],
  ['{{ now.Local }}', '2023-11-14 22:13:20.123125 +0000 UTC'],
  ['{{ now.Round 1000 }}', '2023-11-14 22:13:20.123125 +0000 UTC'],
  ['{{ now.Truncate 0 }}', '2023-11-14 22:13:20.123125 +0000 UTC'],
  ['{{ now.AddDate 0 0 1 }}', '2023-11-15 22:13:20.123125 +0000 UTC'],
  ['{{ now | toJson }}', '"2023-11-14T22:13:20.123125Z"'],
  ['{{ printf "%d" now | trunc 34 }}', '{13928817947391212808 65004062500 '],
] as const)('%s', ([template, want]) => {
  const set = new TemplateSet({ funcs, missingKey: 'default', name: 't' });
  set.parse('t', template);
  const sink = stringSink();
  execute(set, 't', newMap(), sink, { limits });
  expect(sink.text()).toBe(want);
});
