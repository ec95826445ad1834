import type { HttpTls } from './environment.ts';

/** For a host that is not to learn who we are: whom to trust alone. */
export function withoutIdentity({ cert: _cert, key: _key, ...trust }: HttpTls): HttpTls {
  return trust;
}
