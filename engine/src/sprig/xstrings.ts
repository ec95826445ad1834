/** Word cases of huandu/xstrings v1.5.0. */
import {
  isLetter,
  isNumber,
  isPunctuation,
  isSpace,
  isUpper,
  runesOf,
  toLowerRune,
  toUpperRune,
} from '../gostd/index.ts';

/** @see huandu/xstrings v1.5.0 convert.go, ToPascalCase */
export function pascalCase(text: string): string {
  const runes = runesOf(text);
  let at = 0;
  let result = '';
  while (at < runes.length && isConnector(runes[at] ?? '')) {
    result += runes[at++] ?? '';
  }
  const first = runes[at];
  if (first === undefined) {
    // Nothing but connectors: the last one is written twice.
    return result + (runes.at(-1) ?? '');
  }
  let inCapitals = isUpper(first);
  let current = toUpperRune(first);
  for (at++; at < runes.length; at++) {
    const previous = current;
    current = runes[at] ?? '';
    if (isConnector(previous)) {
      if (isConnector(current)) {
        result += previous;
      } else {
        inCapitals = isUpper(current);
        current = toUpperRune(current);
      }
      continue;
    }
    if (inCapitals) {
      if (isUpper(current)) {
        current = toLowerRune(current);
      } else {
        inCapitals = false;
      }
    }
    result += previous;
  }
  return result + current;
}

/** @see huandu/xstrings v1.5.0 convert.go, ToSnakeCase */
export function snakeCase(text: string): string {
  return lowerCase(text, '_');
}

/** @see huandu/xstrings v1.5.0 convert.go, ToKebabCase */
export function kebabCase(text: string): string {
  return lowerCase(text, '-');
}

type WordKind = 'number' | 'upper' | 'letters' | 'connector' | 'punctuation' | 'other' | 'invalid';

interface Word {
  readonly kind: WordKind;
  readonly text: string;
}

/** @see huandu/xstrings v1.5.0 convert.go, camelCaseToLowerCase */
function lowerCase(text: string, connector: string): string {
  const runes = Array.from(text);
  let at = 0;
  const nextWord = (): Word | undefined => {
    const word = wordAt(runes, at);
    at += word === undefined ? 0 : word.length;
    return word && { kind: word.kind, text: runes.slice(at - word.length, at).join('') };
  };
  const hasMore = (): boolean => at < runes.length;
  const isText = (word: Word | undefined): word is Word => word?.kind === 'letters' || word?.kind === 'number';
  const separates = (word: Word | undefined): boolean =>
    word !== undefined && word.kind !== 'connector' && word.kind !== 'punctuation';
  // Behind digits, what is no text stays with them.
  const separatesDigits = (word: Word | undefined): boolean => separates(word) && word?.kind !== 'invalid';

  let result = '';
  const write = (word: Word | undefined): void => {
    result += word === undefined ? '' : written(word, connector);
  };
  let word = nextWord();
  while (hasMore()) {
    if (word?.kind !== 'connector') {
      write(word);
    }
    const previous = word;
    word = nextWord();
    switch (previous?.kind) {
      case 'number':
        while (isText(word)) {
          write(word);
          word = nextWord();
        }
        if (separatesDigits(word)) {
          result += connector;
        }
        break;
      case 'connector':
        write(previous);
        break;
      case 'punctuation':
        break;
      default: {
        if (word?.kind !== 'number') {
          result += separates(word) ? connector : '';
          break;
        }
        if (!hasMore()) {
          break;
        }
        const digits = word;
        word = nextWord();
        if (word?.kind !== 'letters') {
          write(digits);
          result += separates(word) ? connector : '';
          break;
        }
        result += connector;
        write(digits);
        while (isText(word)) {
          write(word);
          word = nextWord();
        }
        if (separatesDigits(word)) {
          result += connector;
        }
      }
    }
  }
  write(word);
  return result;
}

function written(word: Word, connector: string): string {
  if (word.kind !== 'upper' && word.kind !== 'connector') {
    return word.text;
  }
  return Array.from(word.text, (rune) =>
    isConnector(rune) ? connector : isInvalid(rune) ? '\ufffd' : isUpper(rune) ? toLowerRune(rune) : rune,
  ).join('');
}

/**
 * Kind and length, in runes, of the word that starts here. Bytes that are no text belong to the rune behind them; where
 * none is left, they go on as the rune before.
 *
 * @see huandu/xstrings v1.5.0 convert.go, nextWord and nextValidRune
 */
function wordAt(runes: readonly string[], start: number): { kind: WordKind; length: number } | undefined {
  if (start >= runes.length) {
    return undefined;
  }
  const next = (from: number, previous: string): { rune: string; end: number } => {
    for (let at = from; at < runes.length; at++) {
      const rune = runes[at] ?? '';
      if (!isInvalid(rune)) {
        return { rune, end: at + 1 };
      }
    }
    return { rune: previous, end: runes.length };
  };
  const first = next(start, '\ufffd');
  /** The end of the run, what stopped it, and where its last rune began. */
  const runTo = (
    from: { rune: string; end: number },
    belongs: (rune: string) => boolean,
  ): { rune: string; end: number; last: number } => {
    let { rune, end } = from;
    let last = end;
    while (end < runes.length) {
      const after = next(end, rune);
      rune = after.rune;
      if (!belongs(rune)) {
        break;
      }
      last = end;
      end = after.end;
    }
    return { rune, end, last };
  };
  const word = (kind: WordKind, end: number): { kind: WordKind; length: number } => ({ kind, length: end - start });
  if (first.rune === '\ufffd') {
    return word('invalid', first.end);
  }
  const kind = kindOf(first.rune);
  if (kind !== 'upper') {
    return word(kind, runTo(first, belongsTo[kind]).end);
  }
  if (first.end >= runes.length) {
    return word(kind, first.end);
  }
  const second = next(first.end, first.rune);
  if (isUpper(second.rune)) {
    const { rune, end, last } = runTo(second, isUpper);
    // The last capital starts the next word where a letter follows.
    return word(kind, end < runes.length && isAlphabet(rune) ? (end === second.end ? first.end : last) : end);
  }
  return word(kind, isAlphabet(second.rune) ? runTo(second, belongsTo.letters).end : first.end);
}

function kindOf(rune: string): Exclude<WordKind, 'invalid'> {
  if (isConnector(rune)) {
    return 'connector';
  }
  if (isPunctuation(rune)) {
    return 'punctuation';
  }
  if (isUpper(rune)) {
    return 'upper';
  }
  return isAlphabet(rune) ? 'letters' : isNumber(rune) ? 'number' : 'other';
}

const belongsTo: Readonly<Record<Exclude<WordKind, 'invalid' | 'upper'>, (rune: string) => boolean>> = {
  connector: isConnector,
  punctuation: isPunctuation,
  letters: (rune) => isAlphabet(rune) && !isUpper(rune),
  number: isNumber,
  other: (rune) => !isConnector(rune) && !isAlphabet(rune) && !isNumber(rune) && !isPunctuation(rune),
};

function isInvalid(rune: string): boolean {
  return rune === '\ufffd' || (rune >= '\udc00' && rune <= '\udfff');
}

function isConnector(rune: string): boolean {
  return rune === '-' || rune === '_' || isSpace(rune);
}

/** Letters, less the ideographs that stand for words. @see huandu/xstrings v1.5.0 count.go, isAlphabet */
function isAlphabet(rune: string): boolean {
  const code = rune.codePointAt(0) ?? 0;
  const isIdeograph =
    (code >= 0x4e00 && code <= 0x9fcc) || (code >= 0x3400 && code <= 0x4d85) || (code >= 0x20000 && code <= 0x2b81d);
  return !isIdeograph && isLetter(rune);
}
