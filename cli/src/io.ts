import { Buffer } from 'node:buffer';
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import process from 'node:process';
import { fromBytes, toBytes } from '@fairlead/engine/gostd';
import { redact } from '@fairlead/engine/support';

/** What commands print to and read from. Everything that goes out is redacted here. */
export interface Io {
  /** Text as it is: rendered manifests, JSON. Never redacted: it is the command's result. */
  result(text: string): void;
  /** A line for people, on standard output. */
  line(text: string): void;
  /** A line for people, on standard error. */
  note(text: string): void;
  readonly isTerminal: boolean;
  /** Asks on the terminal; only called when `isTerminal`. */
  ask(question: string, options: { readonly signal: AbortSignal }): Promise<string>;
  /** All of standard input; a byte that is no UTF-8 is a lone surrogate, as in `fromBytes`. */
  readStdin(): Promise<string>;
  /** Whether some of a result has yet to be written when the process may end. */
  readonly isWriting: boolean;
}

export function processIo(): Io {
  let isWriting = false;
  return {
    result: (text) => {
      // Rendered text may hold bytes that are no UTF-8.
      isWriting = !writeAll(toBytes(text)) || isWriting;
    },
    get isWriting(): boolean {
      return isWriting;
    },
    line: (text) => {
      process.stdout.write(`${redact(text)}\n`);
    },
    note: (text) => {
      process.stderr.write(`${redact(text)}\n`);
    },
    get isTerminal(): boolean {
      return process.stdin.isTTY && process.stderr.isTTY;
    },
    ask: async (question, { signal }) => {
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await lines.question(question, { signal });
      } finally {
        lines.close();
      }
    },
    readStdin: async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of process.stdin) {
        chunks.push(Buffer.from(chunk as Uint8Array)); // nobody has set an encoding
      }
      return fromBytes(Buffer.concat(chunks));
    },
  };
}

/** To standard output without its stream, which takes longer to make than a chart to print. Whether all is written. */
function writeAll(bytes: Uint8Array): boolean {
  let written = 0;
  try {
    while (written < bytes.length) {
      written += writeSync(1, bytes, written);
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EAGAIN') {
      // A pipe that does not wait for its reader.
      process.stdout.write(bytes.subarray(written));
      return false;
    }
    if (code !== 'EPIPE') {
      throw error;
    }
  }
  return true;
}
