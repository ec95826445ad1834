import * as vscode from 'vscode';
import { LanguageClient, type LanguageClientOptions, TransportKind } from 'vscode-languageclient/node';
import {
  answersChangedNotification,
  chartsRequest,
  clusterSchemasRequest,
  listFilesRequest,
  readFileRequest,
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
  readonly answers: SourceAnswers;
  /** The selected cluster's own schemas; none before it was contacted. */
  readonly schemas: (signal: AbortSignal) => Promise<readonly object[]>;
}

/** The language server's client. It answers the server's own requests, since the server touches neither network nor cluster. */
export class LanguageServer implements vscode.Disposable {
  readonly #client: LanguageClient;
  readonly #subscriptions: vscode.Disposable[] = [];

  constructor({ module, log, version, answers, schemas }: LanguageServerOptions) {
    const options: LanguageClientOptions = {
      documentSelector: [{ language: 'yaml' }],
      outputChannel: log,
      initializationOptions: yamlSettings(),
      synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher('**/*.{yaml,yml}') },
      diagnosticPullOptions: { onChange: true, onSave: true },
    };
    const process = {
      module,
      transport: TransportKind.ipc,
      options: { env: { ...globalThis.process.env, FAIRLEAD_VERSION: version } },
    };
    this.#client = new LanguageClient('fairlead', 'Fairlead', process, options);
    this.#answer(answers, schemas);
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

  dispose(): void {
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
    void this.#client.dispose();
  }

  #answer(answers: SourceAnswers, schemas: LanguageServerOptions['schemas']): void {
    const client = this.#client;
    this.#subscriptions.push(
      client.onRequest(readFileRequest, async ({ uri }) => await readFile(uri)),
      client.onRequest(listFilesRequest, async () => {
        const files = await vscode.workspace.findFiles('**/*.{yaml,yml}', '**/{.git,node_modules}/**', maxFiles);
        return { uris: files.map(String), truncated: files.length === maxFiles };
      }),
      client.onRequest(versionsRequest, (params) => answers.versions(params)),
      client.onRequest(chartsRequest, (params, token) => answers.charts(params, { signal: signalOf(token) })),
      client.onRequest(clusterSchemasRequest, async (token) => ({ schemas: await schemas(signalOf(token)) })),
    );
  }
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
