import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';

/** The folder of package.json. */
export const root: string = path.resolve(import.meta.dirname, '../..');

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Output is passed on while it comes, or kept and given back only. */
  readonly output: 'inherit' | 'capture';
  readonly signal?: AbortSignal;
}

export interface RunResult {
  readonly code: number;
  /** Standard output and error, in the order they came; empty with `inherit`. */
  readonly output: string;
}

/**
 * Runs a program without a shell and waits for its end, also where `signal` ends it. A program that cannot be started
 * gives code 127.
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  return await new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: [
        'ignore',
        ...(options.output === 'inherit' ? (['inherit', 'inherit'] as const) : (['pipe', 'pipe'] as const)),
      ],
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('error', (error) => {
      // One that runs says so too when it is told to end; its end is `close`.
      if (child.pid === undefined) {
        resolve({ code: 127, output: `${output}${error.message}\n` });
      }
    });
    child.on('close', (code) => {
      resolve({ code: code ?? 1, output });
    });
  });
}

/** Whether a program is on the PATH and runs. */
export async function has(command: string, ...args: readonly string[]): Promise<boolean> {
  return (await run(command, args, { output: 'capture' })).code === 0;
}
