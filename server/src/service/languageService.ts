import type { CodeAction, CompletionList, Hover, InlayHint, Location } from 'vscode-languageserver-types';
import { limits, messageOf, type Position, type Problem, type Range } from '@fairlead/engine/support';
import type { YamlFile } from '../document/index.ts';
import {
  complete,
  definition,
  diagnose,
  type FeatureContext,
  hover,
  inlayHints,
  quickFixes,
} from '../features/index.ts';
import { type Previews, previews, type RenderMachine } from '../preview/index.ts';
import type { RenderParams, RenderResult, TraceParams, TraceResult } from '../protocol.ts';
import { isKindSchema, type KindSchema, SchemaRegistry } from '../schema/index.ts';
import { defaultSettings, scopeOf, type Settings } from '../settings.ts';
import { Workspace } from '../workspace/index.ts';
import type { ServiceHost } from './host.ts';

/** Everything an editor can ask about a file, without a connection. */
export interface LanguageService {
  /** Takes the text of an open document, or undefined when it was closed: the file on disk counts again. */
  setDocument(uri: string, text: string | undefined): Promise<void>;
  /** A file changed on disk. */
  fileChanged(uri: string, signal: AbortSignal): Promise<void>;
  /** Reads the workspace anew, and the selected cluster's schemas. */
  reload(signal: AbortSignal): Promise<void>;
  setSettings(settings: Settings): void;
  diagnostics(uri: string, signal: AbortSignal): Promise<readonly Problem[]>;
  completion(uri: string, position: Position, signal: AbortSignal): Promise<CompletionList>;
  hover(uri: string, position: Position, signal: AbortSignal): Promise<Hover | undefined>;
  definition(uri: string, position: Position, signal: AbortSignal): Promise<readonly Location[]>;
  inlayHints(uri: string, range: Range, signal: AbortSignal): Promise<readonly InlayHint[]>;
  quickFixes(uri: string, range: Range, signal: AbortSignal): Promise<readonly CodeAction[]>;
  /** What a HelmRelease would put into a cluster. Its chart is fetched by the host. */
  render(params: RenderParams, signal: AbortSignal): Promise<RenderResult>;
  /** What made lines of the last render of a release. */
  trace(params: TraceParams): TraceResult;
}

export interface LanguageServiceOptions {
  /** Of Flux's kinds; a selected cluster's own win over them. */
  readonly schemas: readonly KindSchema[];
  readonly machine: RenderMachine;
}

/** A language service over `host`. It reads the workspace at the first question. */
export function createLanguageService(host: ServiceHost, options: LanguageServiceOptions): LanguageService {
  return new Service(host, options);
}

class Service implements LanguageService {
  readonly #host: ServiceHost;
  readonly #bundled: readonly KindSchema[];
  readonly #workspace = new Workspace();
  readonly #open = new Set<string>();
  #registry: SchemaRegistry;
  #settings = defaultSettings;
  #loading: Promise<void> | undefined;
  readonly #previews: Previews;

  constructor(host: ServiceHost, { schemas, machine }: LanguageServiceOptions) {
    this.#host = host;
    this.#bundled = schemas;
    this.#registry = new SchemaRegistry(schemas);
    this.#previews = previews(this.#workspace, host, machine);
  }

  async setDocument(uri: string, text: string | undefined): Promise<void> {
    if (text === undefined) {
      this.#open.delete(uri);
      await this.fileChanged(uri, AbortSignal.timeout(10_000));
    } else {
      this.#open.add(uri);
      this.#put(uri, text);
    }
  }

  async fileChanged(uri: string, signal: AbortSignal): Promise<void> {
    if (!this.#open.has(uri)) {
      this.#put(uri, await this.#host.readFile(uri, signal));
    }
  }

  async reload(signal: AbortSignal): Promise<void> {
    const { schemas } = await this.#host.clusterSchemas(signal);
    this.#registry = new SchemaRegistry(this.#bundled, schemas.filter(isKindSchema));
    const { uris, truncated } = await this.#host.listFiles(signal);
    if (truncated) {
      this.#host.log.warn(`only the first ${uris.length} YAML files of the workspace are read`);
    }
    // A few at a time: a client answers each from the disk.
    const waiting = [...uris];
    const readers = Array.from({ length: 8 }, async () => {
      for (let uri = waiting.pop(); uri !== undefined; uri = waiting.pop()) {
        await this.#read(uri, signal);
      }
    });
    await Promise.all(readers);
  }

  /** One file that cannot be read hides no other. */
  async #read(uri: string, signal: AbortSignal): Promise<void> {
    try {
      await this.fileChanged(uri, signal);
    } catch (error) {
      signal.throwIfAborted();
      this.#host.log.warn(`${uri} was not read: ${messageOf(error)}`);
    }
  }

  setSettings(settings: Settings): void {
    this.#settings = settings;
  }

  async diagnostics(uri: string, signal: AbortSignal): Promise<readonly Problem[]> {
    const file = await this.#file(uri);
    return file === undefined
      ? []
      : await diagnose(file, (hasModeline) => scopeOf(this.#settings, hasModeline), this.#context(signal));
  }

  async completion(uri: string, position: Position, signal: AbortSignal): Promise<CompletionList> {
    const file = await this.#file(uri);
    if (file === undefined) {
      return { isIncomplete: false, items: [] };
    }
    const offset = file.lines.offsetAt(position);
    const document = file.documents.find(({ start, end }) => offset >= start && offset <= end);
    return await complete(
      file,
      position,
      scopeOf(this.#settings, document?.hasModeline === true),
      this.#context(signal),
    );
  }

  async hover(uri: string, position: Position, signal: AbortSignal): Promise<Hover | undefined> {
    const file = await this.#file(uri);
    return file === undefined
      ? undefined
      : await hover(file, position, (hasModeline) => scopeOf(this.#settings, hasModeline), this.#context(signal));
  }

  async definition(uri: string, position: Position, signal: AbortSignal): Promise<readonly Location[]> {
    const file = await this.#file(uri);
    return file === undefined ? [] : definition(file, position, this.#context(signal));
  }

  async inlayHints(uri: string, range: Range, signal: AbortSignal): Promise<readonly InlayHint[]> {
    const file = await this.#file(uri);
    return file === undefined ? [] : await inlayHints(file, range, this.#context(signal));
  }

  async quickFixes(uri: string, range: Range, signal: AbortSignal): Promise<readonly CodeAction[]> {
    return quickFixes(await this.diagnostics(uri, signal), uri, range);
  }

  async render(params: RenderParams, signal: AbortSignal): Promise<RenderResult> {
    return await this.#previews.render(await this.#file(params.uri), params, signal);
  }

  trace(params: TraceParams): TraceResult {
    return this.#previews.trace(params);
  }

  /** The parsed file, after the workspace was read once. */
  async #file(uri: string): Promise<YamlFile | undefined> {
    this.#loading ??= this.reload(AbortSignal.timeout(60_000)).catch((error: unknown) => {
      this.#host.log.error(`reading the workspace failed: ${String(error)}`);
    });
    await this.#loading;
    return this.#workspace.file(uri);
  }

  #put(uri: string, text: string | undefined): void {
    // A larger file is data, not something a person edits field by field.
    this.#workspace.put(uri, text !== undefined && text.length > limits.maxDocumentBytes ? undefined : text);
  }

  #context(signal: AbortSignal): FeatureContext {
    return { workspace: this.#workspace, registry: this.#registry, host: this.#host, signal };
  }
}
