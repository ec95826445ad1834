/**
 * `npm run fuzz -- [KIND…] [--count N] [--seed S]`: makes inputs up, asks the real thing and ours, and prints for each
 * kind how many there were and the smallest input found that differs. Exit code 1 where anything differs.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { startOracle } from '../support/oracle.ts';
import { kinds } from './kinds/index.ts';
import type { Kind } from './kinds/kind.ts';

/** Inputs that are asked about at once: what both answer is held in memory. */
const batchSize = 1000;
/** Differences shrunk and shown of a kind; more of them mostly tell the same. */
const maxShown = 10;

const { values, positionals } = parseArgs({
  options: { count: { type: 'string', default: '100000' }, seed: { type: 'string' } },
  allowPositionals: true,
});
const count = Number(values.count);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const chosen = kinds.filter(({ name }) => positionals.length === 0 || positionals.some((wish) => isMeant(wish, name)));
const isUnknown = positionals.some((wish) => !kinds.some(({ name }) => isMeant(wish, name)));
if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed) || isUnknown) {
  console.error('usage: npm run fuzz -- [KIND…] [--count N] [--seed S]');
  console.error(`kinds: ${kinds.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const oracle = await startOracle();
let differing = 0;
for (const kind of chosen) {
  differing += await fuzz(kind);
}
await oracle.close();
process.exitCode = differing === 0 ? 0 : 1;

/** `yaml` means every kind below it. */
function isMeant(wish: string, name: string): boolean {
  return name === wish || name.startsWith(`${wish}/`);
}

/** Runs one kind, prints its line, and gives how many inputs differed. */
async function fuzz(kind: Kind): Promise<number> {
  const start = performance.now();
  let refused = 0;
  let varied = 0;
  let found = 0;
  for (let done = 0; done < count; done += batchSize) {
    const at = { seed: batchSeed(done / batchSize), count: Math.min(batchSize, count - done) };
    const comparison = await kind.compare(oracle, at);
    refused += comparison.refused;
    varied += comparison.varied;
    for (const { index } of comparison.differences.slice(0, Math.max(0, maxShown - found))) {
      const { input, have, want } = await kind.smallest(oracle, { seed: at.seed, index });
      console.log(
        `${kind.name}: ${input}\n  the real thing: ${around(want, have)}\n  ours:           ${around(have, want)}`,
      );
    }
    found += comparison.differences.length;
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  const share = ((refused / count) * 100).toFixed(0);
  const notes = [
    `${share} % refused by the real thing`,
    ...(varied > 0 ? [`${varied} it answers now so, now so`] : []),
  ];
  console.log(`${kind.name}: seed ${seed}, ${count} inputs (${notes.join(', ')}), ${found} differ, ${seconds} s`);
  return found;
}

/** A text, or of a long one the part where it begins to differ from the other. */
function around(text: string, other: string): string {
  const at = Array.from(text).findIndex((char, i) => char !== other[i]);
  const from = Math.max(0, (at < 0 ? Math.min(text.length, other.length) : at) - 100);
  return text.length <= 400 ? text : `…${text.slice(from, from + 300)}…`;
}

/** Far enough apart that neighbouring seeds share no batch. */
function batchSeed(batch: number): number {
  return (seed + batch * 1_000_003) | 0;
}
