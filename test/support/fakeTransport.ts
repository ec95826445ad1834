import type { KubeRequest, KubeResponse, KubeTransport } from '@fairlead/engine/kube';

/** What a transport is to answer: by `METHOD path`, one after the other; the last one stays. */
export type Answers = Readonly<Record<string, readonly (Partial<KubeResponse> | Error)[]>>;

export interface FakeTransport extends KubeTransport {
  /** `METHOD path?query` of every request, in order. */
  readonly asked: readonly string[];
}

/** A transport that answers from a table, for answers that a real API server gives only on a bad day. */
export function fakeTransport(answers: Answers): FakeTransport {
  const asked: string[] = [];
  const left = new Map(Object.entries(answers).map(([key, list]) => [key, [...list]]));
  const answer = ({ method, path, query }: KubeRequest): KubeResponse => {
    const search = new URLSearchParams(query).toString();
    asked.push(`${method} ${path}${search === '' ? '' : `?${search}`}`);
    const list = left.get(`${method} ${path}`) ?? [];
    const next = list.length > 1 ? list.shift() : list[0];
    if (next instanceof Error) {
      throw next;
    }
    return { status: 404, headers: {}, body: '404 page not found', ...next };
  };
  return {
    server: 'https://cluster.example.com',
    caDigest: 'sha256:00',
    asked,
    request: (request, { signal }) =>
      new Promise((resolve, reject) => {
        try {
          signal.throwIfAborted();
          resolve(answer(request));
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      }),
    stream: async function* (request) {
      yield* await Promise.resolve(answer(request).body.split('\n'));
    },
    close: () => undefined,
  };
}

/** An answer of 200 with this as JSON. */
export function json(value: unknown): Partial<KubeResponse> {
  return { status: 200, body: JSON.stringify(value) };
}
