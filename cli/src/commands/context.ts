import type { ClusterModule, ClusterSession, OpenOptions } from '@fairlead/engine/session';
import type { SourceWorld } from '@fairlead/engine/source';
import type { KindSchema } from '@fairlead/server/service';
import type { Io } from '../io.ts';

/** What commands work with; made once in main.ts. */
export interface CommandContext {
  readonly io: Io;
  readonly version: string;
  /** Folder that relative paths start at. */
  readonly cwd: string;
  /** Of the process. */
  readonly variables: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly schemas: () => readonly KindSchema[];
  /** The machine and the network, as far as the user lets us. */
  readonly world: (options: NetworkOptions) => Promise<SourceWorld>;
  /** Loads the cluster half; heavy, so only when a command needs it. */
  readonly clusterModule: () => ClusterModule;
  readonly openOptions: (options: NetworkOptions) => Omit<OpenOptions, 'context' | 'kubeconfig'>;
  /** Path of the worker that renders. */
  readonly renderWorker: string;
  /** Sets how the process ends. */
  readonly exit: (code: number) => void;
}

/** The little that rendering needs, so that it starts soon. */
export type TemplateContext = Pick<CommandContext, 'io' | 'cwd' | 'variables' | 'signal' | 'renderWorker' | 'exit'>;

/** What a command may reach. */
export interface NetworkOptions {
  /** Any host may be asked: the user said `--online`, or named the URL. */
  readonly online: boolean;
  /** Folders that stand for Git repositories: `URL=FOLDER`. */
  readonly localSource: readonly string[];
}

export interface ClusterOptions {
  readonly context?: string;
  readonly kubeconfig?: string;
}

/** Opens a session, runs `work`, closes the session whatever happens. */
export async function withSession<T>(
  context: CommandContext,
  options: ClusterOptions & NetworkOptions & { readonly context: string },
  work: (session: ClusterSession) => Promise<T>,
): Promise<T> {
  const session = await context.clusterModule().openClusterSession({
    ...context.openOptions(options),
    context: options.context,
    ...(options.kubeconfig === undefined ? {} : { kubeconfig: options.kubeconfig }),
  });
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** The context that was named, or the kubeconfig's current one for commands that only look. */
export function contextName(context: CommandContext, options: ClusterOptions): string {
  if (options.context !== undefined) {
    return options.context;
  }
  const current = context
    .clusterModule()
    .listContexts(options.kubeconfig)
    .find(({ isCurrent }) => isCurrent);
  if (current === undefined) {
    throw new Error('the kubeconfig has no current context: name one with --context');
  }
  return current.name;
}
