import { Agent as HttpAgent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions, request as httpsRequest } from 'node:https';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { KubeConfig } from '@kubernetes/client-node';
import {
  connectionReset,
  errorOfResponse,
  KubeError,
  type KubeRequest,
  type KubeResponse,
  type KubeTransport,
  type TransportOptions,
} from '../kube/index.ts';
import { messageOf, sha256Hex } from '../support/index.ts';
import { httpErrorOf } from './httpError.ts';
import { caDigestOf, loadKubeconfig, readCa, type SelectedContext, selectContext } from './kubeconfig.ts';

export interface KubeTransportOptions {
  /** A kubeconfig file; the usual places where absent. */
  readonly kubeconfig?: string;
  readonly context: string;
  /** As the server sees us: `fairlead/0.1.0`. */
  readonly userAgent: string;
  /** Of the process: `$KUBECONFIG`, and proxies where `usesProxyVariables`. */
  readonly variables: NodeJS.ProcessEnv;
  /** Whether proxies are read from `variables`; the extension host looks after them itself. */
  readonly usesProxyVariables: boolean;
}

/**
 * Opens a context of a kubeconfig. The files are read here, and never written; credential plugins run when the first
 * request is made. Node's own https carries the requests, since VS Code patches proxies and certificates into it.
 *
 * @throws KubeError `config`
 */
export function openKubeTransport(options: KubeTransportOptions): KubeTransport {
  const { kubeconfig, variables } = options;
  const config = loadKubeconfig({ variables, ...(kubeconfig === undefined ? {} : { kubeconfig }) });
  return transportOf(selectContext(config, options.context), options);
}

interface Connection {
  readonly options: RequestOptions;
  /** Who asks. */
  readonly headers: Readonly<Record<string, string>>;
  readonly isTls: boolean;
}

function transportOf(selected: SelectedContext, options: KubeTransportOptions): KubeTransport {
  const { cluster } = selected;
  const base = new URL(cluster.server);
  const prefix = base.pathname.replace(/\/+$/, '');
  const connect = connector(selected, options);
  const url = ({ path, query }: KubeRequest): URL => {
    const target = new URL(`${prefix}${path}`, base.origin);
    target.search = new URLSearchParams(query).toString();
    return target;
  };
  const open = async (request: KubeRequest, signal: AbortSignal): Promise<IncomingMessage> => {
    const { isTls, options: connection, headers } = await connect.connection(signal);
    const target = url(request);
    const { body } = request;
    const all: RequestOptions = {
      ...connection,
      method: request.method,
      signal,
      headers: {
        'user-agent': options.userAgent,
        'accept-encoding': 'gzip',
        ...request.headers,
        ...headers,
        ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      },
    };
    return await answer(isTls ? httpsRequest(target, all) : httpRequest(target, all), body);
  };

  return {
    server: cluster.server,
    caDigest: caDigestOf(cluster),
    request: async (request, { signal, timeoutMs, maxBytes }) => {
      const timeout = AbortSignal.timeout(timeoutMs);
      const either = AbortSignal.any([signal, timeout]);
      try {
        return await readAll(await open(request, either), { signal: either, timeoutMs, maxBytes });
      } catch (error) {
        signal.throwIfAborted();
        if (timeout.aborted) {
          throw new KubeError('timeout', `${base.host}: no answer in ${timeoutMs / 1000} s`);
        }
        throw asKubeError(error, base.host);
      }
    },
    stream: async function* (request, { signal, maxBytes }) {
      try {
        const message = await open({ ...request, headers: { ...request.headers, ...uncompressed } }, signal);
        if (message.statusCode !== 200) {
          throw errorOfResponse(`watch ${request.path}`, await readAll(message, { signal, timeoutMs: 0, maxBytes }));
        }
        yield* linesOf(message, maxBytes, base.host);
      } catch (error) {
        signal.throwIfAborted();
        throw asKubeError(error, base.host);
      }
    },
    close: () => {
      connect.close();
    },
  };
}

/** Lines must arrive when they are written. */
const uncompressed = { 'accept-encoding': 'identity' };

interface Connector {
  connection(signal: AbortSignal): Promise<Connection>;
  close(): void;
}

/** Keeps one agent, and with it the connections, as long as certificates and keys stay the same. */
function connector({ context, cluster, user }: SelectedContext, options: KubeTransportOptions): Connector {
  const isTls = cluster.server.startsWith('https:');
  const config = new KubeConfig();
  config.loadFromOptions({
    // client-node refuses plain http unless told that there is no certificate to check.
    clusters: [{ ...cluster, skipTLSVerify: cluster.skipTLSVerify || !isTls }],
    users: [{ ...user, exec: withExecInfo(user.exec) }],
    contexts: [context],
    currentContext: context.name,
  });
  const proxyEnv = options.usesProxyVariables ? { proxyEnv: options.variables } : {};
  let kept: { readonly agent: HttpAgent; readonly key: string } | undefined;

  const agentFor = (tls: RequestOptions): HttpAgent => {
    const key = sha256Hex(JSON.stringify([tls.ca, tls.cert, tls.key, tls.servername].map(String)));
    if (kept?.key !== key) {
      kept?.agent.destroy();
      const { ca, cert, key: privateKey, servername, pfx, passphrase, rejectUnauthorized } = tls;
      const agent = isTls
        ? new HttpsAgent({
            keepAlive: true,
            ...proxyEnv,
            ...defined({ ca, cert, key: privateKey, servername, pfx, passphrase, rejectUnauthorized }),
          })
        : new HttpAgent({ keepAlive: true, ...proxyEnv });
      kept = { agent, key };
    }
    return kept.agent;
  };

  return {
    connection: async (signal) => {
      // Said explicitly: else a variable of the environment could turn the check off.
      const applied: RequestOptions = { rejectUnauthorized: !cluster.skipTLSVerify, headers: {} };
      await untilAborted(applyCredentials(config, applied, context.name), signal);
      const { agent, headers, auth, ...tls } = applied;
      return {
        isTls,
        headers: credentialHeaders(headers),
        options: {
          ...defined({ auth }),
          // A proxy of the kubeconfig itself needs the agent that client-node makes for it.
          agent: cluster.proxyUrl === undefined ? agentFor({ ...tls, ...caOf(cluster) }) : agent,
        },
      };
    },
    close: () => {
      kept?.agent.destroy();
      kept = undefined;
    },
  };
}

function credentialHeaders(headers: RequestOptions['headers']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function caOf(cluster: SelectedContext['cluster']): Pick<RequestOptions, 'ca'> {
  const ca = readCa(cluster);
  return ca === undefined ? {} : { ca };
}

async function applyCredentials(config: KubeConfig, options: RequestOptions, context: string): Promise<void> {
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    if (error instanceof KubeError) {
      throw error;
    }
    throw new KubeError('credentials', `get credentials for context "${context}": ${pluginFailure(error)}`);
  }
}

function pluginFailure(error: unknown): string {
  const message = messageOf(error).trim();
  const missing = /^spawn (.+) ENOENT$/.exec(message)?.[1];
  if (missing !== undefined) {
    return `there is no program ${missing}`;
  }
  return message === '' ? 'its credential plugin failed without a word' : message;
}

/** What plugins are told about the request they serve; some refuse to run without it. @see client-go v0.36 plugin/pkg/client/auth/exec/exec.go, KUBERNETES_EXEC_INFO */
function withExecInfo(exec: unknown): unknown {
  if (typeof exec !== 'object' || exec === null) {
    return exec;
  }
  const apiVersion = 'apiVersion' in exec ? exec.apiVersion : undefined;
  const env: readonly unknown[] = 'env' in exec && Array.isArray(exec.env) ? exec.env : [];
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  return { ...exec, env: [...env, { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }] };
}

/** A plugin cannot be told to stop, but nobody has to wait for it. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return await new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
  });
}

function answer(request: ClientRequest, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('response', resolve);
    request.on('error', reject);
    request.end(body);
  });
}

function readAll(message: IncomingMessage, { maxBytes }: TransportOptions): Promise<KubeResponse> {
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const body = decoded(message, reject);
    body.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        message.destroy(new KubeError('too-large', `the answer is larger than ${maxBytes} bytes`));
        reject(new KubeError('too-large', `the answer is larger than ${maxBytes} bytes`));
        return;
      }
      chunks.push(chunk);
    });
    body.on('error', reject);
    body.on('end', () => {
      resolve({ status: message.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString('utf8') });
    });
  });
}

async function* linesOf(message: IncomingMessage, maxBytes: number, host: string): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of message) {
    rest += decoder.write(toBuffer(chunk));
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > maxBytes) {
      throw new KubeError('too-large', `${host}: a line of the answer is larger than ${maxBytes} bytes`);
    }
  }
  if (rest !== '') {
    yield rest;
  }
}

function toBuffer(chunk: unknown): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
}

function decoded(message: IncomingMessage, onError: (error: Error) => void): NodeJS.ReadableStream {
  if (message.headers['content-encoding'] !== 'gzip') {
    return message;
  }
  message.on('error', onError);
  return message.pipe(createGunzip());
}

function asKubeError(error: unknown, host: string): unknown {
  if (error instanceof KubeError || !(error instanceof Error)) {
    return error;
  }
  const { code, message } = httpErrorOf(error, host);
  return new KubeError(code === 'tls' || code === 'timeout' ? code : 'unreachable', message, {
    cause: error,
    ...(code === 'reset' ? { reason: connectionReset } : {}),
  });
}

/** Without the fields that are not set. */
function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  // Only fields that are undefined are left out, which is what the type says.
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
