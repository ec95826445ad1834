import { expect, test } from 'vitest';
import { celInput, type CelSchema, compileRule } from './index.ts';

const schema: CelSchema = {
  type: 'object',
  properties: {
    list: { type: 'array' },
    count: { type: 'integer' },
    ratio: { type: 'number' },
    name: { type: 'string' },
  },
};

const cases: { name: string; rule: string; self: unknown; want: 'holds' | 'broken' | 'unchecked' }[] = [
  { name: 'has() of a field that is there', rule: 'has(self.name)', self: { name: 'a' }, want: 'holds' },
  { name: 'has() of a null field', rule: 'has(self.name)', self: { name: null }, want: 'broken' },
  {
    name: 'exactly one of two',
    rule: '(has(self.a) && !has(self.b)) || (!has(self.a) && has(self.b))',
    self: { a: 1, b: 2 },
    want: 'broken',
  },
  { name: 'integers compare with integers', rule: 'self.count == 3', self: { count: 3 }, want: 'holds' },
  { name: 'a whole number of type number is a double', rule: 'self.ratio == 2.0', self: { ratio: 2 }, want: 'holds' },
  { name: 'size of a list', rule: 'size(self.list) == 0', self: { list: [] }, want: 'holds' },
  { name: 'strings match', rule: "self.name.matches('^a+$')", self: { name: 'aaa' }, want: 'holds' },
  { name: 'a macro over a list', rule: 'self.list.all(x, x > 0)', self: { list: [1, 0] }, want: 'broken' },
  { name: 'a transition rule is not judged', rule: 'self == oldSelf', self: {}, want: 'unchecked' },
  { name: 'a field that is missing is not judged', rule: "self.nope == 'a'", self: {}, want: 'unchecked' },
  { name: 'an unknown function is not judged', rule: 'nosuch(self)', self: {}, want: 'unchecked' },
  { name: 'a rule that does not parse is not judged', rule: 'self.a b', self: {}, want: 'unchecked' },
];
test.for(cases)('$name', ({ rule, self, want }) => {
  expect(compileRule(rule).evaluate(celInput(self, schema)).kind).toBe(want);
});
