import { nodeRenderMachine } from '@fairlead/engine/node';
import { startServer } from '@fairlead/server/server';
import { Command } from 'commander';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { workspaceHost } from '../host.ts';
import type { CommandContext } from './context.ts';

export function lspCommand(context: CommandContext): Command {
  return new Command('lsp')
    .description('start the language server for another editor')
    .requiredOption('--stdio', 'speak over standard input and output')
    .option('--online', 'ask chart repositories and registries', false)
    .action(async (options: { readonly online: boolean }) => {
      const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);
      const world = await context.world({ online: options.online, localSource: [] });
      startServer(connection, {
        host: workspaceHost(world, connection, { signal: context.signal }),
        schemas: context.schemas(),
        machine: nodeRenderMachine(context.renderWorker),
        version: context.version,
      });
    });
}
