import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { openWorld, userFolders } from '@fairlead/engine/node';
import type { ClusterModule } from '@fairlead/engine/session';
import type { Log } from '@fairlead/engine/support';
import { readSchemas } from '@fairlead/server/schemas';
import { checkCommand } from './commands/check.ts';
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
import type { CommandContext, NetworkOptions } from './commands/context.ts';
import { UsageError } from './exit.ts';
import { interrupts, outliveReaders } from './interrupts.ts';
import { processIo } from './io.ts';
import type { Command } from 'commander';
import { createProgram, run } from './program.ts';

/** Runs the command line of this process. */
export async function main(): Promise<void> {
  // In the bundle this is dist/, beside schemas/.
  const here = import.meta.dirname;
  const io = processIo();
  outliveReaders();
  // An editor ends its server as it is: nothing is open.
  const signal = process.argv[2] === 'lsp' ? new AbortController().signal : interrupts();
  const note = (message: string): void => {
    io.note(message);
  };
  const log: Log = { debug: () => undefined, info: note, warn: note, error: note };
  const folders = userFolders(process.env);
  const version = readVersion(path.join(here, '..', 'package.json'));
  const bundle = createRequire(path.join(here, 'verbs.cjs'));
  const context: CommandContext = {
    io,
    version,
    cwd: process.cwd(),
    variables: process.env,
    signal,
    schemas: () => readSchemas(path.join(here, '..', 'schemas')),
    world: (options) =>
      openWorld({
        ...folders,
        allowHosts: allowed(options),
        localSources: localSources(options),
        usesProxyVariables: true,
        variables: process.env,
        version,
        log,
      }),
    // Built from engine/src/node/cluster.ts, whose type this is.
    clusterModule: () => bundle('./cluster.cjs') as ClusterModule,
    renderWorker: path.join(here, 'renderWorker.cjs'),
    openOptions: (options) => ({
      ...folders,
      renderWorker: path.join(here, 'renderWorker.cjs'),
      allowHosts: allowed(options),
      localSources: localSources(options),
      usesProxyVariables: true,
      version,
      log,
    }),
    exit: (code) => {
      process.exitCode = code;
    },
  };
  await run(createProgram(context, allCommands(context)), process.argv.slice(2), context);
}

/** `*` stands for every host: the user asked for it on the command line. */
function allowed({ online }: NetworkOptions): readonly string[] {
  return online ? ['*'] : [];
}

function localSources({ localSource }: NetworkOptions): Record<string, string> {
  return Object.fromEntries(
    localSource.map((entry) => {
      const equals = entry.indexOf('=');
      const folder = path.resolve(entry.slice(equals + 1));
      if (equals < 1 || !existsSync(folder)) {
        throw new UsageError(`--local-source ${entry}: want URL=FOLDER with a folder that exists`);
      }
      return [entry.slice(0, equals), folder];
    }),
  );
}

function readVersion(manifest: string): string {
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }; // our own manifest
  return version;
}

function allCommands(context: CommandContext): Command[] {
  return [
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
}
