import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { cached } from '../../scripts/support/cache.ts';
import { root, run } from '../../scripts/support/run.ts';

const source = path.join(root, 'test', 'sources', 'oracle');

/** What source-controller's own packages make of a source, or how they refuse it. */
export interface OracleAnswer {
  readonly revision?: string;
  readonly name?: string;
  readonly version?: string;
  readonly digest?: string;
  /** SHA-256 in hex by path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly error?: string;
}

/** Asks test/sources/oracle: `{ git }`, `{ bucket }` or `{ chart }`. */
export type SourceOracle = (request: object) => Promise<OracleAnswer>;

/** Builds the oracle of chart sources, unless this very source was built before: about five minutes the first time. */
export async function openSourceOracle(): Promise<SourceOracle> {
  const hash = createHash('sha256');
  for (const name of (await readdir(source)).sort()) {
    hash.update(name).update(await readFile(path.join(source, name)));
  }
  const folder = await cached(`source-oracle-${hash.digest('hex').slice(0, 16)}`, async (work) => {
    const program = path.join(work, 'oracle');
    const built = await run('go', ['build', '-buildvcs=false', '-ldflags', '-s -w', '-o', program, '.'], {
      cwd: source,
      env: { CGO_ENABLED: '0' },
      output: 'capture',
    });
    if (built.code !== 0) {
      throw new Error(`the oracle of chart sources does not build:\n${built.output}`);
    }
  });
  const program = path.join(folder, 'oracle');
  return (request) =>
    new Promise((resolve, reject) => {
      const child = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] });
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
      });
      child.on('error', reject);
      child.on('close', (code) => {
        if (code === 0) {
          resolve(JSON.parse(output) as OracleAnswer); // our own program's answer
        } else {
          reject(new Error(`the oracle of chart sources ended with ${String(code)}`));
        }
      });
      child.stdin.end(JSON.stringify(request));
    });
}
