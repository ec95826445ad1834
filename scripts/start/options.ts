import path from 'node:path';
import { parseArgs } from 'node:util';

export interface StartOptions {
  readonly help: boolean;
  /** Whether the practice cluster is started. */
  readonly cluster: boolean;
  /** Whether the editor is opened, and kept open. */
  readonly workbench: boolean;
  /** A cluster of the user's own: planned there, and nothing changed. */
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
}

export const usage = `usage: npm start -- [options]
  --no-cluster                        without the practice cluster
  --kubeconfig FILE --context NAME    plan in a cluster of your own, and change nothing there
  --no-workbench                      without the editor
  --headless                          do the job, print, exit`;

/** What the command line says, or why it cannot be understood. */
export function readOptions(args: readonly string[]): StartOptions | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        'no-cluster': { type: 'boolean' },
        'no-workbench': { type: 'boolean' },
        headless: { type: 'boolean' },
        kubeconfig: { type: 'string' },
        context: { type: 'string' },
      },
    });
    if (values.kubeconfig !== undefined && values.context === undefined) {
      return '--kubeconfig needs --context: which of its clusters is meant';
    }
    return {
      help: values.help === true,
      cluster: values['no-cluster'] !== true,
      workbench: values['no-workbench'] !== true && values.headless !== true,
      // What runs later runs in the project's folder.
      kubeconfig: values.kubeconfig === undefined ? undefined : path.resolve(values.kubeconfig),
      context: values.context,
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
