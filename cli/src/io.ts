import { createInterface } from 'node:readline/promises';
import process from 'node:process';
import { toBytes } from '@fairlead/engine/gostd';
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
  readStdin(): Promise<string>;
}

export function processIo(): Io {
  return {
    result: (text) => {
      // Rendered text may hold bytes that are no UTF-8.
      process.stdout.write(toBytes(text));
    },
    line: (text) => {
      process.stdout.write(`${redact(text)}\n`);
    },
    note: (text) => {
      process.stderr.write(`${redact(text)}\n`);
    },
    isTerminal: process.stdin.isTTY && process.stderr.isTTY,
    ask: async (question, { signal }) => {
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await lines.question(question, { signal });
      } finally {
        lines.close();
      }
    },
    readStdin: async () => {
      let text = '';
      process.stdin.setEncoding('utf8');
      for await (const chunk of process.stdin) {
        text += String(chunk);
      }
      return text;
    },
  };
}
