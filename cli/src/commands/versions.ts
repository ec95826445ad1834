import { SemverError } from '@fairlead/engine/semver';
import { filterVersions, SourceError, versionsOf } from '@fairlead/engine/source';
import { Command } from 'commander';
import { exitCodes, UsageError } from '../exit.ts';
import { table } from '../output/table.ts';
import type { CommandContext } from './context.ts';
import { addJsonOption } from './options.ts';

/** The little that this command works with. */
export type VersionsContext = Pick<CommandContext, 'io' | 'signal' | 'world' | 'exit'>;

interface VersionsOptions {
  readonly constraint?: string;
  readonly stdin: boolean;
  readonly output: 'text' | 'json';
}

export function versionsCommand(context: VersionsContext): Command {
  const command = new Command('versions')
    .description('list the versions of a chart, newest first, or filter a list of versions')
    .argument('[repository]', 'URL of a chart repository, or oci:// URL of a registry')
    .argument('[chart]', 'name of the chart')
    .option('--constraint <range>', 'only versions that this range lets through')
    .option('--stdin', 'filter the lines of standard input instead', false);
  return addJsonOption(command).action(
    async (url: string | undefined, chart: string | undefined, options: VersionsOptions) => {
      try {
        context.exit(options.stdin ? await filter(context, options) : await list(context, url, chart, options));
      } catch (error) {
        if (error instanceof SemverError || (error instanceof SourceError && error.code === 'invalid-version')) {
          throw new UsageError(error.message, { cause: error });
        }
        throw error;
      }
    },
  );
}

/** Lines in, matching lines out. */
async function filter(context: VersionsContext, { constraint, output }: VersionsOptions): Promise<number> {
  if (constraint === undefined) {
    throw new UsageError('--stdin needs --constraint');
  }
  const lines = (await context.io.readStdin()).split(/\r?\n/).filter((line) => line !== '');
  const matching = filterVersions(lines, constraint);
  context.io.result(
    output === 'json'
      ? `${JSON.stringify({ version: 1, versions: matching.map((version) => ({ version })) }, undefined, 2)}\n`
      : matching.map((line) => `${line}\n`).join(''),
  );
  return matching.length === 0 ? exitCodes.failure : exitCodes.fine;
}

async function list(
  context: VersionsContext,
  url: string | undefined,
  chart: string | undefined,
  { constraint, output }: VersionsOptions,
): Promise<number> {
  if (url === undefined || chart === undefined) {
    throw new UsageError('want a repository URL and a chart, or --stdin');
  }
  // The user named the URL: asking it is what they want.
  const world = await context.world({ online: true, localSource: [] });
  const request = { world, signal: context.signal, maxAgeMs: 0, ...(constraint === undefined ? {} : { constraint }) };
  const { versions, warnings } = await versionsOf(url, chart, request);
  warnings.forEach((warning) => {
    context.io.note(`warning: ${warning}`);
  });
  if (output === 'json') {
    context.io.result(`${JSON.stringify({ version: 1, repository: url, chart, versions }, undefined, 2)}\n`);
  } else if (versions.length > 0) {
    context.io.line(
      table(
        ['VERSION', 'APP VERSION', 'CREATED'],
        versions.map(({ version, appVersion, created }) => [version, appVersion ?? '-', created?.slice(0, 10) ?? '-']),
      ),
    );
  }
  return versions.length === 0 ? exitCodes.failure : exitCodes.fine;
}
