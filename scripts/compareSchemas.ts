import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { root } from './support/run.ts';
import { compareWithServed, formatDifference, readBundledSchemas, readServedSchemas } from './schemaFacts.ts';

const usage = 'usage: npm run schemas:compare -- DIR_OF_CRDS';

/** Compares `schemas/` with a folder of CRDs. Exit code 0: no difference, 1: some, 2: nothing could be compared. */
function main(args: readonly string[]): number {
  const [folder, ...rest] = args;
  if (folder === undefined || rest.length > 0) {
    console.error(usage);
    return 2;
  }
  const served = readFolder(folder);
  if (served.length === 0) {
    throw new Error(`no CustomResourceDefinition in the .yaml files of ${folder}`);
  }
  const { compared, differences, notes } = compareWithServed(readBundledSchemas(path.join(root, 'schemas')), served);
  for (const difference of differences) {
    console.log(formatDifference(difference));
  }
  for (const note of notes) {
    console.log(`note: ${note}`);
  }
  console.log(`${compared} schemas compared, ${differences.length} differences`);
  return differences.length > 0 ? 1 : 0;
}

function readFolder(folder: string): ReturnType<typeof readServedSchemas> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return files.sort().flatMap((name) => {
    try {
      return readServedSchemas(readFileSync(path.join(folder, name), 'utf8'));
    } catch (error) {
      throw new Error(`${name}: ${messageOf(error)}`, { cause: error });
    }
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(`compare schemas: ${messageOf(error)}`);
  process.exitCode = 2;
}
