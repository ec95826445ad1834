import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { cached } from '../../scripts/support/cache.ts';
import { root, run } from '../../scripts/support/run.ts';
import type { BuildOptions } from './cosign.ts';

const source = path.join(root, 'test', 'verifier');

/** Whether cosign's own packages, as source-controller uses them, take an artifact for signed, and what they say. */
export interface FluxVerdict {
  readonly verified: boolean;
  readonly output: string;
}

/** Builds test/verifier, or finds it in the cache: about a minute the first time. Resolves with its path. */
export async function buildVerifier({ onProgress }: BuildOptions): Promise<string> {
  const folder = await cached(`verifier-${await sourceDigest()}`, async (work) => {
    onProgress("building Flux's verifier of signatures …");
    const { code, output } = await run('go', ['build', '-ldflags=-s -w', '-o', path.join(work, 'verifier'), '.'], {
      cwd: source,
      output: 'capture',
      env: { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOWORK: 'off' },
    });
    if (code !== 0) {
      throw new Error(`test/verifier does not build: ${output}`);
    }
  });
  return path.join(folder, 'verifier');
}

export async function openVerifier(): Promise<(args: readonly string[]) => Promise<FluxVerdict>> {
  const program = await buildVerifier({ onProgress: () => undefined });
  return async (args) => {
    const { code, output } = await run(program, args, { output: 'capture' });
    return { verified: code === 0, output };
  };
}

async function sourceDigest(): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(source)).sort()) {
    hash.update(name).update(await readFile(path.join(source, name)));
  }
  return hash.digest('hex').slice(0, 16);
}
