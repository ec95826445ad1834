import { Buffer } from 'node:buffer';
import type { SprigWorld } from './define.ts';

/** A random integer from 0 up to, not including, `limit`; each is as likely as any other. */
export function randomBelow(world: SprigWorld, limit: number): number {
  if (limit <= 1) {
    return 0;
  }
  const bound = BigInt(limit);
  const bytes = Math.ceil((bound - 1n).toString(2).length / 8);
  const range = 1n << BigInt(8 * bytes);
  const fair = range - (range % bound);
  for (;;) {
    const value = bigintOf(world.randomBytes(bytes));
    if (value < fair) {
      return Number(value % bound);
    }
  }
}

/** So many random characters of an alphabet; none where `count` is not positive. */
export function randomText(world: SprigWorld, count: number, alphabet: string): string {
  let text = '';
  for (let i = 0; i < count; i++) {
    text += alphabet.charAt(randomBelow(world, alphabet.length));
  }
  return text;
}

/** Bytes as a number, the first one weighing most. */
export function bigintOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
}
