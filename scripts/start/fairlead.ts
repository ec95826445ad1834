import path from 'node:path';
import process from 'node:process';
import { root, run } from '../support/run.ts';

export const demo: string = path.join(root, 'demo');
/** Of the demo's GitRepository, which is the working copy itself. */
export const demoRepository = 'https://git.example.com/shop/fleet.git';

export function heading(text: string): void {
  console.log(`\n── ${text}`);
}

export interface FairleadOptions {
  /** Settings of this run only: what was enrolled and allowed. */
  readonly configFolder: string;
  readonly signal: AbortSignal;
  /** The folder of the GitOps repository, from the project's. */
  readonly repository: string;
}

/** The built product, run as people run it. */
export class Fairlead {
  readonly configFolder: string;
  readonly signal: AbortSignal;
  /** Lets a command fetch the demo's charts. */
  readonly sources: readonly string[];
  readonly repository: string;

  constructor({ configFolder, signal, repository }: FairleadOptions) {
    this.configFolder = configFolder;
    this.signal = signal;
    this.repository = repository;
    this.sources = ['--online', '--local-source', `${demoRepository}=${repository}`];
  }

  /** Builds the bundles, and packs the extension where it is wanted. */
  async build({ packs }: { readonly packs: boolean }): Promise<void> {
    await this.#program(process.execPath, [path.join(root, 'scripts', 'build.mjs')]);
    if (packs) {
      const vsce = path.join(root, 'node_modules', '.bin', 'vsce');
      await this.#program(vsce, [
        'package',
        '--no-dependencies',
        '--no-rewrite-relative-links',
        '--out',
        path.join('dist', 'fairlead.vsix'),
      ]);
    }
  }

  /** Runs a command with its output shown. @throws Error where it ends with none of the codes that are fine */
  async run(args: readonly string[], { accepts = [0] }: { readonly accepts?: readonly number[] } = {}): Promise<void> {
    const { code } = await run(process.execPath, [path.join(root, 'dist', 'cli.cjs'), ...args], {
      cwd: root,
      env: { FAIRLEAD_CONFIG: this.configFolder },
      output: 'inherit',
      signal: this.signal,
    });
    this.signal.throwIfAborted();
    if (!accepts.includes(code)) {
      throw new Error(`fairlead ${args[0] ?? ''} ended with exit code ${code}`);
    }
  }

  /** Runs a command for the JSON that it prints. */
  async json(args: readonly string[]): Promise<unknown> {
    const { code, output } = await run(process.execPath, [path.join(root, 'dist', 'cli.cjs'), ...args, '-o', 'json'], {
      cwd: root,
      env: { FAIRLEAD_CONFIG: this.configFolder },
      output: 'capture',
      signal: this.signal,
    });
    this.signal.throwIfAborted();
    if (code !== 0) {
      throw new Error(`fairlead ${args[0] ?? ''} ended with exit code ${code}:\n${output}`);
    }
    return JSON.parse(output);
  }

  async #program(command: string, args: readonly string[]): Promise<void> {
    const { code, output } = await run(command, args, { output: 'capture', signal: this.signal });
    this.signal.throwIfAborted();
    if (code !== 0) {
      throw new Error(`${path.basename(command)} failed:\n${output}`);
    }
  }
}
