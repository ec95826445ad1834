import type { ProgressEvent } from '@fairlead/engine/session';
import * as vscode from 'vscode';

export interface Progress {
  readonly signal: AbortSignal;
  /** Shows one event of the engine. */
  readonly onEvent: (event: ProgressEvent) => void;
}

/** Runs `work` under a notification with a cancel button; events become its text and lines in the log. */
export async function withProgress<T>(
  title: string,
  log: vscode.LogOutputChannel,
  work: (progress: Progress) => Promise<T>,
): Promise<T> {
  return await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const controller = new AbortController();
      const subscription = token.onCancellationRequested(() => {
        controller.abort(new vscode.CancellationError());
      });
      try {
        return await work({
          signal: controller.signal,
          onEvent: ({ release, severity, message }) => {
            const text = `${release.namespace}/${release.name}: ${message}`;
            progress.report({ message: text });
            writeLog(log, severity, text);
          },
        });
      } finally {
        subscription.dispose();
      }
    },
  );
}

function writeLog(log: vscode.LogOutputChannel, severity: ProgressEvent['severity'], text: string): void {
  switch (severity) {
    case 'info':
      log.info(text);
      break;
    case 'warning':
      log.warn(text);
      break;
    case 'error':
      log.error(text);
      break;
  }
}
