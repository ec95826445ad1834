import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';

/** A server on a loopback address. */
export interface LoopbackServer {
  /** `127.0.0.1:8879` */
  readonly host: string;
  readonly port: number;
  /** Hangs up on whoever is connected. */
  readonly close: () => Promise<void>;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Serves on 127.0.0.1; port 0 takes a free one. */
export async function listen(handler: Handler, { port }: { readonly port: number }): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    try {
      handler(request, response);
    } catch (error) {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
    }
  });
  return await listenOnLoopback(server, port);
}

/** Has a server of any protocol listen on 127.0.0.1, on a free port unless one is given. */
export async function listenOnLoopback(
  server: Server & { readonly closeAllConnections?: () => void },
  port = 0,
): Promise<LoopbackServer> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(isTaken ? new Error(`something else listens on port ${String(port)} of 127.0.0.1: stop it first`) : error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo; // a server that listens on a port has one
  return {
    host: `127.0.0.1:${String(address.port)}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections?.();
      }),
  };
}

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** Whether the request carries this login as Basic authorization. */
export function isLoggedIn({ headers }: IncomingMessage, { username, password }: Login): boolean {
  return headers.authorization === `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
