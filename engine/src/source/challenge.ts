/** A `WWW-Authenticate` header. */
export interface Challenge {
  /** In lower case. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: Readonly<Record<string, string>>;
}

const schemeName = /^\s*([A-Za-z][A-Za-z0-9_-]*)\s*/;
const parameter = /\s*,?\s*([A-Za-z][A-Za-z0-9_-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/y;

/** The first challenge of the header; undefined where there is none. @see RFC 9110 section 11.6.1 */
export function parseChallenge(header: string): Challenge | undefined {
  const scheme = schemeName.exec(header);
  if (scheme?.[1] === undefined) {
    return undefined;
  }
  const parameters: Record<string, string> = {};
  parameter.lastIndex = scheme[0].length;
  for (let match = parameter.exec(header); match !== null; match = parameter.exec(header)) {
    const [, name = '', quoted, plain = ''] = match;
    parameters[name.toLowerCase()] ??= quoted === undefined ? plain : quoted.replace(/\\(.)/g, '$1');
  }
  return { scheme: scheme[1].toLowerCase(), parameters };
}
