import type { Connection } from 'vscode-languageserver';
import { CancellationTokenSource } from 'vscode-languageserver-protocol';
import type { RequestType, RequestType0 } from 'vscode-languageserver-protocol';
import { connectionLog } from './connectionLog.ts';
import {
  chartsRequest,
  clusterSchemasRequest,
  fetchRequest,
  listFilesRequest,
  lookupRequest,
  readFileRequest,
  versionsRequest,
} from './protocol.ts';
import type { ServiceHost } from './service/index.ts';

/** A host that asks the client over the connection. A client that cannot answer makes the feature silent, not broken. */
export function remoteHost(connection: Connection): ServiceHost {
  const ask = async <P, R>(type: RequestType<P, R, void>, params: P, signal: AbortSignal): Promise<R> =>
    await cancellable(signal, (token) => connection.sendRequest<R>(type.method, params, token));
  const ask0 = async <R>(type: RequestType0<R, void>, signal: AbortSignal): Promise<R> =>
    await cancellable(signal, (token) => connection.sendRequest<R>(type.method, token));
  return {
    log: connectionLog(connection),
    readFile: async (uri, signal) => (await ask(readFileRequest, { uri }, signal)).text,
    listFiles: (signal) => ask0(listFilesRequest, signal),
    versions: (params, signal) => ask(versionsRequest, params, signal),
    charts: (params, signal) => ask(chartsRequest, params, signal),
    fetch: (params, signal) => ask(fetchRequest, params, signal),
    lookup: (params, signal) => ask(lookupRequest, params, signal),
    clusterSchemas: (signal) => ask0(clusterSchemasRequest, signal),
  };
}

async function cancellable<R>(
  signal: AbortSignal,
  send: (token: CancellationTokenSource['token']) => Promise<R>,
): Promise<R> {
  const source = new CancellationTokenSource();
  const cancel = (): void => {
    source.cancel();
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await send(source.token);
  } finally {
    signal.removeEventListener('abort', cancel);
    source.dispose();
  }
}
