import { spawn } from 'node:child_process';
import { isAbort } from '../support/index.ts';

export interface ProgramOptions {
  readonly input: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** How a program ended. `missing`: there is none of that name. */
export type ProgramEnd =
  | { readonly kind: 'ended'; readonly code: number; readonly output: string; readonly errors: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'stopped'; readonly why: string };

/**
 * Runs a program of the user's, without a shell. What is secret goes in by standard input and comes out by standard
 * output, which nobody else sees; arguments are seen by everybody on the machine.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { input, environment, timeoutMs, maxBytes, signal }: ProgramOptions,
): Promise<ProgramEnd> {
  signal.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  return await new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: environment,
      stdio: 'pipe',
      windowsHide: true,
      signal: AbortSignal.any([signal, timeout]),
    });
    const texts = { output: '', errors: '' };
    const keep = (name: keyof typeof texts) => (chunk: Buffer) => {
      texts[name] += chunk.toString('utf8');
      if (texts[name].length > maxBytes) {
        child.kill();
        resolve({ kind: 'stopped', why: `it wrote more than ${String(maxBytes)} bytes` });
      }
    };
    child.stdout.on('data', keep('output'));
    child.stderr.on('data', keep('errors'));
    // A program that does not read what it is told may have ended before it was written.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (isAbort(error)) {
        if (signal.aborted) {
          reject(error);
        } else {
          resolve({ kind: 'stopped', why: `it did not end in ${String(timeoutMs / 1000)} s` });
        }
      } else if (error.code === 'ENOENT') {
        resolve({ kind: 'missing' });
      } else {
        resolve({ kind: 'stopped', why: error.code ?? 'it cannot be run' });
      }
    });
    child.on('close', (code) => {
      resolve({ kind: 'ended', code: code ?? 1, ...texts });
    });
  });
}
