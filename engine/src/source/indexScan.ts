import { Buffer, isAscii } from 'node:buffer';
import { IndexContent } from './indexContent.ts';

/**
 * Finds the lines of each chart in a repository's index without reading the rest as YAML, which takes seconds for the
 * large ones.
 *
 * It knows the block style that Helm and its kin write, and gives up (`undefined`) at anything else, so that the whole
 * text can be parsed instead: tabs, anchors, tags, keys that are no plain words, text that is indented less than it
 * should be, fields that an index does not have.
 */

export interface IndexSlices {
  /** Chart names in the order they stand, with the text of each: `name:` and the entries under it. */
  readonly charts: ReadonlyMap<string, Slice>;
  /** Value of the top-level `apiVersion`. */
  readonly apiVersion: string | undefined;
}

/** Offsets into the index, in bytes. */
export interface Slice {
  readonly start: number;
  readonly end: number;
}

const lineFeed = 10;
const carriageReturn = 13;
const dash = 45;
const hash = 35;
const tab = 9;

/** A top-level line whose value, if any, ends with it. */
const topLevel =
  /^(apiVersion|entries|generated|serverInfo|publicKeys|annotations)\s*:(?:\s+(?:"([^"\\]*)"|'([^']*)'|([^\s#"'[\]{}&*!|>%@`-][^#"'[\]{}]*?)))?(?:\s+#.*)?\s*$/;
const chartKey =
  /^\s*(?:"([^"\\]+)"|'([^']+)'|([A-Za-z0-9_./][A-Za-z0-9_./-]*))\s*:(?:\s+(?:\[\]|null|~))?(?:\s+#.*)?\s*$/;
/** Plain words that YAML may read as something else than text. */
const notText = /^(?:y|n|yes|no|on|off|true|false|null|\.inf|\.nan|[-+.0-9][-+.:_0-9a-fox]*)$/i;

/** @returns undefined where the text is not in the style this knows */
export function sliceIndex(index: Uint8Array): IndexSlices | undefined {
  const bytes = Buffer.from(index.buffer, index.byteOffset, index.byteLength);
  return hasOtherLineEnds(bytes) ? undefined : new IndexScan(bytes).run();
}

class IndexScan {
  readonly #bytes: Buffer;
  readonly #charts = new Map<string, Slice>();
  readonly #seen = new Set<string>();
  #apiVersion: string | undefined;
  #section: string | undefined;
  #keyIndent = -1;
  #name: string | undefined;
  #start = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  run(): IndexSlices | undefined {
    const bytes = this.#bytes;
    const content = new IndexContent(bytes);
    let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    while (at < bytes.length) {
      const first = content.startOfText(at);
      const indent = first - at;
      const code = bytes[first];
      if (code === undefined || code === lineFeed || code === carriageReturn || code === hash) {
        at = content.nextLine(first);
        continue;
      }
      if (content.continuesPlain(indent)) {
        at = content.nextLine(first);
        continue;
      }
      let next: number | undefined;
      if (code === tab) {
        return undefined;
      } else if (indent === 0) {
        content.enter();
        next = this.#topLevel(at, content.nextLine(first));
      } else if (this.#section !== 'entries') {
        // Lines under no field, or one that has its value, belong to something else.
        next = this.#section === undefined ? undefined : content.skip(at, first, 0);
      } else {
        next = this.#inEntries(content, at, first);
      }
      if (next === undefined) {
        return undefined;
      }
      at = next;
    }
    return this.#close(bytes.length) && this.#seen.has('entries')
      ? { charts: this.#charts, apiVersion: this.#apiVersion }
      : undefined;
  }

  #topLevel(at: number, next: number): number | undefined {
    const line = this.#line(at, next);
    if (/^---\s*$/.test(line) && this.#seen.size === 0) {
      // Only at the start: what follows a second one is another document, and not read.
      this.#seen.add('---');
      return next;
    }
    const [, key = '', double, single, plain] = topLevel.exec(line) ?? [];
    if (key === '' || this.#seen.has(key) || !this.#close(at)) {
      return undefined;
    }
    this.#seen.add(key);
    const value = double ?? single ?? plain;
    this.#section = value === undefined ? key : undefined;
    if (key === 'apiVersion') {
      if (plain !== undefined && (notText.test(plain) || !/^[a-z][a-z0-9.]*$/.test(plain))) {
        return undefined;
      }
      this.#apiVersion = value;
    }
    return key === 'entries' && value !== undefined ? undefined : next;
  }

  #inEntries(content: IndexContent, at: number, first: number): number | undefined {
    const indent = first - at;
    if (this.#keyIndent < 0) {
      this.#keyIndent = indent;
    }
    const isItem = this.#bytes[first] === dash && content.isBlank(first + 1);
    if (indent === this.#keyIndent && !isItem) {
      const next = content.nextLine(first);
      const name = keyOf(this.#line(at, next));
      if (name === undefined || !this.#close(at)) {
        return undefined;
      }
      this.#name = name;
      this.#start = at;
      content.enter();
      return next;
    }
    return indent < this.#keyIndent || this.#name === undefined ? undefined : content.skip(at, first, this.#keyIndent);
  }

  /** Notes the chart that ends here; false where it was there before. */
  #close(end: number): boolean {
    if (this.#name === undefined) {
      return true;
    }
    if (this.#charts.has(this.#name)) {
      return false;
    }
    this.#charts.set(this.#name, { start: this.#start, end });
    this.#name = undefined;
    return true;
  }

  #line(at: number, next: number): string {
    return this.#bytes.toString('utf8', at, this.#bytes[next - 1] === lineFeed ? next - 1 : next);
  }
}

function keyOf(line: string): string | undefined {
  const [, double, single, plain] = chartKey.exec(line) ?? [];
  return plain !== undefined && notText.test(plain) ? undefined : (double ?? single ?? plain);
}

/** YAML ends lines also at a carriage return alone and at three characters of Unicode, which here are not looked for. */
function hasOtherLineEnds(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(carriageReturn); at >= 0; at = bytes.indexOf(carriageReturn, at + 1)) {
    if (bytes[at + 1] !== lineFeed) {
      return true;
    }
  }
  return !isAscii(bytes) && ['\u0085', '\u2028', '\u2029'].some((end) => bytes.includes(end));
}
