import { EngineError } from '../support/index.ts';

export type HttpErrorCode =
  'dns' | 'refused' | 'reset' | 'tls' | 'timeout' | 'too-large' | 'redirect' | 'proxy' | 'network';

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
  return tlsWords.has(code) || /^(?:ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|EPROTO)/.test(code);
}

const untrusted = 'the certificate is signed by an authority that is not trusted';
const noTls = 'the other side does not speak TLS';
const clientRefused = 'the other side refuses our client certificate';
const noPem = 'a certificate or key that the source brings along is not PEM';

/** @see OpenSSL's X509_verify_cert_error_string and TLS alerts (RFC 8446 section 6.2), by Node's names for them */
const tlsWords: ReadonlyMap<string, string> = new Map([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'the certificate is signed by itself'],
  ['SELF_SIGNED_CERT_IN_CHAIN', untrusted],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', untrusted],
  ['UNABLE_TO_GET_ISSUER_CERT', untrusted],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', untrusted],
  ['CERT_UNTRUSTED', untrusted],
  ['CERT_SIGNATURE_FAILURE', 'the certificate is not signed by the authority that it names'],
  ['CERT_HAS_EXPIRED', 'the certificate has expired'],
  ['CERT_NOT_YET_VALID', 'the certificate is not valid yet'],
  ['CERT_REVOKED', 'the certificate was revoked'],
  ['INVALID_PURPOSE', 'the certificate is not for servers'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'the certificate is for another host'],
  ['EPROTO', noTls],
  ['ERR_SSL_WRONG_VERSION_NUMBER', noTls],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', noTls],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'the other side wants a client certificate'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', clientRefused],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', clientRefused],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', clientRefused],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', clientRefused],
  ['ERR_OSSL_X509_KEY_VALUES_MISMATCH', 'client certificate and key do not belong together'],
  ['ERR_OSSL_PEM_NO_START_LINE', noPem],
  ['ERR_OSSL_PEM_BAD_BASE64_DECODE', noPem],
  ['ERR_OSSL_UNSUPPORTED', noPem],
]);
