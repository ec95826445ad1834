import { templateCommand } from '../../cli/src/commands/template.ts';
import type { TemplateContext } from '../../cli/src/commands/context.ts';

/** How a command ended. */
export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Runs `fairlead template` in this process, its renderer in a worker. */
export async function runTemplate(
  args: readonly string[],
  { cwd, renderWorker }: { readonly cwd: string; readonly renderWorker: string },
): Promise<RunResult> {
  const result = { stdout: '', stderr: '', exitCode: 0 };
  const context: TemplateContext = {
    signal: new AbortController().signal,
    cwd,
    // Nobody's kubeconfig.
    variables: { KUBECONFIG: '/nowhere' },
    io: {
      result: (text) => {
        result.stdout += text;
      },
      line: (text) => {
        result.stdout += `${text}\n`;
      },
      note: (text) => {
        result.stderr += `${text}\n`;
      },
      isTerminal: false,
      ask: () => Promise.reject(new Error('there is no terminal')),
      readStdin: () => Promise.resolve(''),
      isWriting: false,
    },
    renderWorker,
    exit: (code) => {
      result.exitCode = code;
    },
  };
  await templateCommand(context).exitOverride().parseAsync(args, { from: 'user' });
  return result;
}
