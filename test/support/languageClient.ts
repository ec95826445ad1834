import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';
import {
  createProtocolConnection,
  type Diagnostic,
  type InitializeResult,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import type { Position } from '@fairlead/engine/support';

/** An editor without a window: starts a built language server and speaks the protocol with it. */
export interface LanguageClient {
  readonly connection: ProtocolConnection;
  /** What the server answered to `initialize`. */
  readonly started: InitializeResult;
  /** What the server wrote to standard error. */
  errors(): string;
  open(uri: string, text: string): Promise<void>;
  /** Replaces the whole text. */
  change(uri: string, text: string): Promise<void>;
  diagnostics(uri: string): Promise<readonly Diagnostic[]>;
  /** Shuts the server down as editors do; resolves with its exit code. */
  stop(): Promise<number | null>;
}

export interface LanguageClientOptions {
  /** Arguments of Node: the bundle and its own. */
  readonly command: readonly string[];
  /** URIs of the workspace folders. */
  readonly folders: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Answers what the server asks beyond the protocol; set before it is started. */
  readonly answer?: (connection: ProtocolConnection) => void;
  /** False for an editor that wants diagnostics sent. */
  readonly pullsDiagnostics?: boolean;
}

export async function startLanguageClient(options: LanguageClientOptions): Promise<LanguageClient> {
  const child = spawn(process.execPath, options.command, { env: { ...process.env, ...options.env } });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString('utf8');
  });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const folders = options.folders.map((uri) => ({ uri, name: uri }));
  connection.onRequest('workspace/workspaceFolders', () => folders);
  connection.onRequest('client/registerCapability', () => null);
  connection.onRequest('workspace/diagnostic/refresh', () => null);
  connection.onRequest('workspace/inlayHint/refresh', () => null);
  options.answer?.(connection);
  connection.listen();
  const pulls = options.pullsDiagnostics !== false;
  const started = await connection.sendRequest<InitializeResult>('initialize', {
    processId: process.pid,
    rootUri: options.folders[0] ?? null,
    workspaceFolders: folders,
    capabilities: {
      workspace: { workspaceFolders: true, ...(pulls ? { diagnostics: { refreshSupport: true } } : {}) },
      textDocument: pulls ? { diagnostic: {} } : {},
    },
  });
  await connection.sendNotification('initialized', {});
  let version = 0;
  return {
    connection,
    started,
    errors: () => errors,
    open: async (uri, text) => {
      const textDocument = { uri, languageId: 'yaml', version: ++version, text };
      await connection.sendNotification('textDocument/didOpen', { textDocument });
    },
    change: async (uri, text) => {
      const textDocument = { uri, version: ++version };
      await connection.sendNotification('textDocument/didChange', { textDocument, contentChanges: [{ text }] });
    },
    diagnostics: async (uri) => {
      const report = await connection.sendRequest<{ readonly items: readonly Diagnostic[] }>(
        'textDocument/diagnostic',
        { textDocument: { uri } },
      );
      return report.items;
    },
    stop: async () => {
      const ended = exitOf(child);
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      const code = await ended;
      connection.dispose();
      return code;
    },
  };
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  return await new Promise((resolve) => {
    child.once('exit', resolve);
  });
}

/** Where a text stands in another: its start, or `after` it. */
export function positionOf(text: string, part: string, after = false): Position {
  const at = text.indexOf(part);
  if (at < 0) {
    throw new Error(`"${part}" is not in the text`);
  }
  const lines = text.slice(0, after ? at + part.length : at).split('\n');
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}
