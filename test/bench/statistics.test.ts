import { expect, test } from 'vitest';
import { median, ninetieth, total } from './statistics.ts';

const cases = [
  { figures: [3], middle: 3, high: 3, sum: 3 },
  { figures: [10, 9], middle: 9.5, high: 10, sum: 19 },
  { figures: [3, 20, 1], middle: 3, high: 20, sum: 24 },
  { figures: [10, 9, 8, 7, 6, 5, 4, 3, 2, 1], middle: 5.5, high: 9, sum: 55 },
  { figures: [], middle: Number.NaN, high: Number.NaN, sum: 0 },
];

test.for(cases)('$figures', ({ figures, middle, high, sum }) => {
  expect([median(figures), ninetieth(figures), total(figures)]).toEqual([middle, high, sum]);
});
