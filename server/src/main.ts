import path from 'node:path';
import { nodeRenderMachine } from '@fairlead/engine/node';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { readSchemas } from './readSchemas.ts';
import { remoteHost } from './remoteHost.ts';
import { startServer } from './server.ts';

/** The server process of the extension: a connection, its own schemas, and the worker that renders. */
const connection = createConnection(ProposedFeatures.all);
startServer(connection, {
  host: remoteHost(connection),
  machine: nodeRenderMachine(path.resolve(import.meta.dirname, 'renderWorker.cjs')),
  schemas: readSchemas(path.resolve(import.meta.dirname, '../schemas')),
  version: process.env['FAIRLEAD_VERSION'] ?? '0.0.0',
});
