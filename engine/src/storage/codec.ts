import { Buffer } from 'node:buffer';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Release } from '../release/index.ts';
import { limits, messageOf } from '../support/index.ts';
import { StorageError } from './errors.ts';
import { releaseFromJson, releaseToJson } from './json.ts';

/** The payload of a release's Secret: base64 of gzipped JSON. The API encodes it in base64 once more. */
export function encodeRelease(release: Release): string {
  return gzipSync(Buffer.from(releaseToJson(release), 'utf8'), { level: 9 }).toString('base64');
}

/**
 * The release that a payload holds; old ones are not compressed.
 *
 * @throws StorageError code `corrupt`
 * @see helm v4.3.1 pkg/storage/driver/util.go, decodeRelease
 */
export function decodeRelease(payload: string, labels: Readonly<Record<string, string>>): Release {
  try {
    const bytes = Buffer.from(payload, 'base64');
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 0x08;
    const json = isGzip ? gunzipSync(bytes, { maxOutputLength: limits.maxClusterBytes }) : bytes;
    return releaseFromJson(json.toString('utf8'), labels);
  } catch (error) {
    throw new StorageError('corrupt', `decode release: ${messageOf(error)}`, { cause: error });
  }
}
