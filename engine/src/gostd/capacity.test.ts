import { describe, expect, test } from 'vitest';
import {
  builtCapacity,
  capacityOf,
  exactly,
  GoInt,
  GoSlice,
  grownCapacity,
  itemsOf,
  reslice,
  sliceOfString,
  typeOf,
  word,
} from './index.ts';

// Wants: cap() of Go 1.26.8 on linux/amd64.
describe('capacities', () => {
  test.for([
    { length: 0, want: 0 },
    { length: 1, want: 1 },
    { length: 3, want: 4 },
    { length: 6, want: 8 },
    { length: 17, want: 32 },
    { length: 33, want: 71 },
    { length: 72, want: 143 },
    { length: 144, want: 303 },
    { length: 1000, want: 1023 },
    { length: 5000, want: 5120 },
  ])('$length items appended one by one', ({ length, want }) => {
    expect(builtCapacity(length)).toBe(want);
  });

  test.for([
    { length: 5, want: 8 },
    { length: 33, want: 64 },
    { length: 513, want: 848 },
    { length: 2000, want: 2560 },
  ])('$length integers appended one by one', ({ length, want }) => {
    expect(builtCapacity(length, word)).toBe(want);
  });

  test.for([
    { from: 0, to: 1, want: 1 },
    { from: 1, to: 17, want: 18 },
    { from: 3, to: 4, want: 6 },
    { from: 19, to: 20, want: 39 },
    { from: 300, to: 301, want: 591 },
    { from: 2, to: 4000, want: 4096 },
  ])('from room for $from to $to items', ({ from, to, want }) => {
    expect(grownCapacity(from, to)).toBe(want);
  });
});

describe('cutting', () => {
  test('a list that says nothing has the room of one built item by item', () => {
    expect(capacityOf([1, 2, 3])).toBe(4);
    expect(capacityOf(exactly([1, 2, 3]))).toBe(3);
    expect(capacityOf(new GoSlice(sliceOfString, ['a', 'b', 'c']))).toBe(3);
    expect(capacityOf('text')).toBeUndefined();
  });

  test('a part sees what lies behind it', () => {
    const part = reslice([1, 2, 3, 4, 5], 1, 3, { zero: null });
    expect([...(itemsOf(part) ?? [])]).toEqual([2, 3]);
    expect(capacityOf(part)).toBe(7);
    const rest = reslice(part, 1, 7, { zero: null });
    expect([...(itemsOf(rest) ?? [])]).toEqual([3, 4, 5, null, null, null]);
  });

  test('a part can be told how far it may go', () => {
    const part = reslice(exactly([1, 2, 3]), 0, 1, { zero: null, capacity: 2 });
    expect(capacityOf(part)).toBe(2);
  });

  test('a part of nil is nil', () => {
    const nothing = new GoSlice(sliceOfString, [], true);
    expect(reslice(nothing, 0, 0, { zero: '' })).toMatchObject({ isNil: true });
  });

  test('a typed part keeps its type', () => {
    const part = reslice(new GoSlice(sliceOfString, exactly(['a', 'b'])), 1, 2, { zero: '' });
    expect(typeOf(part)).toBe(sliceOfString);
    expect([...(itemsOf(part) ?? [])]).toEqual(['b']);
    expect(reslice(new GoInt('int', 1n), 0, 0, { zero: null })).toEqual(new GoInt('int', 1n));
  });
});
