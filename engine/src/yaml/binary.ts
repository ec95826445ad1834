import { CorruptInputError, decodeBase64, fromBytes } from '../gostd/index.ts';
import { YamlError } from './error.ts';

/** A `!!binary` scalar as text; each byte that is not part of valid UTF-8 is U+FFFD, as in Go's JSON. */
export function binaryText(base64: string): string {
  try {
    return replaceInvalid(fromBytes(decodeBase64(base64)));
  } catch (error) {
    if (error instanceof CorruptInputError) {
      throw new YamlError('tag', 'yaml: !!binary value contains invalid base64 data');
    }
    throw error;
  }
}

/** The text with U+FFFD for every byte that is not part of valid UTF-8. */
export function replaceInvalid(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}
