import * as vscode from 'vscode';
import { LanguageClient, type LanguageClientOptions, TransportKind } from 'vscode-languageclient/node';
import {
  answersChangedNotification,
  chartsRequest,
  clusterSchemasRequest,
  fetchRequest,
  type FetchParams,
  type FetchResult,
  listFilesRequest,
  type LookupParams,
  lookupRequest,
  type LookupResult,
  readFileRequest,
  type RenderParams,
  renderRequest,
  type RenderResult,
  type TraceParams,
  traceRequest,
  type TraceResult,
  versionsRequest,
} from '@fairlead/server/protocol';
import type { SourceAnswers } from '@fairlead/engine/source';

/** Past this many files a workspace is too large to read whole. */
const maxFiles = 5_000;
const redHatYaml = 'redhat.vscode-yaml';

export interface LanguageServerOptions {
  /** Path of the server's bundle. */
  readonly module: string;
  readonly log: vscode.LogOutputChannel;
  /** Of Fairlead. */
  readonly version: string;
  /** Where charts come from. */
  readonly answers: () => Promise<SourceAnswers>;
  /** The selected cluster's own schemas; none before it was contacted. */
  readonly schemas: (signal: AbortSignal) => Promise<readonly object[]>;
  /** Asks the selected cluster, if it is connected. */
  readonly lookup: (params: LookupParams, signal: AbortSignal) => Promise<LookupResult>;
}

/** The language server's client. It answers the server's own requests, since the server touches neither network nor cluster. */
export class LanguageServer implements vscode.Disposable {
  readonly #client: LanguageClient;
  readonly #filesChanged = new vscode.EventEmitter<void>();
  readonly #subscriptions: { dispose(): unknown }[] = [this.#filesChanged];
  /** The server was told that YAML files changed on disk. */
  readonly onDidChangeFiles: vscode.Event<void> = this.#filesChanged.event;

  constructor({ module, log, version, ...answering }: LanguageServerOptions) {
    const options: LanguageClientOptions = {
      documentSelector: [{ language: 'yaml' }],
      outputChannel: log,
      initializationOptions: yamlSettings(),
      synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher('**/*.{yaml,yml}') },
      diagnosticPullOptions: { onChange: true, onSave: true },
      middleware: {
        // What we render and show ourselves is no file of the repository.
        didOpen: (document, next) => (isOwn(document) ? Promise.resolve() : next(document)),
        didChange: (event, next) => (isOwn(event.document) ? Promise.resolve() : next(event)),
        didClose: (document, next) => (isOwn(document) ? Promise.resolve() : next(document)),
        workspace: {
          // They are sent a while later, several at once.
          didChangeWatchedFile: async (event, next) => {
            await next(event);
            this.#filesChanged.fire();
          },
        },
      },
    };
    const process = {
      module,
      transport: TransportKind.ipc,
      options: { env: { ...globalThis.process.env, FAIRLEAD_VERSION: version } },
    };
    this.#client = new LanguageClient('fairlead', 'Fairlead', process, options);
    this.#answer(answering);
  }

  async start(): Promise<void> {
    await this.#client.start();
    const settings = async (): Promise<void> => {
      await this.#client.sendNotification('workspace/didChangeConfiguration', {
        settings: { fairlead: { yaml: yamlSettings() } },
      });
    };
    this.#subscriptions.push(
      vscode.extensions.onDidChange(settings),
      vscode.workspace.onDidChangeConfiguration((event) =>
        event.affectsConfiguration('fairlead.yaml') ? settings() : undefined,
      ),
    );
  }

  /** Tells the server that versions, charts or schemas may have changed. */
  async answersChanged(): Promise<void> {
    await this.#client.sendNotification(answersChangedNotification);
  }

  /** What a HelmRelease of the workspace would put into a cluster. */
  async render(params: RenderParams): Promise<RenderResult> {
    return await this.#client.sendRequest(renderRequest, params);
  }

  /** What made lines of a render. */
  async trace(params: TraceParams): Promise<TraceResult> {
    return await this.#client.sendRequest(traceRequest, params);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
    void this.#client.dispose();
  }

  #answer({ answers, schemas, lookup }: Pick<LanguageServerOptions, 'answers' | 'schemas' | 'lookup'>): void {
    const client = this.#client;
    this.#subscriptions.push(
      client.onRequest(readFileRequest, async ({ uri }) => await readFile(uri)),
      client.onRequest(listFilesRequest, async () => {
        const files = await vscode.workspace.findFiles('**/*.{yaml,yml}', '**/{.git,node_modules}/**', maxFiles);
        return { uris: files.map(String), truncated: files.length === maxFiles };
      }),
      client.onRequest(versionsRequest, async (params) => (await answers()).versions(params)),
      client.onRequest(chartsRequest, async (params, token) =>
        (await answers()).charts(params, { signal: signalOf(token) }),
      ),
      client.onRequest(fetchRequest, (params, token) => fetchChart(params, answers, signalOf(token))),
      client.onRequest(lookupRequest, (params, token) => lookup(params, signalOf(token))),
      client.onRequest(clusterSchemasRequest, async (token) => ({ schemas: await schemas(signalOf(token)) })),
    );
  }
}

function isOwn({ uri }: vscode.TextDocument): boolean {
  return uri.scheme.startsWith('fairlead');
}

/** Fetches a chart, with the Secrets that its sources name. In Restricted Mode nothing is fetched. */
async function fetchChart(
  { uri, secretUris, ...question }: FetchParams,
  answers: () => Promise<SourceAnswers>,
  signal: AbortSignal,
): Promise<FetchResult> {
  if (!vscode.workspace.isTrusted) {
    const message = 'charts are not fetched before the workspace is trusted';
    return { kind: 'failed', problem: { code: 'untrusted', message } };
  }
  const { scheme, fsPath } = vscode.Uri.parse(uri);
  const near = scheme === 'file' ? { near: fsPath } : {};
  const secretFiles = await Promise.all(secretUris.map(async (file) => ({ file, text: await openText(file) })));
  return await (await answers()).fetch({ ...question, ...near }, secretFiles, { signal });
}

/** As the editor has it, else as the disk has it. */
async function openText(uri: string): Promise<string> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri);
  return open?.getText() ?? (await readFile(uri)).text ?? '';
}

function yamlSettings(): { readonly coexistence: string; readonly otherYamlServer: boolean } {
  return {
    coexistence: vscode.workspace.getConfiguration('fairlead').get('yaml.coexistence', 'auto'),
    otherYamlServer: vscode.extensions.getExtension(redHatYaml) !== undefined,
  };
}

async function readFile(uri: string): Promise<{ text?: string }> {
  try {
    return { text: new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.parse(uri))) };
  } catch (error) {
    if (error instanceof vscode.FileSystemError) {
      return {};
    }
    throw error;
  }
}

function signalOf(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  token.onCancellationRequested(() => {
    controller.abort();
  });
  return controller.signal;
}
