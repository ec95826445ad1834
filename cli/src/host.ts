import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createSourceAnswers, type SourceWorld } from '@fairlead/engine/source';
import type { Abortable, Log } from '@fairlead/engine/support';
import { connectionLog } from '@fairlead/server/server';
import type { ServiceHost } from '@fairlead/server/service';
import type { Connection } from 'vscode-languageserver';
import { findYamlFiles } from './files.ts';

/** A host that answers in process, for `check`: these files, this world. */
export function localHost(
  world: SourceWorld,
  options: Abortable & { readonly uris: readonly string[]; readonly log: (message: string) => void },
): ServiceHost {
  return {
    ...answeringHost(world, quietLog(options.log), options),
    listFiles: () => Promise.resolve({ uris: options.uris, truncated: false }),
  };
}

/** A host that answers in process, for other editors: the workspace folders that the editor opened. */
export function workspaceHost(world: SourceWorld, connection: Connection, options: Abortable): ServiceHost {
  return {
    ...answeringHost(world, connectionLog(connection), options),
    listFiles: async () => {
      const folders = (await connection.workspace.getWorkspaceFolders()) ?? [];
      const found = await findYamlFiles(
        folders.map(({ uri }) => fileURLToPath(uri)),
        '/',
      );
      const files = found.kind === 'found' ? found.files : [];
      return { uris: files.map((file) => pathToFileURL(file).href), truncated: false };
    },
  };
}

function answeringHost(world: SourceWorld, log: Log, options: Abortable): Omit<ServiceHost, 'listFiles'> {
  const answers = createSourceAnswers(world, options);
  return {
    log,
    readFile: async (uri) => await readText(uri),
    versions: (params, signal) => answers.versionsNow(params, { signal }),
    charts: (params, signal) => answers.charts(params, { signal }),
    fetch: async ({ uri, secretUris, ...question }, signal) => {
      const near = uri.startsWith('file:') ? { near: fileURLToPath(uri) } : {};
      const files = await Promise.all(secretUris.map(async (file) => ({ file, text: (await readText(file)) ?? '' })));
      return await answers.fetch({ ...question, ...near }, files, { signal });
    },
    // No cluster is ever selected here.
    lookup: () => Promise.resolve({ kind: 'no-cluster' }),
    clusterSchemas: () => Promise.resolve({ schemas: [] }),
  };
}

async function readText(uri: string): Promise<string | undefined> {
  if (!uri.startsWith('file:')) {
    return undefined;
  }
  try {
    return await readFile(fileURLToPath(uri), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

function quietLog(write: (message: string) => void): Log {
  return { debug: () => undefined, info: () => undefined, warn: write, error: write };
}
