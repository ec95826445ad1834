import { createHash } from 'node:crypto';

/** SHA-256 of bytes or of a string's UTF-8, as 64 hex digits. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** SHA-256 in the form `sha256:…` that Flux and OCI write. */
export function digestOf(data: string | Uint8Array): string {
  return `sha256:${sha256Hex(data)}`;
}
