import path from 'node:path';
import process from 'node:process';
import type { TemplateContext } from './commands/context.ts';
import { templateCommand } from './commands/template.ts';
import { processIo } from './io.ts';
import { createProgram, run } from './program.ts';

/**
 * Runs the command line of this process, whose verb is `template`. The renderer is all that is loaded, and Ctrl-C ends
 * the process as it is: nothing is open.
 */
export async function main(): Promise<void> {
  const io = processIo();
  const context: TemplateContext = {
    io,
    cwd: process.cwd(),
    variables: process.env,
    signal: new AbortController().signal,
    renderWorker: path.join(import.meta.dirname, 'renderWorker.cjs'),
    exit: (code) => {
      process.exitCode = code;
    },
  };
  await run(createProgram(context, [templateCommand(context)]), process.argv.slice(2), context);
  if (!io.isWriting) {
    // Else Node waits for what V8 compiles on other threads, for nobody any more.
    process.exit();
  }
}
