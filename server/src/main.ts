import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { remoteHost } from './remoteHost.ts';
import { startServer } from './server.ts';
import { isKindSchema, type KindSchema } from './service/index.ts';

/** The server process of the extension. This file alone makes a connection and reads from the disk: its own schemas. */
const connection = createConnection(ProposedFeatures.all);
startServer(connection, {
  host: remoteHost(connection),
  schemas: readSchemas(path.resolve(import.meta.dirname, '../schemas')),
  version: process.env['FAIRLEAD_VERSION'] ?? '0.0.0',
});

/** Every schema below a folder of groups. */
function readSchemas(folder: string): KindSchema[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((group) => group.isDirectory())
    .flatMap((group) => readdirSync(path.join(folder, group.name)).map((name) => path.join(folder, group.name, name)))
    .filter((file) => file.endsWith('.json'))
    .map((file): unknown => JSON.parse(readFileSync(file, 'utf8')))
    .filter(isKindSchema);
}
