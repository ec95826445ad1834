import {
  CodeActionKind,
  type Connection,
  type DiagnosticRegistrationOptions,
  DidChangeConfigurationNotification,
  type DocumentDiagnosticReport,
  type InitializeParams,
  type InitializeResult,
  TextDocuments,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { messageOf } from '@fairlead/engine/support';
import { toDiagnostic } from './convert.ts';
import {
  answersChangedNotification,
  renderRequest,
  type RenderResult,
  traceRequest,
  type TraceResult,
} from './protocol.ts';
import { safely } from './safely.ts';
import { createLanguageService, type LanguageServiceOptions, type ServiceHost } from './service/index.ts';
import { defaultSettings, readSettings, type Settings } from './settings.ts';

export { connectionLog } from './connectionLog.ts';

export interface ServerOptions extends LanguageServiceOptions {
  readonly host: ServiceHost;
  readonly version: string;
}

const diagnosticOptions: DiagnosticRegistrationOptions = {
  documentSelector: null,
  identifier: 'fairlead',
  interFileDependencies: true,
  workspaceDiagnostics: false,
};

const renderBug: RenderResult = {
  kind: 'failed',
  problem: { code: 'internal', message: 'rendering failed for a reason of its own: Fairlead: Show Log tells more' },
};

/** Wires a language service to a connection. Every handler runs through `safely`; nothing here decides anything. */
export function startServer(connection: Connection, { host, version, ...options }: ServerOptions): void {
  const service = createLanguageService(host, options);
  const documents = new TextDocuments(TextDocument);
  let settings: Settings = defaultSettings;
  let client: ClientFacts = {
    pullsDiagnostics: false,
    refreshesDiagnostics: false,
    refreshesHints: false,
    configuration: false,
  };

  const log = (message: string, error: unknown): void => {
    host.log.error(`${message}: ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}`);
  };
  const background = (what: string, work: () => Promise<void>): void => {
    work().catch((error: unknown) => {
      log(what, error);
    });
  };
  const applySettings = (next: Settings): void => {
    settings = next;
    service.setSettings(next);
  };
  const push = async (uri: string): Promise<void> => {
    const problems = await service.diagnostics(uri, AbortSignal.timeout(30_000));
    await connection.sendDiagnostics({ uri, diagnostics: problems.map(toDiagnostic) });
  };
  const refresh = async (): Promise<void> => {
    if (client.pullsDiagnostics && client.refreshesDiagnostics) {
      await connection.languages.diagnostics.refresh();
    } else if (!client.pullsDiagnostics) {
      await Promise.all(documents.keys().map(push));
    }
    if (client.refreshesHints) {
      await connection.languages.inlayHint.refresh();
    }
  };

  connection.onInitialize((params): InitializeResult => {
    client = readClient(params);
    applySettings(readSettings(params.initializationOptions));
    return {
      serverInfo: { name: 'fairlead', version },
      capabilities: {
        textDocumentSync: TextDocumentSyncKind.Incremental,
        completionProvider: { triggerCharacters: [':', ' ', '-', '.'] },
        hoverProvider: true,
        definitionProvider: true,
        inlayHintProvider: true,
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
        ...(client.pullsDiagnostics ? { diagnosticProvider: diagnosticOptions } : {}),
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  });

  connection.onInitialized(() => {
    background('start', async () => {
      if (client.configuration) {
        await connection.client.register(DidChangeConfigurationNotification.type, { section: 'fairlead' });
      }
    });
  });

  connection.onDidChangeConfiguration(({ settings: changed }) => {
    const section = (changed as { fairlead?: { yaml?: unknown } } | undefined)?.fairlead?.yaml;
    applySettings(readSettings(section, settings));
    background('settings', refresh);
  });

  connection.onDidChangeWatchedFiles(({ changes }) => {
    background('file change', async () => {
      const signal = AbortSignal.timeout(30_000);
      await Promise.all(changes.map(({ uri }) => service.fileChanged(uri, signal)));
      await refresh();
    });
  });

  connection.onNotification(answersChangedNotification, () => {
    background('refresh', async () => {
      await service.reload(AbortSignal.timeout(60_000));
      await refresh();
    });
  });

  documents.onDidChangeContent(({ document }) => {
    background('document change', async () => {
      await service.setDocument(document.uri, document.getText());
      if (!client.pullsDiagnostics) {
        await push(document.uri);
      }
    });
  });
  documents.onDidClose(({ document }) => {
    background('document close', async () => {
      await service.setDocument(document.uri, undefined);
      await connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
    });
  });

  connection.languages.diagnostics.on(({ textDocument: { uri } }, token) => {
    const empty: DocumentDiagnosticReport = { kind: 'full', items: [] };
    return safely('diagnostics', empty, token, log, async (signal) => ({
      kind: 'full',
      items: (await service.diagnostics(uri, signal)).map(toDiagnostic),
    }));
  });
  connection.onCompletion(({ textDocument: { uri }, position }, token) =>
    safely('completion', null, token, log, (signal) => service.completion(uri, position, signal)),
  );
  connection.onHover(({ textDocument: { uri }, position }, token) =>
    safely('hover', null, token, log, async (signal) => (await service.hover(uri, position, signal)) ?? null),
  );
  connection.onDefinition(({ textDocument: { uri }, position }, token) =>
    safely('definition', null, token, log, async (signal) => [...(await service.definition(uri, position, signal))]),
  );
  connection.languages.inlayHint.on(({ textDocument: { uri }, range }, token) =>
    safely('inlay hints', null, token, log, async (signal) => [...(await service.inlayHints(uri, range, signal))]),
  );

  connection.onCodeAction(({ textDocument: { uri }, range, context: { only } }, token) =>
    safely('quick fixes', null, token, log, async (signal) =>
      only?.includes(CodeActionKind.QuickFix) === false ? [] : [...(await service.quickFixes(uri, range, signal))],
    ),
  );

  connection.onRequest(renderRequest, (params, token) =>
    safely<RenderResult>('render', renderBug, token, log, (signal) => service.render(params, signal)),
  );
  connection.onRequest(traceRequest, (params, token) =>
    safely<TraceResult>('trace', { kind: 'stale' }, token, log, () => service.trace(params)),
  );

  documents.listen(connection);
  connection.listen();
}

interface ClientFacts {
  readonly pullsDiagnostics: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly refreshesHints: boolean;
  readonly configuration: boolean;
}

function readClient({ capabilities }: InitializeParams): ClientFacts {
  return {
    pullsDiagnostics: capabilities.textDocument?.diagnostic !== undefined,
    refreshesDiagnostics: capabilities.workspace?.diagnostics?.refreshSupport === true,
    refreshesHints: capabilities.workspace?.inlayHint?.refreshSupport === true,
    configuration: capabilities.workspace?.didChangeConfiguration?.dynamicRegistration === true,
  };
}
