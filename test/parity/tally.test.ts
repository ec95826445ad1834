import { expect, test } from 'vitest';
import { addTo, isGood, newTally, showTallies } from './tally.ts';

test('what Helm renders and what it refuses are counted apart, and only all are 100 %', () => {
  const [some, other] = [newTally(), newTally()];
  for (let count = 0; count < 2000; count++) {
    addTo(some, { helm: 'renders', verdict: 'same', detail: '' });
  }
  addTo(some, { helm: 'renders', verdict: 'same but for random values', detail: '' });
  addTo(other, { helm: 'refuses', verdict: 'same', detail: '' });
  expect([isGood(some), isGood(other)]).toEqual([true, true]);
  addTo(some, { helm: 'renders', verdict: 'different', detail: '' });
  expect(isGood(some)).toBe(false);
  const rows = showTallies(new Map(Object.entries({ some, other })))
    .split('\n')
    .map((line) => line.split(/ {2,}/));
  expect(rows.slice(1)).toEqual([
    ['some', '2002', '2000', '1', '99.9 %', '0', '0', '-'],
    ['other', '0', '0', '0', '-', '1', '1', '100.0 %'],
    ['all', '2002', '2000', '1', '99.9 %', '1', '1', '100.0 %'],
  ]);
});
