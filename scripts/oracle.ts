/**
 * `node scripts/oracle.ts`: builds test/oracle, the Go program that answers what the real Helm does, and prints its
 * path. `$(node scripts/oracle.ts) < cases.ndjson` asks it.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { cached } from './support/cache.ts';
import { root, run } from './support/run.ts';

const source = path.join(root, 'test', 'oracle');

/**
 * Builds the oracle, unless this very source was built before, and gives the path of the program in the user's cache
 * folder. Throws an Error of one line where Go is not installed; else with what the compiler says.
 */
export async function buildOracle(progress: (line: string) => void): Promise<string> {
  const go = await run('go', ['env', 'GOVERSION'], { cwd: source, output: 'capture' });
  if (go.code !== 0) {
    throw new Error('Go is not installed, so the oracle cannot be built: https://go.dev/doc/install');
  }
  const folder = await cached(`oracle-${await sourceDigest(go.output.trim())}`, async (work) => {
    progress('building the oracle from the source of Helm (about two minutes the first time) …');
    const start = performance.now();
    const program = path.join(work, 'oracle');
    // Without the version that Helm's own release is stamped with: built as a library it calls itself v4.3, in Flux too.
    const built = await run('go', ['build', '-buildvcs=false', '-ldflags', '-s -w', '-o', program, '.'], {
      cwd: source,
      env: { CGO_ENABLED: '0' },
      output: 'capture',
    });
    if (built.code !== 0) {
      throw new Error(`the oracle does not build:\n${built.output}`);
    }
    progress(`built the oracle in ${((performance.now() - start) / 1000).toFixed(0)} s`);
  });
  return path.join(folder, 'oracle');
}

/** Identifies what the program is made of: the source, the versions in go.mod and go.sum, this file's flags, and Go. */
async function sourceDigest(goVersion: string): Promise<string> {
  const files = (await readdir(source)).filter((name) => /^go\.(mod|sum)$|\.go$/.test(name)).sort();
  const hash = createHash('sha256').update(goVersion);
  for (const file of [...files.map((name) => path.join(source, name)), import.meta.filename]) {
    const content = await readFile(file);
    hash.update(`${path.basename(file)} ${content.length}\n`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

if (import.meta.main) {
  try {
    console.log(
      await buildOracle((line) => {
        console.error(line);
      }),
    );
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
