/** Versions and constraints made up from a seed: mostly well formed, now and then not. */

/** A stream of numbers that is the same for the same seed (mulberry32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer from 0 up to, not including, `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) {
      throw new Error('nothing to pick from');
    }
    return choice;
  }

  /** True once in so many times. */
  oneIn(count: number): boolean {
    return this.below(count) === 0;
  }
}

const numbers = [
  '0',
  '0',
  '1',
  '1',
  '2',
  '3',
  '4',
  '9',
  '10',
  '12',
  '01',
  '18446744073709551615',
  '18446744073709551616',
];
const smallNumbers = numbers.slice(0, 10);
const identifiers = ['0', '1', '2', '10', '01', 'alpha', 'beta', 'rc', 'rc1', 'a-b', '-', 'A', '18446744073709551616'];
const junk = ['_', '.', '..', '-', '+', 'é', ' ', '=', '|', 'x', ',', '\t', '>=', '~', '\u0000'];
const operators = ['', '', '=', '!=', '>', '<', '>=', '=>', '<=', '=<', '~', '~>', '^', '^'];

/** A version, usually one that parses. */
export function someVersion(chance: Chance): string {
  const parts = Array.from({ length: chance.oneIn(4) ? 1 + chance.below(4) : 3 }, () => number(chance));
  const text = (chance.oneIn(6) ? 'v' : '') + parts.join('.') + suffixes(chance, 3);
  return chance.oneIn(40) ? spoiled(chance, text) : text;
}

/** A constraint, usually one that parses. */
export function someConstraint(chance: Chance): string {
  const groups = Array.from({ length: chance.oneIn(4) ? 1 + chance.below(3) : 1 }, () => group(chance));
  const text = groups.join(chance.pick(['||', ' || ', '|| ']));
  return chance.oneIn(30) ? spoiled(chance, text) : text;
}

function group(chance: Chance): string {
  if (chance.oneIn(8)) {
    return `${partial(chance)}${chance.pick([' - ', '  -  ', '- ', '-'])}${partial(chance)}`;
  }
  const terms = Array.from({ length: chance.oneIn(3) ? 2 : 1 }, () => term(chance));
  return terms.join(chance.pick([' ', ', ', ',', '  ', ' , ']));
}

function term(chance: Chance): string {
  return chance.pick(operators) + (chance.oneIn(5) ? ' ' : '') + partial(chance);
}

function partial(chance: Chance): string {
  const part = (): string => (chance.oneIn(8) ? chance.pick(['x', 'X', '*']) : number(chance));
  const parts = Array.from({ length: chance.oneIn(3) ? 1 + chance.below(3) : 3 }, part);
  return (chance.oneIn(12) ? 'v' : '') + parts.join('.') + suffixes(chance, 5);
}

function number(chance: Chance): string {
  return chance.oneIn(50) ? chance.pick(numbers) : chance.pick(smallNumbers);
}

function suffixes(chance: Chance, rarity: number): string {
  const list = (): string => Array.from({ length: 1 + chance.below(2) }, () => chance.pick(identifiers)).join('.');
  return (chance.oneIn(rarity) ? `-${list()}` : '') + (chance.oneIn(8) ? `+${list()}` : '');
}

function spoiled(chance: Chance, text: string): string {
  const at = chance.below(text.length + 1);
  return text.slice(0, at) + chance.pick(junk) + text.slice(at + chance.below(2));
}
