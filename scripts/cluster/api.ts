import https from 'node:https';

/** Enough of a client to set a cluster up, with the cluster's own certificate. */
export interface SetupApi {
  /** Never rejects: a request that nothing answered has status 0. */
  request(method: 'GET' | 'POST', path: string, body?: unknown): Promise<SetupAnswer>;
  close(): void;
}

interface SetupAnswer {
  readonly status: number;
  readonly text: string;
}

export interface SetupApiOptions {
  readonly port: number;
  readonly token: string;
  /** PEM. */
  readonly ca: string;
}

const requestTimeoutMs = 10_000;

export function setupApi({ port, token, ca }: SetupApiOptions): SetupApi {
  const agent = new https.Agent({ keepAlive: true, ca });
  return {
    request: (method, path, body) =>
      new Promise((resolve) => {
        const failed = (error: Error): void => {
          resolve({ status: 0, text: error.message });
        };
        const request = https.request(
          {
            ...{ host: '127.0.0.1', port, path, method, agent, timeout: requestTimeoutMs },
            headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('error', failed);
            response.on('end', () => {
              resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') });
            });
          },
        );
        request.on('timeout', () => request.destroy(new Error('no answer in time')));
        request.on('error', failed);
        request.end(body === undefined ? undefined : JSON.stringify(body));
      }),
    close: () => {
      agent.destroy();
    },
  };
}
