import type { CommandContext } from '../context.ts';
import type { ReleaseDocument } from '../view/documents.ts';
import { pickRelease } from '../view/pickRelease.ts';

export async function showManifest(context: CommandContext, argument: unknown): Promise<void> {
  await show(context, argument, 'manifest');
}

export async function showValues(context: CommandContext, argument: unknown): Promise<void> {
  await show(context, argument, 'values');
}

export async function showHistory(context: CommandContext, argument: unknown): Promise<void> {
  await show(context, argument, 'history');
}

async function show(context: CommandContext, argument: unknown, what: ReleaseDocument): Promise<void> {
  const release = await pickRelease(context, argument);
  if (release !== undefined) {
    await context.documents.show(what, release, revisionOf(argument));
  }
}

/** The revision of the tree item that the command was called on. */
function revisionOf(argument: unknown): number | undefined {
  if (typeof argument !== 'object' || argument === null || !('entry' in argument)) {
    return undefined;
  }
  const { entry } = argument;
  return typeof entry === 'object' && entry !== null && 'revision' in entry && typeof entry.revision === 'number'
    ? entry.revision
    : undefined;
}
