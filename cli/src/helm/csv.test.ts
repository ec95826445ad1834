import { expect, test } from 'vitest';
import { CsvError, readCsvRecord } from './csv.ts';

test.for([
  { text: 'a', fields: ['a'] },
  { text: 'a,b', fields: ['a', 'b'] },
  { text: ',', fields: ['', ''] },
  { text: ' a , b', fields: [' a ', ' b'] },
  { text: '"a,b",c', fields: ['a,b', 'c'] },
  { text: '"a""b"', fields: ['a"b'] },
  { text: '""', fields: [''] },
  { text: '"a\nb",c', fields: ['a\nb', 'c'] },
  { text: '\n\na\r\nb', fields: ['a'] },
])('$text', ({ text, fields }) => {
  expect(readCsvRecord(text)).toEqual(fields);
});

/** Go's words. */
test.for([
  { text: '\n', why: 'EOF' },
  { text: 'a"b', why: 'parse error on line 1, column 2: bare " in non-quoted-field' },
  { text: '"a', why: 'parse error on line 1, column 3: extraneous or missing " in quoted-field' },
  { text: '"a"b', why: 'parse error on line 1, column 3: extraneous or missing " in quoted-field' },
  { text: 'é,"a"b', why: 'parse error on line 1, column 6: extraneous or missing " in quoted-field' },
  {
    text: '"a\nb',
    why: 'record on line 1; parse error on line 2, column 2: extraneous or missing " in quoted-field',
  },
])('$text is refused', ({ text, why }) => {
  expect(() => readCsvRecord(text)).toThrow(new CsvError(why));
});
