/** A problem that a `# want` comment asks for. */
export interface Want {
  /** 0-based. */
  readonly line: number;
  readonly code: string;
  /** A part of the message. */
  readonly message: string;
}

/**
 * Reads `# want code "part of the message"`, as often as wanted on one line, or `# want-below …` for the line after it,
 * where the line itself has no room for a comment. A backslash before a quote keeps the quote.
 */
export function readWants(text: string): Want[] {
  return text.split('\n').flatMap((content, line) => {
    const comment = /# want(-below)? (.*)$/.exec(content);
    if (comment === null) {
      return [];
    }
    const at = comment[1] === undefined ? line : line + 1;
    const rest = (comment[2] ?? '').trimEnd();
    const wants = [...rest.matchAll(/([a-z-]+) "((?:[^"\\]|\\.)*)"/g)];
    if (wants.map(([whole]) => whole).join(' ') !== rest) {
      throw new Error(`not a want, on line ${line + 1}: ${rest}`);
    }
    return wants.map(([, code = '', message = '']) => ({ line: at, code, message: message.replace(/\\(.)/g, '$1') }));
  });
}
