import { describe, expect, test } from 'vitest';
import { encodeJson, GoInt, type GoMap, newMap } from '../../gostd/index.ts';
import { Origins } from '../../support/index.ts';
import { ChartError, loadValues, parseStrvals, type StrvalsMode } from '../index.ts';

/** What a text sets over what is there, as JSON; or the complaint. The differential suite asks the real Helm thousands more. */
function outcome(text: string, mode: StrvalsMode, into = ''): string {
  const values: GoMap = into === '' ? newMap() : loadValues(into);
  try {
    parseStrvals(text, values, { mode });
  } catch (error) {
    if (error instanceof ChartError && error.code === 'strvals') {
      return error.message;
    }
    throw error;
  }
  return encodeJson(values, { escapeHtml: false });
}

const typed: { text: string; into?: string; want: string }[] = [
  { text: '', want: '{}' },
  { text: 'a=1', want: '{"a":1}' },
  { text: 'a=', want: '{"a":""}' },
  { text: 'a=1,b=two', want: '{"a":1,"b":"two"}' },
  { text: 'a=TRUE,b=False,c=null,d=0', want: '{"a":true,"b":false,"c":null,"d":0}' },
  { text: 'a=00,b=012,c=1.5,d=-7,e=+7', want: '{"a":"00","b":"012","c":"1.5","d":-7,"e":7}' },
  { text: 'a=9223372036854775807,b=9223372036854775808', want: '{"a":9223372036854775807,"b":"9223372036854775808"}' },
  { text: 'a.b.c=1', want: '{"a":{"b":{"c":1}}}' },
  { text: 'a\\.b=1\\,2', want: '{"a.b":"1,2"}' },
  { text: 'a={1,x,null}', want: '{"a":[1,"x",null]}' },
  { text: 'a={}', want: '{"a":[""]}' },
  { text: 'a={1,2},b=3', want: '{"a":[1,2],"b":3}' },
  { text: 'a[1]=x', want: '{"a":[null,"x"]}' },
  { text: 'a[0].b=1,a[0].c=2', want: '{"a":[{"b":1,"c":2}]}' },
  { text: 'a[0][1]=x', want: '{"a":[[null,"x"]]}' },
  { text: 'a[1]=y', into: 'a: [x]', want: '{"a":["x","y"]}' },
  { text: 'a.b=1', into: 'a: {b: 0, c: 2}', want: '{"a":{"b":1,"c":2}}' },
  { text: 'a', want: 'key "a" has no value' },
  { text: 'a,b=1', want: 'key "a" has no value (cannot end with ,)' },
  { text: 'a.=1', want: 'key map "a" has no value' },
  { text: 'a={1', want: "list must terminate with '}'" },
  { text: 'a[0', want: '{}' },
  { text: 'a[x]=1', want: 'error parsing index: strconv.Atoi: parsing "x": invalid syntax' },
  { text: 'a[-1]=1', want: 'negative -1 index not allowed' },
  { text: 'a[65537]=1', want: 'index of 65537 is greater than maximum supported index of 65536' },
  { text: 'a[0]xy=1', want: "unexpected data at end of array index: ['x' 'y']" },
  {
    text: 'a.b=1',
    into: 'a: text',
    want: 'unable to parse key: interface conversion: interface {} is string, not map[string]interface {}',
  },
  {
    text: 'a[0]=1',
    into: 'a: {}',
    want: 'unable to parse key: interface conversion: interface {} is map[string]interface {}, not []interface {}',
  },
  {
    text: `${'a.'.repeat(31)}b=1`,
    want: 'value name nested level is greater than maximum supported nested level of 30',
  },
];

describe('--set', () => {
  test.for(typed)('$text over "$into"', ({ text, into, want }) => {
    expect(outcome(text, 'typed', into)).toBe(want);
  });

  test('sets integers that templates see as int64', () => {
    const values = newMap();
    parseStrvals('a=5', values, { mode: 'typed' });
    expect(values['a']).toEqual(new GoInt('int64', 5n));
  });

  test('records where its values came from', () => {
    const values = newMap();
    const origins = new Origins();
    const origin = { kind: 'flag', flag: '--set' } as const;
    parseStrvals('a[1]=x', values, { mode: 'typed', origins: { of: origins, origin } });
    const list = values['a'];
    expect(origins.get(values, 'a')).toBe(origin);
    expect(Array.isArray(list) && origins.get(list, 1)).toBe(origin);
    expect(Array.isArray(list) && origins.get(list, 0)).toBe(undefined);
  });
});

describe('its kin', () => {
  const cases: { mode: StrvalsMode; text: string; want: string }[] = [
    { mode: 'string', text: 'a=1,b=true,c={null,2}', want: '{"a":"1","b":"true","c":["null","2"]}' },
    { mode: 'literal', text: 'a=1,b={2}\\x', want: '{"a":"1,b={2}\\\\x"}' },
    { mode: 'literal', text: 'a.b[0]=x=y', want: '{"a":{"b":["x=y"]}}' },
    { mode: 'json', text: 'a={"b":[1,2.5,null]},c= "x" ,d=true', want: '{"a":{"b":[1,2.5,null]},"c":"x","d":true}' },
    { mode: 'json', text: 'a=,b=1', want: '{"a":null,"b":1}' },
    { mode: 'json', text: 'a={"b":"}"}', want: '{"a":{"b":"}"}}' },
    { mode: 'json', text: 'a=[1', want: 'unexpected EOF' },
    { mode: (name) => `<${name}>`, text: 'a=one.txt,b={two,three}', want: '{"a":"<one.txt>","b":["<two>","<three>"]}' },
  ];
  test.for(cases)('$mode: $text', ({ mode, text, want }) => {
    expect(outcome(text, mode)).toBe(want);
  });
});
