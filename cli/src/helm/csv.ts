import { byteLength } from '@fairlead/engine/gostd';

/** A list that is no comma-separated line; `message` is Go's. */
export class CsvError extends Error {
  override readonly name = 'CsvError';
}

/**
 * The fields of the first line that is not empty. A field in double quotes may hold commas and line feeds, and a
 * double quote as two.
 *
 * @throws CsvError
 * @see Go 1.26 encoding/csv/reader.go, readRecord
 */
export function readCsvRecord(text: string): readonly string[] {
  const rest = text.replaceAll('\r\n', '\n').replace(/^\n+/, '');
  if (rest === '') {
    throw new CsvError('EOF');
  }
  const skipped = text.replaceAll('\r\n', '\n').length - rest.length;
  const fields: string[] = [];
  for (let at = 0; ; at++) {
    const { field, end } = rest.startsWith('"', at) ? quotedField(rest, at, skipped) : plainField(rest, at, skipped);
    fields.push(field);
    if (rest[end] !== ',') {
      return fields;
    }
    at = end;
  }
}

interface Field {
  readonly field: string;
  /** Where the comma is, the line feed or the end. */
  readonly end: number;
}

function plainField(text: string, start: number, skipped: number): Field {
  const [field = ''] = /^[^,\n]*/.exec(text.slice(start)) ?? [];
  const quote = field.indexOf('"');
  if (quote >= 0) {
    throw wrong(text, start + quote, { skipped, what: 'bare " in non-quoted-field' });
  }
  return { field, end: start + field.length };
}

function quotedField(text: string, start: number, skipped: number): Field {
  let field = '';
  for (let at = start + 1; ;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) {
      throw wrong(text, text.length, { skipped, what: extraneous });
    }
    field += text.slice(at, quote);
    const next = text[quote + 1];
    if (next === undefined || next === ',' || next === '\n') {
      return { field, end: quote + 1 };
    }
    if (next !== '"') {
      throw wrong(text, quote, { skipped, what: extraneous });
    }
    field += '"';
    at = quote + 2;
  }
}

const extraneous = 'extraneous or missing " in quoted-field';

function wrong(
  text: string,
  at: number,
  { skipped, what }: { readonly skipped: number; readonly what: string },
): CsvError {
  const before = text.slice(0, at).split('\n');
  const [first, line] = [skipped + 1, skipped + before.length];
  const record = line === first ? '' : `record on line ${String(first)}; `;
  const column = String(byteLength(before.at(-1) ?? '') + 1);
  return new CsvError(`${record}parse error on line ${String(line)}, column ${column}: ${what}`);
}
