import { type Abortable, type HttpResponse, limits, parseJson, recordAt, withoutIdentity } from '../support/index.ts';
import { parseChallenge } from './challenge.ts';
import { authorizationOf, type SourceAuth } from './credentials.ts';
import { SourceError } from './errors.ts';
import { hostOf, parseHttpUrl, send, type SourceRequest, statusError } from './request.ts';
import type { SourceWorld } from './world.ts';

export interface LoginRequest {
  /** `example.com`, `localhost:5000` */
  readonly host: string;
  /** Of the repository that is to be read. */
  readonly path: string;
  /** Whether the registry itself is spoken to without TLS: then its token service may be, too. */
  readonly isPlain: boolean;
  readonly auth: SourceAuth;
}

/**
 * What to send as `Authorization` after a 401; undefined where there is nothing to send.
 * User and password go to the service that the registry names, as every client of registries does; nothing else does.
 *
 * @throws SourceError where the token service does not answer, or not to this login
 * @see distribution v3.1 docs/spec/auth/token.md and oauth.md
 */
export async function logIn(
  response: HttpResponse,
  request: LoginRequest,
  environment: SourceWorld['environment'],
  { signal }: Abortable,
): Promise<string | undefined> {
  const { auth } = request;
  const challenge = parseChallenge(response.headers['www-authenticate'] ?? '');
  switch (challenge?.scheme) {
    case 'basic':
      return authorizationOf(auth);
    case 'bearer':
      // A token that was given for the registry itself needs no service to change it.
      return auth.bearerToken === undefined
        ? `Bearer ${await fetchToken(challenge.parameters, request, environment, { signal })}`
        : authorizationOf(auth);
    default:
      return undefined;
  }
}

async function fetchToken(
  { realm = '', service, scope }: Readonly<Record<string, string>>,
  { host, path, isPlain, auth }: LoginRequest,
  environment: SourceWorld['environment'],
  { signal }: Abortable,
): Promise<string> {
  const url = parseHttpUrl(realm);
  if (url.protocol === 'http:' && !isPlain) {
    throw new SourceError('invalid-url', `log in to ${host}: its token service ${realm} is without TLS`, {
      url: realm,
      host,
    });
  }
  const parameters = new URLSearchParams({
    ...(service !== undefined && { service }),
    scope: scope ?? `repository:${path}:pull`,
  });
  const basic = authorizationOf(auth);
  const common = {
    maxBytes: limits.maxRegistryAnswerBytes,
    // Another host may be trusted by the same authority.
    ...(auth.tls && { tls: url.host === host ? auth.tls : withoutIdentity(auth.tls) }),
    ...(auth.proxy && { proxy: auth.proxy }),
  };
  const tokenRequest: SourceRequest =
    auth.identityToken === undefined
      ? {
          method: 'GET',
          url: withParameters(url, parameters),
          headers: basic === undefined ? {} : { authorization: basic },
          ...common,
        }
      : {
          method: 'POST',
          url: url.href,
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams([
            ...parameters,
            ['grant_type', 'refresh_token'],
            ['refresh_token', auth.identityToken],
            ['client_id', 'fairlead'],
          ]).toString(),
          ...common,
        };
  const response = await send(tokenRequest, environment, { signal });
  if (response.status !== 200) {
    throw statusError(`log in to ${host} at`, response, realm);
  }
  return readToken(response, realm);
}

function withParameters(url: URL, parameters: URLSearchParams): string {
  const result = new URL(url);
  for (const [name, value] of parameters) {
    result.searchParams.set(name, value);
  }
  return result.href;
}

function readToken({ body }: HttpResponse, realm: string): string {
  const { token: named, access_token: granted } = recordAt(parseJson(body));
  const token = named ?? granted;
  if (typeof token !== 'string' || token === '') {
    throw new SourceError('server', `log in at ${realm}: the answer holds no token`, {
      url: realm,
      host: hostOf(realm),
    });
  }
  return token;
}
