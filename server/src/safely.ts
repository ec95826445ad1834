import { LSPErrorCodes, ResponseError, type CancellationToken } from 'vscode-languageserver-protocol';

/**
 * Runs one request handler. A bug in a feature is logged and answered with `fallback`; the process lives on.
 * A cancelled request is answered with RequestCancelled, which the client ignores.
 */
export async function safely<T>(
  what: string,
  fallback: T,
  token: CancellationToken,
  log: (message: string, error: unknown) => void,
  handler: (signal: AbortSignal) => T | Promise<T>,
): Promise<T | ResponseError<never>> {
  const controller = new AbortController();
  const subscription = token.onCancellationRequested(() => {
    controller.abort();
  });
  try {
    const result = await handler(controller.signal);
    return token.isCancellationRequested ? cancelled() : result;
  } catch (error) {
    if (token.isCancellationRequested) {
      return cancelled();
    }
    log(`${what} failed`, error);
    return fallback;
  } finally {
    subscription.dispose();
  }
}

function cancelled(): ResponseError<never> {
  return new ResponseError<never>(LSPErrorCodes.RequestCancelled, 'request cancelled');
}
