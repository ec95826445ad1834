import { describe, expect, test } from 'vitest';
import { at, intAt, parseJson, recordAt, recordsAt, textAt, textsAt } from './json.ts';

const value = parseJson('{"a": {"b": ["x", {"c": 1.5}], "d": 7, "e": "text", "f": null}}');

describe('JSON of a shape that is not known', () => {
  test('is read from text or bytes, and anything else says nothing', () => {
    expect(parseJson(new TextEncoder().encode('[1]'))).toEqual([1]);
    expect(parseJson('{a: 1}')).toBeUndefined();
  });

  test('has a value at a path of its own keys, or none', () => {
    expect(at(value, 'a', 'f')).toBeNull();
    expect(at(value, 'a', 'b', '0')).toBeUndefined();
    expect(at(value, 'a', 'e', 'length')).toBeUndefined();
    expect(at(value, 'constructor')).toBeUndefined();
  });

  test('has no text, number or object where something else stands', () => {
    expect([textAt(value, 'a', 'e'), textAt(value, 'a', 'd')]).toEqual(['text', undefined]);
    expect([intAt(value, 'a', 'd'), intAt(recordsAt(value, 'a', 'b')[0], 'c')]).toEqual([7, undefined]);
    expect(recordAt(value, 'a', 'b')).toEqual({});
    expect(recordsAt(value, 'a', 'b')).toEqual([{ c: 1.5 }]);
    expect(textsAt(value, 'a')).toEqual({ e: 'text' });
  });
});
