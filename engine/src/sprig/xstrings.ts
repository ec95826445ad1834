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

type WordKind = 'number' | 'upper' | 'letters' | 'connector' | 'punctuation' | 'other';

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
        if (separates(word)) {
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
        if (separates(word)) {
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
    isConnector(rune) ? connector : isUpper(rune) ? toLowerRune(rune) : rune,
  ).join('');
}

/** Kind and length, in runes, of the word that starts here. @see huandu/xstrings v1.5.0 convert.go, nextWord */
function wordAt(runes: readonly string[], start: number): { kind: WordKind; length: number } | undefined {
  const first = runes[start];
  if (first === undefined) {
    return undefined;
  }
  const runTo = (from: number, belongs: (rune: string) => boolean): number => {
    let end = from;
    while (end < runes.length && belongs(runes[end] ?? '')) {
      end++;
    }
    return end;
  };
  const isLowerLetter = (rune: string): boolean => isAlphabet(rune) && !isUpper(rune);
  const word = (kind: WordKind, end: number): { kind: WordKind; length: number } => ({ kind, length: end - start });
  if (isConnector(first)) {
    return word('connector', runTo(start + 1, isConnector));
  }
  if (isPunctuation(first)) {
    return word('punctuation', runTo(start + 1, isPunctuation));
  }
  if (isUpper(first)) {
    const second = runes[start + 1] ?? '';
    if (isUpper(second)) {
      const end = runTo(start + 2, isUpper);
      // The last capital starts the next word where a letter follows.
      return word('upper', end < runes.length && isAlphabet(runes[end] ?? '') ? end - 1 : end);
    }
    return word('upper', isAlphabet(second) ? runTo(start + 2, isLowerLetter) : start + 1);
  }
  if (isAlphabet(first)) {
    return word('letters', runTo(start + 1, isLowerLetter));
  }
  if (isNumber(first)) {
    return word('number', runTo(start + 1, isNumber));
  }
  return word(
    'other',
    runTo(start + 1, (rune) => !isConnector(rune) && !isAlphabet(rune) && !isNumber(rune) && !isPunctuation(rune)),
  );
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
