import { messageOf } from '@fairlead/engine/support';
import { Command, CommanderError } from 'commander';
import { checkCommand } from './commands/check.ts';
import type { CommandContext } from './commands/context.ts';
import { enrolCommand } from './commands/enrol.ts';
import { lspCommand } from './commands/lsp.ts';
import { planCommand, reconcileCommand } from './commands/reconcile.ts';
import {
  historyCommand,
  resumeCommand,
  rollbackCommand,
  statusCommand,
  suspendCommand,
  uninstallCommand,
} from './commands/release.ts';
import { renderCommand } from './commands/render.ts';
import { templateCommand } from './commands/template.ts';
import { versionsCommand } from './commands/versions.ts';
import { exitCodes, UsageError } from './exit.ts';

/** The command line: one program, one file a verb. */
export function createProgram(context: CommandContext): Command {
  const program = new Command('fairlead')
    .description('Edit, check, preview, reconcile and roll back Helm releases that Flux delivers.')
    .version(context.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        context.io.result(text);
      },
      writeErr: (text) => {
        context.io.note(text.trimEnd());
      },
    });
  const commands = [
    checkCommand(context),
    templateCommand(context),
    versionsCommand(context),
    renderCommand(context),
    planCommand(context),
    reconcileCommand(context),
    rollbackCommand(context),
    suspendCommand(context),
    resumeCommand(context),
    uninstallCommand(context),
    historyCommand(context),
    statusCommand(context),
    enrolCommand(context),
    lspCommand(context),
  ];
  for (const command of commands) {
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}

/** Runs one command line to its end; every failure is one line on standard error and an exit code. */
export async function run(program: Command, args: readonly string[], context: CommandContext): Promise<void> {
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // commander has printed what it had to say.
      context.exit(error.exitCode === 0 ? exitCodes.fine : exitCodes.usage);
    } else if (error instanceof UsageError) {
      context.io.note(`error: ${error.message}`);
      context.exit(exitCodes.usage);
    } else if (context.signal.aborted) {
      context.io.note('stopped');
      context.exit(exitCodes.failure);
    } else {
      context.io.note(`error: ${messageOf(error)}`);
      context.exit(exitCodes.failure);
    }
  }
}
