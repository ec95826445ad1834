import { isAbort, messageOf } from '@fairlead/engine/support';
import { Command, CommanderError } from 'commander';
import type { CommandContext } from './commands/context.ts';
import { exitCodes, UsageError } from './exit.ts';

/** What a program itself needs. */
type ProgramContext = Pick<CommandContext, 'io' | 'signal' | 'exit'> & { readonly version?: string };

/** The command line: one program, one file a verb. Where only one verb is asked for, the others need not be there. */
export function createProgram(context: ProgramContext, commands: readonly Command[]): Command {
  const program = new Command('fairlead')
    .description('Edit, check, preview, reconcile and roll back Helm releases that Flux delivers.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        context.io.result(text);
      },
      writeErr: (text) => {
        context.io.note(text.trimEnd());
      },
    });
  if (context.version !== undefined) {
    program.version(context.version);
  }
  for (const command of commands) {
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}

/** Runs one command line to its end; every failure is one line on standard error and an exit code. */
export async function run(program: Command, args: readonly string[], context: ProgramContext): Promise<void> {
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // commander has printed what it had to say.
      context.exit(error.exitCode === 0 ? exitCodes.fine : exitCodes.usage);
    } else if (error instanceof UsageError) {
      context.io.note(`error: ${error.message}`);
      context.exit(exitCodes.usage);
    } else if (context.signal.aborted || isAbort(error)) {
      context.io.note('stopped');
      context.exit(exitCodes.failure);
    } else {
      context.io.note(`error: ${messageOf(error)}`);
      context.exit(exitCodes.failure);
    }
  }
}
