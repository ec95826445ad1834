/**
 * `npm test`: runs every suite, prints how long each took beside its budget, and ends with `N passed, N failed`.
 * With CI=true a suite that cannot run here is a failure. `npm test -- unit cluster` runs these only.
 */
import process from 'node:process';
import { suites } from './suites.ts';

const only = process.argv.slice(2);
const unknown = only.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(`no suite is called ${unknown.join(', ')}; there are ${suites.map((suite) => suite.name).join(', ')}`);
  process.exit(2);
}

let passed = 0;
let failed = 0;
let skipped = 0;
const lines: string[] = [];
const failures: string[] = [];
for (const suite of suites) {
  if (only.length > 0 && !only.includes(suite.name)) {
    continue;
  }
  console.log(`\n── ${suite.name}`);
  const start = performance.now();
  const result = await suite.run();
  const seconds = (performance.now() - start) / 1000;
  passed += result.passed;
  failed += result.failed;
  failures.push(...(result.failures ?? []).map((failure) => `FAILED ${suite.name}: ${failure}`));
  const took = `${seconds.toFixed(1)} s of ${String(suite.budgetMs / 1000)} s`;
  if (result.skipped === undefined) {
    lines.push(`${suite.name.padEnd(12)} ${String(result.passed)} passed, ${String(result.failed)} failed  (${took})`);
  } else if (process.env['CI'] === 'true') {
    failed += 1;
    lines.push(`${suite.name.padEnd(12)} failed: ${result.skipped}`);
  } else {
    skipped += 1;
    lines.push(`${suite.name.padEnd(12)} skipped: ${result.skipped}`);
  }
  console.log(lines.at(-1));
}

console.log(`\n${[...lines, ...failures].join('\n')}\n`);
console.log(`${String(passed)} passed, ${String(failed)} failed${skipped > 0 ? `, ${String(skipped)} skipped` : ''}`);
process.exitCode = failed === 0 ? 0 : 1;
