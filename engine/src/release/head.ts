import { decodeStruct, mapReader, pointerReader, stringReader, structReader } from '../chart/index.ts';
import { messageOf } from '../support/index.ts';
import { ReleaseError } from './errors.ts';
import type { ManifestHead } from './types.ts';

interface RawMetadata {
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>> | undefined;
}

interface RawHead {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: RawMetadata | undefined;
}

const metadataReader = structReader<RawMetadata>(
  'struct { Name string "json:\\"name\\""; Annotations map[string]string "json:\\"annotations\\"" }',
  { name: ['name', stringReader], annotations: ['annotations', mapReader(stringReader)] },
);

const headReader = structReader<RawHead>('util.SimpleHead', {
  apiVersion: ['apiVersion', stringReader],
  kind: ['kind', stringReader],
  metadata: ['metadata', pointerReader(metadataReader)],
});

/**
 * The kind, name and annotations of a rendered document.
 *
 * @param path the template that wrote it
 * @throws ReleaseError `manifest`
 */
export function readHead(document: string, path: string): ManifestHead {
  let read;
  try {
    read = decodeStruct(document, headReader);
  } catch (error) {
    throw parseError(path, messageOf(error), { cause: error });
  }
  if (read.error !== undefined) {
    throw parseError(path, read.error);
  }
  const { apiVersion, kind, metadata } = read.value;
  return {
    apiVersion,
    kind,
    metadata: metadata && { name: metadata.name, annotations: metadata.annotations ?? {} },
  };
}

function parseError(path: string, message: string, options?: ErrorOptions): ReleaseError {
  return new ReleaseError('manifest', path, `YAML parse error on ${path}: ${message}`, options);
}
