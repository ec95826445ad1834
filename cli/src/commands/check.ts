import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { nodeRenderMachine } from '@fairlead/engine/node';
import type { Severity } from '@fairlead/engine/support';
import { createLanguageService } from '@fairlead/server/service';
import { Command, Option } from 'commander';
import { exitCodes, UsageError } from '../exit.ts';
import { findYamlFiles, whyUnchecked } from '../files.ts';
import { localHost } from '../host.ts';
import { type FileProblem, problemsJson, problemsSarif, problemsText, reaches } from '../output/problems.ts';
import type { CommandContext, NetworkOptions } from './context.ts';
import { addNetworkOptions } from './options.ts';

interface CheckOptions extends NetworkOptions {
  readonly output: 'text' | 'json' | 'sarif';
  readonly failOn: Severity;
}

export function checkCommand(context: CommandContext): Command {
  const command = new Command('check')
    .description('check Flux objects in YAML files as the API server and the controllers would')
    .argument('<path...>', 'files and folders')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json', 'sarif']).default('text'))
    .addOption(
      new Option('--fail-on <severity>', 'exit 1 from this severity on').choices(['error', 'warning']).default('error'),
    );
  return addNetworkOptions(command).action(async (paths: string[], options: CheckOptions) => {
    const { problems, unchecked } = await check(context, paths, options);
    switch (options.output) {
      case 'text':
        context.io.line(problemsText(problems));
        break;
      case 'json':
        context.io.result(problemsJson(problems));
        break;
      case 'sarif':
        context.io.result(problemsSarif(problems, context.version));
        break;
    }
    for (const { file, why } of unchecked) {
      context.io.note(`error: ${file} was not checked: ${why}`);
    }
    const fails = unchecked.length > 0 || problems.some(({ severity }) => reaches(severity, options.failOn));
    context.exit(fails ? exitCodes.failure : exitCodes.fine);
  });
}

interface Checked {
  readonly problems: readonly FileProblem[];
  /** Files of which nothing can be said. */
  readonly unchecked: readonly { readonly file: string; readonly why: string }[];
}

/** Problems of every file, in the order the files were given; a reference may lead to any of them. */
async function check(context: CommandContext, paths: readonly string[], options: CheckOptions): Promise<Checked> {
  const found = await findYamlFiles(paths, context.cwd);
  if (found.kind === 'missing') {
    throw new UsageError(`there is no file or folder ${found.path}`);
  }
  if (found.files.length === 0) {
    context.io.note(`warning: there is no YAML file in ${paths.join(', ')}`);
  }
  const files: string[] = [];
  const unchecked: { file: string; why: string }[] = [];
  for (const file of found.files) {
    const why = await whyUnchecked(file, context.cwd);
    if (why === undefined) {
      files.push(file);
    } else {
      unchecked.push({ file, why });
    }
  }
  const uris = new Map(files.map((file) => [pathToFileURL(path.resolve(context.cwd, file)).href, file]));
  const host = localHost(await context.world(options), {
    uris: [...uris.keys()],
    signal: context.signal,
    log: () => undefined,
  });
  const service = createLanguageService(host, {
    schemas: context.schemas(),
    machine: nodeRenderMachine(context.renderWorker),
  });
  const problems: FileProblem[] = [];
  for (const [uri, file] of uris) {
    const found = await service.diagnostics(uri, context.signal);
    problems.push(...found.map((problem) => ({ ...problem, file })));
  }
  return { problems, unchecked };
}
