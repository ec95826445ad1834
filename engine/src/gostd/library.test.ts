import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  byteLength,
  canBackquote,
  compareStrings,
  decodeJson,
  encodeJson,
  type FloatFormat,
  formatFloat,
  isPrint,
  parseFloat,
  parseInt,
  parseUint,
  quote,
  quoteRune,
  quoteToAscii,
  replaceAll,
  sliceBytes,
  splitN,
  sprintf,
  title,
  toLower,
  toUpper,
  trimCutset,
  trimSpace,
} from './index.ts';

/** Wants come from Go's own library; test/golden/gostd/make.go says how each function is asked. */
interface Case {
  readonly fn: string;
  readonly args: readonly (string | number | boolean)[];
  readonly want?: string;
  readonly error?: string;
}

interface Answer {
  readonly want?: string;
  readonly error?: string;
}

const url = new URL('../../../test/golden/gostd/library.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(url, 'utf8')) as { readonly cases: readonly Case[] }; // the file's shape

test.for(cases.map((row) => ({ ...row, name: `${row.fn} ${JSON.stringify(row.args)}` })))(
  '$name',
  ({ fn, args, want, error }) => {
    const expected = { ...(want === undefined ? {} : { want }), ...(error === undefined ? {} : { error }) };
    expect(answer(fn, args)).toEqual(expected);
  },
);

function answer(fn: string, args: Case['args']): Answer {
  const text = (i: number): string => String(args[i]);
  const number = (i: number): number => Number(args[i]);
  const bool = (i: number): boolean => args[i] === true;
  switch (fn) {
    case 'quote':
      return { want: quote(text(0)) };
    case 'quoteToAscii':
      return { want: quoteToAscii(text(0)) };
    case 'quoteRune':
      return { want: quoteRune(number(0), bool(1)) };
    case 'canBackquote':
      return { want: String(canBackquote(text(0))) };
    case 'isPrint':
      return { want: String(isPrint(number(0))) };
    case 'parseInt':
    case 'parseUint': {
      const { value, error } = (fn === 'parseInt' ? parseInt : parseUint)(text(0), number(1), number(2));
      return { want: value.toString(), ...(error === undefined ? {} : { error }) };
    }
    case 'parseFloat': {
      const { value, error } = parseFloat(text(0));
      return { want: formatFloat(value, 'g', -1, 64), ...(error === undefined ? {} : { error }) };
    }
    case 'formatFloat': {
      const value = Number(text(0).replace('Inf', 'Infinity'));
      return { want: formatFloat(value, text(1) as FloatFormat, number(2), number(3) === 32 ? 32 : 64) }; // our data
    }
    case 'toUpper':
      return { want: toUpper(text(0)) };
    case 'toLower':
      return { want: toLower(text(0)) };
    case 'title':
      return { want: title(text(0)) };
    case 'trimSpace':
      return { want: trimSpace(text(0)) };
    case 'trimCutset':
      return { want: trimCutset(text(0), text(1)) };
    case 'replaceAll':
      return { want: replaceAll(text(0), text(1), text(2)) };
    case 'splitN':
      return { want: sprintf('%q', [splitN(text(0), text(1), number(2))]) };
    case 'compareStrings':
      return { want: String(Math.sign(compareStrings(text(0), text(1)))) };
    case 'byteLength':
      return { want: String(byteLength(text(0))) };
    case 'sliceBytes':
      return { want: quote(sliceBytes(text(0), number(1), number(2))) };
    case 'decodeJson':
      return attempt(() => sprintf('%#v', [decodeJson(text(0))]));
    case 'encodeJson':
      return attempt(() =>
        encodeJson(decodeJson(text(0)), { escapeHtml: bool(1), ...(text(2) === '' ? {} : { indent: text(2) }) }),
      );
    default:
      throw new Error(`no function ${fn}`);
  }
}

function attempt(work: () => string): Answer {
  try {
    return { want: work() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
