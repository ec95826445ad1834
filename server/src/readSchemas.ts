import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isKindSchema, type KindSchema } from './service/index.ts';

/** Every schema below `schemas/`, which lies beside the bundles. */
export function readSchemas(folder: string): KindSchema[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry): unknown => JSON.parse(readFileSync(path.join(entry.parentPath, entry.name), 'utf8')))
    .filter(isKindSchema);
}
