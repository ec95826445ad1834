import type { Value } from '../../gostd/index.ts';
import { isContainer } from '../../gotemplate/index.ts';
import { childOf } from './childOf.ts';

type Holder = Extract<Value, object>;

/** Told in the order of the text, with offsets. */
export interface JsonPlaces {
  readonly onContainer?: (container: Holder) => void;
  /** The key of an entry of a map, up to where its value starts. */
  readonly onKey?: (map: Holder, key: string, start: number, end: number) => void;
  /** An entry that is no map or list. */
  readonly onScalar: (holder: Holder, key: string | number, start: number, end: number) => void;
}

/**
 * Finds all that a value holds in the JSON that it was written to or read from, without reading it again. False for a
 * text that is none.
 */
export function findInJson(text: string, value: Value, places: JsonPlaces): boolean {
  try {
    const finder = new Finder(text, places);
    finder.value(value);
    return finder.isAtEnd();
  } catch (error) {
    if (error instanceof NoJson) {
      return false;
    }
    throw error;
  }
}

class NoJson extends Error {
  override readonly name = 'NoJson';
}

class Finder {
  readonly #text: string;
  readonly #places: JsonPlaces;
  #at = 0;

  constructor(text: string, places: JsonPlaces) {
    this.#text = text;
    this.#places = places;
  }

  isAtEnd(): boolean {
    return this.#next() === '';
  }

  /** A value that the text at hand stands for; nothing is told of what is not in it. */
  value(value: Value): void {
    const known = isContainer(value) ? value : undefined;
    if (known !== undefined) {
      this.#places.onContainer?.(known);
    }
    switch (this.#next()) {
      case '{':
        this.#map(known);
        break;
      case '[':
        this.#list(known);
        break;
      case '"':
        this.#string();
        break;
      default:
        this.#word();
    }
  }

  #map(map: Holder | undefined): void {
    for (let open = '{'; this.#take(open, '}'); open = ',') {
      if (this.#next() !== '"') {
        throw new NoJson();
      }
      const keyStart = this.#at;
      this.#string();
      const key = map === undefined ? '' : keyOf(this.#text.slice(keyStart, this.#at));
      if (this.#next() !== ':') {
        throw new NoJson();
      }
      this.#at++;
      this.#next();
      if (map !== undefined) {
        this.#places.onKey?.(map, key, keyStart, this.#at);
      }
      this.#entry(map, key);
    }
  }

  #list(list: Holder | undefined): void {
    let index = 0;
    for (let open = '['; this.#take(open, ']'); open = ',') {
      this.#next();
      this.#entry(list, index++);
    }
  }

  #entry(holder: Holder | undefined, key: string | number): void {
    const child = holder === undefined ? undefined : childOf(holder, key);
    const start = this.#at;
    this.value(child);
    if (holder !== undefined && !isContainer(child)) {
      this.#places.onScalar(holder, key, start, this.#at);
    }
  }

  /** Goes behind what opens the next entry; false where there is none, behind what closes the last one. */
  #take(open: string, close: string): boolean {
    const char = this.#next();
    if (char !== open && char !== close) {
      throw new NoJson();
    }
    this.#at++;
    if (char === '{' || char === '[') {
      // One without entries closes at once.
      if (this.#next() === close) {
        this.#at++;
        return false;
      }
    }
    return char === open;
  }

  #string(): void {
    for (;;) {
      this.#at = this.#text.indexOf('"', this.#at + 1);
      if (this.#at < 0) {
        throw new NoJson();
      }
      let escapes = 0;
      while (this.#text.charCodeAt(this.#at - 1 - escapes) === backslash) {
        escapes++;
      }
      if (escapes % 2 === 0) {
        this.#at++;
        return;
      }
    }
  }

  /** A number, `true`, `false` or `null`. */
  #word(): void {
    const start = this.#at;
    while (/[\w.+-]/.test(this.#text.charAt(this.#at))) {
      this.#at++;
    }
    if (this.#at === start) {
      throw new NoJson();
    }
  }

  /** The next character that is no space, which stays to be taken; empty at the end. */
  #next(): string {
    for (;;) {
      const char = this.#text.charAt(this.#at);
      if (char !== ' ' && char !== '\n' && char !== '\t' && char !== '\r') {
        return char;
      }
      this.#at++;
    }
  }
}

const backslash = 0x5c;

/** @throws NoJson */
function keyOf(quoted: string): string {
  if (!quoted.includes('\\')) {
    return quoted.slice(1, -1);
  }
  try {
    return String(JSON.parse(quoted));
  } catch {
    throw new NoJson();
  }
}
