import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { cached } from '../../scripts/support/cache.ts';
import { run } from '../../scripts/support/run.ts';

const version = 'v3.1.3';

/** The real cosign, which signs what the tests verify. */
export interface Cosign {
  /** @throws Error with its output where it fails */
  run(args: readonly string[]): Promise<string>;
  /** Whether it ends well, and what it said. */
  tries(args: readonly string[]): Promise<{ readonly code: number; readonly output: string }>;
  /** A key pair on P-256, as `cosign generate-key-pair` makes it; resolves with its public half in PEM. */
  makeKeys(name: string): Promise<string>;
  /** A key of another kind, brought to cosign; resolves with its public half in PEM. */
  importKeys(name: string, kind: 'rsa' | 'p384' | 'ed25519'): Promise<string>;
  /** Arguments that sign with a key and write to no transparency log; `claim` is what cosign 2 wrote. */
  signArgs(key: string, format: 'bundle' | 'claim'): readonly string[];
  readonly folder: string;
  close(): Promise<void>;
}

export interface BuildOptions {
  /** One line when it begins. Nothing for a program that is there. */
  readonly onProgress: (line: string) => void;
}

/** Builds cosign from its Go module, or finds it in the cache: about four minutes the first time. Resolves with its path. */
export async function buildCosign(options: BuildOptions): Promise<string> {
  return path.join(await cached(`cosign-${version}`, (folder) => build(folder, options)), 'cosign');
}

export async function openCosign(): Promise<Cosign> {
  const program = await buildCosign({ onProgress: () => undefined });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'fairlead-cosign-'));
  const tries: Cosign['tries'] = (args) =>
    run(program, args, {
      cwd: folder,
      output: 'capture',
      env: { COSIGN_PASSWORD: '', DOCKER_CONFIG: folder, HOME: folder, TUF_ROOT: path.join(folder, 'tuf') },
    });
  const cosign: Cosign = {
    folder,
    tries,
    run: async (args) => {
      const { code, output } = await tries(args);
      if (code !== 0) {
        throw new Error(`cosign ${args.join(' ')}: ${output}`);
      }
      return output;
    },
    makeKeys: async (name) => {
      await cosign.run(['generate-key-pair', '--output-key-prefix', name]);
      return await readFile(path.join(folder, `${name}.pub`), 'utf8');
    },
    importKeys: async (name, kind) => {
      const file = path.join(folder, `${name}.pem`);
      await writeFile(file, privateKey(kind));
      await cosign.run(['import-key-pair', '--key', file, '--output-key-prefix', name]);
      return await readFile(path.join(folder, `${name}.pub`), 'utf8');
    },
    signArgs: (key, format) => [
      'sign',
      '--yes',
      '--key',
      `${key}.key`,
      '--use-signing-config=false',
      '--tlog-upload=false',
      '--allow-http-registry',
      `--new-bundle-format=${String(format === 'bundle')}`,
    ],
    close: () => rm(folder, { recursive: true, force: true }),
  };
  return cosign;
}

function privateKey(kind: 'rsa' | 'p384' | 'ed25519'): string {
  return makeKeyPair(kind).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function makeKeyPair(kind: 'rsa' | 'p384' | 'ed25519'): KeyPairKeyObjectResult {
  switch (kind) {
    case 'rsa':
      return generateKeyPairSync('rsa', { modulusLength: 2048 });
    case 'p384':
      return generateKeyPairSync('ec', { namedCurve: 'P-384' });
    case 'ed25519':
      return generateKeyPairSync('ed25519');
  }
}

async function build(folder: string, { onProgress }: BuildOptions): Promise<void> {
  onProgress(`building cosign ${version} …`);
  await mkdir(folder, { recursive: true });
  const module = `github.com/sigstore/cosign/v3/cmd/cosign@${version}`;
  const { code, output } = await run('go', ['install', '-ldflags=-s -w', module], {
    cwd: folder,
    output: 'capture',
    env: { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOWORK: 'off', GOBIN: folder },
  });
  if (code !== 0) {
    throw new Error(`cosign does not build: ${output}`);
  }
}
