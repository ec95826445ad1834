/** Stands for what is not shown. */
export const mask = '•••';

/** A URL's scheme, its user info, what follows, and its query up to what a sentence puts behind it. */
const userInfoAndQuery = /\b([a-z][a-z0-9+.-]*:\/\/)(?:[^/?#\s]*@)?([^?#\s]*)(\?[^#\s]*?(?=[:;,)]*(?:[#\s]|$)))?/gi;
const authorization = /\b(authorization\s*[:=]\s*(?:bearer\s+|basic\s+)?)[A-Za-z0-9+/=._~-]+/gi;

/**
 * Text that may be shown or logged: URLs lose user info and query, `Authorization` values and each of `secrets`
 * become `mask`. Applied once, where text leaves for a log, a terminal or the editor.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let result = text
    .replace(userInfoAndQuery, (_, scheme: string, rest: string, query: string | undefined) =>
      query === undefined ? scheme + rest : `${scheme}${rest}?${mask}`,
    )
    .replace(authorization, `$1${mask}`);
  for (const secret of secrets) {
    if (secret !== '') {
      result = result.replaceAll(secret, mask);
    }
  }
  return result;
}
