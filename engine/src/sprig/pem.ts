import { Buffer } from 'node:buffer';
import { CorruptInputError, decodeBase64 } from '../gostd/index.ts';

/** What stands between BEGIN and END. */
export interface PemBlock {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** The first block of a text, or undefined where there is none. @see Go 1.26 encoding/pem/pem.go, Decode */
export function decodePem(text: string): PemBlock | undefined {
  const pattern = /^-----BEGIN ([^\n-]*)-----[ \t\r]*\n((?:[^\n-]*\n)*?)-----END \1-----[ \t\r]*(?:\n|$)/gm;
  for (const [, type = '', body = ''] of text.matchAll(pattern)) {
    // Headers such as `Proc-Type: 4,ENCRYPTED` end at the first line without a colon.
    const base64 = body
      .split('\n')
      .filter((line) => !line.includes(':'))
      .join('')
      .replace(/[\s]/g, '');
    try {
      return { type, bytes: decodeBase64(base64) };
    } catch (error) {
      if (!(error instanceof CorruptInputError)) {
        throw error;
      }
    }
  }
  return undefined;
}

/** One block in lines of 64 characters. */
export function encodePem({ type, bytes }: PemBlock): string {
  const base64 = Buffer.from(bytes).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${type}-----`, ...lines, `-----END ${type}-----`, ''].join('\n');
}
