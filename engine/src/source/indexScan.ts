/**
 * Finds the lines of one chart in the text of a repository index without reading the rest as YAML, which takes
 * seconds for the large ones.
 *
 * It knows the block style that Helm and its kin write, and gives up (`undefined`) at anything else, so that the whole
 * text can be parsed instead: flow style, tabs, anchors, tags, text that is indented less than it should be.
 */

export interface IndexSlices {
  /** Chart names in the order they stand, with the text of each: `name:` and the entries under it. */
  readonly charts: ReadonlyMap<string, Slice>;
  /** Value of the top-level `apiVersion`. */
  readonly apiVersion: string | undefined;
}

/** Offsets into the index, in UTF-16 code units. */
export interface Slice {
  readonly start: number;
  readonly end: number;
}

const newline = 10;
const space = 32;
const doubleQuote = 34;
const hash = 35;
const singleQuote = 39;
const dash = 45;
const colon = 58;
const backslash = 92;

/** A top-level line whose value, if any, ends with it. */
const topLevel =
  /^(?:---|(apiVersion|entries|generated|serverInfo|publicKeys)\s*:\s*(?:(?:"([^"\\]*)"|'([^']*)'|([^\s#"'[\]{}&*!|>%@`-][^#"'[\]{}]*?))\s*)?(?:#.*)?|#.*|\s*)\r?$/;
const chartKey = /^\s*(?:"([^"\\]+)"|'([^']+)'|([A-Za-z0-9_./][A-Za-z0-9_./-]*))\s*:\s*(?:#.*)?\r?$/;

/** @returns undefined where the text is not in the style this knows */
export function sliceIndex(text: string): IndexSlices | undefined {
  const charts = new Map<string, Slice>();
  let apiVersion: string | undefined;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let isInEntries = false;
  let sawEntries = false;
  let keyIndent = -1;
  let current: { readonly name: string; readonly start: number } | undefined;
  const close = (end: number): boolean => {
    if (current === undefined) {
      return true;
    }
    if (charts.has(current.name)) {
      return false;
    }
    charts.set(current.name, { start: current.start, end });
    current = undefined;
    return true;
  };

  while (at < text.length) {
    const end = endOfLine(text, at);
    const indent = indentOf(text, at, end);
    const first = text.charCodeAt(at + indent);
    if (at + indent >= end || first === hash || first === 13) {
      at = end + 1;
      continue;
    }
    if (first === 9) {
      return undefined;
    }
    if (indent === 0) {
      const match = topLevel.exec(text.slice(at, end));
      if (match === null || !close(at)) {
        return undefined;
      }
      const [, key, double, single, plain] = match;
      const value = double ?? single ?? plain;
      isInEntries = key === 'entries';
      if (isInEntries) {
        if (value !== undefined || sawEntries) {
          return undefined;
        }
        sawEntries = true;
      } else if (key === 'apiVersion') {
        apiVersion = value;
      }
      at = end + 1;
      continue;
    }
    if (!isInEntries) {
      // Something under another top-level key, such as serverInfo: it may not hold anything that ends elsewhere.
      const next = skipContent(text, at, end, 0);
      if (next === undefined) {
        return undefined;
      }
      at = next;
      continue;
    }
    if (keyIndent < 0) {
      keyIndent = indent;
    }
    if (indent < keyIndent) {
      return undefined;
    }
    const isItem = first === dash && isBlank(text.charCodeAt(at + indent + 1));
    if (indent === keyIndent && !isItem) {
      const name = keyOf(text.slice(at, end));
      if (name === undefined || !close(at)) {
        return undefined;
      }
      current = { name, start: at };
      at = end + 1;
      continue;
    }
    const next = skipContent(text, at, end, keyIndent);
    if (current === undefined || next === undefined) {
      return undefined;
    }
    at = next;
  }
  return close(text.length) && sawEntries ? { charts, apiVersion } : undefined;
}

function keyOf(line: string): string | undefined {
  const match = chartKey.exec(line);
  return match === null ? undefined : (match[1] ?? match[2] ?? match[3]);
}

/**
 * The start of the line after the one at `at` and after whatever began on it: a quoted scalar over several lines, a
 * block scalar. Undefined at anything that could hide a line that looks like a key.
 */
function skipContent(text: string, at: number, end: number, keyIndent: number): number | undefined {
  let i = at + indentOf(text, at, end);
  let column = i - at;
  while (text.charCodeAt(i) === dash && isBlank(text.charCodeAt(i + 1))) {
    i += 1 + indentOf(text, i + 1, end);
    column = i - at;
  }
  const key = text.charCodeAt(i);
  if (key === doubleQuote || key === singleQuote) {
    const closing = closingQuote(text, i);
    if (closing === undefined || !staysInside(text, i, closing, keyIndent)) {
      return undefined;
    }
    if (closing >= end) {
      return afterQuote(text, closing);
    }
    i = closing + 1;
    if (text.charCodeAt(i) !== colon) {
      return end + 1;
    }
  } else if (startsOddly(key)) {
    return undefined;
  } else {
    i = keyEnd(text, i, end);
    if (i < 0) {
      return end + 1;
    }
  }
  i += 1 + indentOf(text, i + 1, end);
  const value = text.charCodeAt(i);
  if (i >= end || value === 13 || value === hash) {
    return end + 1;
  }
  if (value === doubleQuote || value === singleQuote) {
    const closing = closingQuote(text, i);
    return closing === undefined || !staysInside(text, i, closing, keyIndent) ? undefined : afterQuote(text, closing);
  }
  switch (text[i]) {
    case '|':
    case '>':
      return afterBlock(text, end, column);
    case '[':
    case '{':
      return /^(?:\[\]|\{\})\s*$/.test(text.slice(i, end)) ? end + 1 : undefined;
    case '&':
    case '*':
    case '!':
    case '?':
      return undefined;
    default:
      return end + 1;
  }
}

/** The start of the line after a closing quote; undefined where more than a comment follows on its line. */
function afterQuote(text: string, closing: number): number | undefined {
  const end = endOfLine(text, closing);
  return /^\s*(?:#.*)?$/.test(text.slice(closing + 1, end)) ? end + 1 : undefined;
}

/** Whether all lines of a quoted scalar are indented as they should be: then none can be taken for a key. */
function staysInside(text: string, from: number, closing: number, keyIndent: number): boolean {
  let at = endOfLine(text, from) + 1;
  while (at <= closing) {
    const end = endOfLine(text, at);
    const indent = indentOf(text, at, end);
    if (indent <= keyIndent && at + indent < end) {
      return false;
    }
    at = end + 1;
  }
  return true;
}

/** The start of the first line that is not part of a block scalar whose key stands in `column`. */
function afterBlock(text: string, headerEnd: number, column: number): number {
  let at = headerEnd + 1;
  while (at < text.length) {
    const end = endOfLine(text, at);
    const indent = indentOf(text, at, end);
    const isEmpty = at + indent >= end || text.charCodeAt(at + indent) === 13;
    if (!isEmpty && indent <= column) {
      return at;
    }
    at = end + 1;
  }
  return at;
}

function closingQuote(text: string, opening: number): number | undefined {
  const quote = text.charCodeAt(opening);
  for (let i = opening + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) {
      if (quote === singleQuote && text.charCodeAt(i + 1) === singleQuote) {
        i++;
      } else {
        return i;
      }
    } else if (code === backslash && quote === doubleQuote) {
      i++;
    }
  }
  return undefined;
}

/** The colon that ends a plain key, or -1 where the line has none: then it continues a scalar, or is one. */
function keyEnd(text: string, from: number, end: number): number {
  for (let i = from; i < end; i++) {
    if (text.charCodeAt(i) === colon && (i + 1 >= end || isBlank(text.charCodeAt(i + 1)))) {
      return i;
    }
  }
  return -1;
}

function startsOddly(code: number): boolean {
  return '[]{}&*!|>?%@`'.includes(String.fromCharCode(code));
}

function isBlank(code: number): boolean {
  return code === space || code === newline || code === 13 || Number.isNaN(code);
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function indentOf(text: string, from: number, end: number): number {
  let i = from;
  while (i < end && text.charCodeAt(i) === space) {
    i++;
  }
  return i - from;
}
