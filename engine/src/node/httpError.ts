import { EngineError } from '../support/index.ts';

export type HttpErrorCode = 'dns' | 'refused' | 'reset' | 'tls' | 'timeout' | 'too-large' | 'redirect' | 'proxy' | 'network';

/** A request that got no answer. The message names the host and nothing else of the URL. */
export class HttpError extends EngineError {
  override readonly name = 'HttpError';
  readonly code: HttpErrorCode;
  readonly host: string;

  constructor(code: HttpErrorCode, host: string, why: string) {
    super(`${host}: ${why}`);
    this.code = code;
    this.host = host;
  }
}

/** What an error of Node's network says, as a code and a few words. */
export function httpErrorOf(error: NodeJS.ErrnoException, host: string): HttpError {
  const { code = '', message } = error;
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new HttpError('dns', host, 'the name cannot be resolved');
    case 'ECONNREFUSED':
      return new HttpError('refused', host, 'connection refused');
    case 'ECONNRESET':
    case 'EPIPE':
      return new HttpError('reset', host, 'connection was closed by the other side');
    case 'ETIMEDOUT':
      return new HttpError('timeout', host, 'no connection in time');
    default:
      return isTls(code)
        ? new HttpError('tls', host, tlsWords.get(code) ?? `TLS failed (${code})`)
        : new HttpError('network', host, code === '' ? message : code);
  }
}

function isTls(code: string): boolean {
  return tlsWords.has(code) || /^(?:ERR_TLS|ERR_SSL|CERT_|EPROTO)/.test(code);
}

const tlsWords: ReadonlyMap<string, string> = new Map([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'the certificate is signed by itself'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'the certificate is signed by an authority that is not trusted'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'the certificate is signed by an authority that is not trusted'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'the certificate is signed by an authority that is not trusted'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'the certificate is signed by an authority that is not trusted'],
  ['CERT_HAS_EXPIRED', 'the certificate has expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'the certificate is for another host'],
  ['EPROTO', 'the other side does not speak TLS'],
]);
