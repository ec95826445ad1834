import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import readline from 'node:readline';
import { buildOracle } from '../../scripts/oracle.ts';
import type { OracleAnswer, OracleCase, OracleOperation, OracleText } from './oracleCases.ts';

/** The running oracle. test/oracle/README.md describes what it can be asked. */
export interface Oracle {
  /** Answers one case. Rejects for a case that is wrong; a refusal of the real thing is an answer with `error`. */
  ask<Op extends OracleOperation>(given: OracleCase<Op>): Promise<OracleAnswer<Op>>;
  /** Answers many cases of one operation, in order; they are sent at once. */
  askAll<Op extends OracleOperation>(given: readonly OracleCase<Op>[]): Promise<readonly OracleAnswer<Op>[]>;
}

export interface RunningOracle extends Oracle {
  /** Ends the program and waits until it is gone. */
  close(): Promise<void>;
}

interface Waiting {
  readonly given: unknown;
  readonly resolve: (line: string) => void;
  readonly reject: (error: Error) => void;
}

/** Builds the oracle when needed and starts it once; the caller closes it. */
export async function startOracle(): Promise<RunningOracle> {
  const program = await buildOracle((line) => process.stdout.write(`${line}\n`));
  const child = spawn(program, [], { stdio: 'pipe' });
  const waiting: Waiting[] = [];
  const gone = watchEnd(child, waiting);
  readline.createInterface({ input: child.stdout, crlfDelay: Infinity }).on('line', (line) => {
    waiting.shift()?.resolve(line);
  });

  async function ask<Op extends OracleOperation>(given: OracleCase<Op>): Promise<OracleAnswer<Op>> {
    const line = await new Promise<string>((resolve, reject) => {
      if (child.exitCode !== null || child.signalCode !== null) {
        reject(new Error('the oracle is not running'));
        return;
      }
      waiting.push({ given, resolve, reject });
      child.stdin.write(`${JSON.stringify(given)}\n`);
    });
    const answer: unknown = JSON.parse(line);
    if (typeof answer === 'object' && answer !== null && 'misuse' in answer) {
      throw new Error(`the oracle cannot answer: ${String(answer.misuse)}; case: ${JSON.stringify(given)}`);
    }
    return answer as OracleAnswer<Op>; // the oracle's own Go types, which oracleCases.ts repeats
  }

  return {
    ask,
    askAll: async (given) => await Promise.all(given.map(async (one) => await ask(one))),
    close: async () => {
      child.stdin.end();
      await gone;
    },
  };
}

/** Resolves at the program's end; whoever still waits for an answer then learns which case ended it, and why. */
async function watchEnd(child: ChildProcessWithoutNullStreams, waiting: Waiting[]): Promise<void> {
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-4000);
  });
  // A write to a program that has ended fails here; the end itself says more.
  child.stdin.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    const end = (why: string): void => {
      for (const { given, reject } of waiting.splice(0)) {
        reject(new Error(`the oracle ended (${why}) before it answered ${JSON.stringify(given)}\n${said}`));
      }
      resolve();
    };
    child.on('error', (error) => {
      end(error.message);
    });
    child.on('close', (code, signal) => {
      end(signal ?? `exit code ${String(code)}`);
    });
  });
}

/** The bytes of a Go string. */
export function textBytes(text: OracleText): Buffer {
  return typeof text === 'string' ? Buffer.from(text, 'utf8') : Buffer.from(text.base64, 'base64');
}

/** Files of a chart as the oracle takes them. */
export function chartFiles(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([name, content]) => [name, Buffer.from(content, 'utf8').toString('base64')]),
  );
}
