import type { FailedRender, RenderedRelease, ReleaseName, TracedLine } from '@fairlead/server/protocol';
import * as vscode from 'vscode';
import type { LanguageServer } from '../languageClient.ts';
import { previewText, type PreviewText } from './previewText.ts';
import { traceMarkdown } from './traceMarkdown.ts';

export const previewScheme = 'fairlead-preview';

/** Behind the release's name, as tabs show it. */
const suffix = ' (rendered).yaml';
/** Long enough that a word is typed in one go. */
const pauseMs = 250;

/** The chart's host is not allowed yet: whoever runs commands offers to allow it. */
class OfflineError extends Error {
  readonly code = 'offline';
  readonly host: string;

  constructor(message: string, host: string) {
    super(message);
    this.host = host;
  }
}

interface OpenPreview {
  readonly uri: vscode.Uri;
  /** Of the HelmRelease. */
  readonly source: vscode.Uri;
  readonly release: ReleaseName;
  rendered: RenderedRelease | undefined;
  /** What the last attempt failed at. */
  failed: FailedRender | undefined;
  shown: PreviewText;
  isRendering: boolean;
  /** Something changed since the last render was asked for. */
  isOutdated: boolean;
}

/**
 * Read-only documents with what HelmReleases of the workspace would put into a cluster,
 * `fairlead-preview:/NAMESPACE/NAME (rendered).yaml?URI`. They follow what is typed; what could not be rendered is said above
 * what was rendered before, and on the tab.
 */
export class PreviewDocuments
  implements
    vscode.TextDocumentContentProvider,
    vscode.HoverProvider,
    vscode.DefinitionProvider,
    vscode.FileDecorationProvider,
    vscode.Disposable
{
  readonly #server: LanguageServer;
  readonly #log: vscode.LogOutputChannel;
  readonly #open = new Map<string, OpenPreview>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange: vscode.Event<vscode.Uri> = this.#changed.event;
  readonly onDidChangeFileDecorations: vscode.Event<vscode.Uri> = this.#changed.event;
  readonly #subscriptions: readonly { dispose(): unknown }[];
  #pause: NodeJS.Timeout | undefined;
  /** Counts what may change a preview. */
  #changes = 0;

  constructor(server: LanguageServer, log: vscode.LogOutputChannel) {
    this.#server = server;
    this.#log = log;
    const selector = { scheme: previewScheme };
    const onFile = (): void => {
      this.#refreshSoon();
    };
    this.#subscriptions = [
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(previewScheme, this),
      vscode.languages.registerHoverProvider(selector, this),
      vscode.languages.registerDefinitionProvider(selector, this),
      vscode.window.registerFileDecorationProvider(this),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document.languageId === 'yaml' && contentChanges.length > 0 && document.uri.scheme !== previewScheme) {
          this.#refreshSoon();
        }
      }),
      // Templates of a chart in the working copy are read from the disk.
      vscode.workspace.onDidSaveTextDocument(onFile),
      // What Git, or another program, changes where no editor looks.
      server.onDidChangeFiles(onFile),
      vscode.window.onDidChangeVisibleTextEditors(() => {
        this.#renderOutdated();
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.#open.delete(uri.toString());
      }),
    ];
  }

  /** Opens the preview of the HelmRelease at a position. @throws OfflineError where its chart's host is not allowed */
  async show(source: vscode.Uri, { line, character }: vscode.Position): Promise<void> {
    const changes = this.#changes;
    const result = await this.#server.render({ uri: source.toString(), position: { line, character } });
    const { release } = result;
    if (release === undefined) {
      throw new Error(sentence(messageOf(result)));
    }
    const uri = vscode.Uri.from({
      scheme: previewScheme,
      path: `/${release.namespace}/${release.name}${suffix}`,
      query: source.toString(),
    });
    const preview = this.#previewOf(uri, source, release);
    this.#take(preview, result);
    const document = await vscode.workspace.openTextDocument(uri);
    await showBeside(document);
    if (changes !== this.#changes) {
      this.refresh();
    }
    if (result.kind === 'failed' && result.problem.code === 'offline' && result.problem.host !== undefined) {
      throw new OfflineError(result.problem.message, result.problem.host);
    }
  }

  /** Renders what is open anew: after something changed, a host was allowed, or somebody logged in. */
  refresh(): void {
    for (const preview of this.#open.values()) {
      preview.isOutdated = true;
    }
    this.#renderOutdated();
  }

  /** Only what is seen, so that it need not wait for large charts behind it; the others when they come forward. */
  #renderOutdated(): void {
    const seen = new Set(vscode.window.visibleTextEditors.map(({ document }) => document.uri.toString()));
    for (const [key, preview] of this.#open) {
      if (preview.isOutdated && seen.has(key)) {
        this.#render(preview);
      }
    }
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const known = this.#open.get(uri.toString());
    if (known !== undefined) {
      return known.shown.text;
    }
    // A window that was open before.
    const [, namespace = '', file = ''] = uri.path.split('/');
    const release = { namespace, name: file.slice(0, -suffix.length) };
    const preview = this.#previewOf(uri, vscode.Uri.parse(uri.query), release);
    this.#render(preview);
    return preview.shown.text;
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const line = await this.#trace(document, position);
    if (line === undefined) {
      return undefined;
    }
    // Not trusted: it shows what charts and values say.
    const markdown = new vscode.MarkdownString(traceMarkdown(line, fileName));
    return new vscode.Hover(markdown, document.lineAt(position.line).range);
  }

  async provideDefinition(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Location[]> {
    const { shown, failed } = this.#open.get(document.uri.toString()) ?? {};
    if (failed?.place !== undefined && position.line < (shown?.headLines ?? 0)) {
      return [toLocation(failed.place)];
    }
    const line = await this.#trace(document, position);
    if (line === undefined) {
      return [];
    }
    const { writer, data, keys, control } = line;
    const added = writer.kind === 'flux' && writer.place !== undefined ? [writer.place] : [];
    const found = [data, keys, control]
      .map((values) => values.flatMap(({ origin }) => (origin?.kind === 'file' ? [origin] : [])))
      .find((places) => places.length > 0);
    return [...added, ...(found ?? [])].map(toLocation);
  }

  /** A mark on the tab while what it shows is not what the files say: further down nothing else tells. */
  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    if (uri.scheme !== previewScheme || this.#open.get(uri.toString())?.failed === undefined) {
      return undefined;
    }
    const color = new vscode.ThemeColor('list.errorForeground');
    return new vscode.FileDecoration('!', 'What the files say now cannot be rendered: the first lines say why', color);
  }

  dispose(): void {
    clearTimeout(this.#pause);
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }

  #previewOf(uri: vscode.Uri, source: vscode.Uri, release: ReleaseName): OpenPreview {
    const key = uri.toString();
    let preview = this.#open.get(key);
    if (preview === undefined) {
      const shown = { text: '# Rendering …\n', headLines: 1 };
      preview = {
        uri,
        source,
        release,
        rendered: undefined,
        failed: undefined,
        shown,
        isRendering: false,
        isOutdated: false,
      };
      this.#open.set(key, preview);
    }
    return preview;
  }

  #refreshSoon(): void {
    this.#changes++;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      this.refresh();
    }, pauseMs);
  }

  /** One render at a time: what changes meanwhile is in the next one. */
  #render(preview: OpenPreview): void {
    if (preview.isRendering) {
      preview.isOutdated = true;
      return;
    }
    preview.isRendering = true;
    preview.isOutdated = false;
    const { source, release } = preview;
    this.#server
      .render({ uri: source.toString(), release })
      .then((result) => {
        this.#take(preview, result);
      })
      .catch((error: unknown) => {
        this.#log.error(`preview of ${release.namespace}/${release.name}: ${String(error)}`);
      })
      .finally(() => {
        preview.isRendering = false;
        this.#renderOutdated();
      });
  }

  #take(preview: OpenPreview, result: RenderedRelease | FailedRender): void {
    preview.failed = result.kind === 'failed' ? result : undefined;
    preview.rendered = result.kind === 'rendered' ? result : preview.rendered;
    preview.shown = previewText(preview, preview.source.toString(), fileName);
    this.#changed.fire(preview.uri);
  }

  async #trace(document: vscode.TextDocument, { line }: vscode.Position): Promise<TracedLine | undefined> {
    const preview = this.#open.get(document.uri.toString());
    // While the editor still shows another text, its lines are of another render.
    if (preview?.rendered === undefined || document.getText() !== preview.shown.text) {
      return undefined;
    }
    const { source, release, rendered, shown } = preview;
    const at = line - shown.headLines;
    if (at < 0) {
      return undefined;
    }
    const asked = { uri: source.toString(), release, version: rendered.version, startLine: at, endLine: at };
    const result = await this.#server.trace(asked);
    if (result.kind === 'stale') {
      // The server keeps the last few renders only.
      this.#render(preview);
      return undefined;
    }
    return result.lines[0];
  }
}

/**
 * Shows a preview in a group of its own, and locks that one: where Go to Definition leads then opens beside the preview
 * and does not cover it. Whoever has other editors in that group keeps it as it is.
 */
async function showBeside(document: vscode.TextDocument): Promise<void> {
  const { activeTextEditor: before, tabGroups } = vscode.window;
  const viewColumn = tabGroups.all.find(hasPreviewsOnly)?.viewColumn ?? vscode.ViewColumn.Beside;
  await vscode.window.showTextDocument(document, { viewColumn, preview: false });
  if (hasPreviewsOnly(tabGroups.activeTabGroup)) {
    await vscode.commands.executeCommand('workbench.action.lockEditorGroup');
  }
  if (before?.viewColumn !== undefined) {
    await vscode.window.showTextDocument(before.document, before.viewColumn);
  }
}

function hasPreviewsOnly({ tabs }: vscode.TabGroup): boolean {
  return (
    tabs.length > 0 &&
    tabs.every(({ input }) => input instanceof vscode.TabInputText && input.uri.scheme === previewScheme)
  );
}

function messageOf(result: RenderedRelease | FailedRender): string {
  return result.kind === 'failed' ? result.problem.message : '';
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}

function toLocation({ uri, range: { start, end } }: NonNullable<FailedRender['place']>): vscode.Location {
  const range = new vscode.Range(start.line, start.character, end.line, end.character);
  return new vscode.Location(vscode.Uri.parse(uri), range);
}

function fileName(uri: string): string {
  return vscode.workspace.asRelativePath(vscode.Uri.parse(uri));
}
