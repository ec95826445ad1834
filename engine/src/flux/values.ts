import { ChartError } from '../chart/index.ts';
import { type GoMap, isList, isMap, newMap, type Value } from '../gostd/index.ts';
import { type Origin, Origins, type Position } from '../support/index.ts';
import { decode, YamlError } from '../yaml/index.ts';
import type { HelmRelease, ValuesReference } from './api/helmRelease.ts';
import { FluxError, type FluxErrorCode } from './errors.ts';
import { mergeMaps } from './mergeMaps.ts';
import type { Manifest } from './manifest.ts';
import { placesSet, setAtPath } from './targetPath.ts';
import { isSopsText, type ValuesData, type ValuesLookup } from './valuesData.ts';

/** Values that a release gives to its chart, before the chart's own defaults. */
export interface ComposedValues {
  readonly values: GoMap;
  readonly origins: Origins;
  /** What nobody can know here. Where a whole document of values is missing, keys that it would set are too. */
  readonly unknown: readonly UnknownValues[];
  /** Optional references that led nowhere. */
  readonly skipped: readonly ValuesReference[];
  /** Texts that came from Secrets, for taking them out of anything that is shown. */
  readonly secrets: readonly string[];
}

export interface UnknownValues {
  readonly reference: ValuesReference;
  readonly reason: string;
}

export interface ComposeOptions {
  readonly lookup: ValuesLookup;
  /** Where the release was written, for the places of its inline values. */
  readonly manifest?: Manifest;
}

const defaultKey = 'values.yaml';
/** Shorter texts stand in too many places by chance to be masked. */
const minSecretLength = 4;

/**
 * The values of a release: its `valuesFrom` in order, then its inline `values`, with helm-controller's exact order of
 * merging. The inline values are merged in before each `targetPath` is set, and a map they bring in is then the very
 * map that is changed; so a nested path wins over an inline value, and a path at the top does not.
 *
 * A value that only a Secret elsewhere holds becomes a placeholder with an origin of kind `unknown`.
 *
 * @throws FluxError codes `values-missing`, `values-key`, `values-kind`, `values-data`, `values-merge`; no text of a Secret is in it
 * @see fluxcd/pkg/chartutil v1.27 values.go, ChartValuesFromReferences
 */
export function composeValues(release: HelmRelease, { lookup, manifest }: ComposeOptions): ComposedValues {
  const origins = new Origins();
  const unknown: UnknownValues[] = [];
  const skipped: ValuesReference[] = [];
  const secrets = new Set<string>();
  const inline = inlineValues(release.spec.values, { origins, ...(manifest && { manifest }) });
  let result = newMap();

  for (const reference of release.spec.valuesFrom ?? []) {
    const found = find(reference, release, lookup);
    if (found === undefined) {
      skipped.push(reference);
      continue;
    }
    if (found.kind === 'unknown') {
      unknown.push({ reference, reason: found.reason });
    }
    const layer = layerOf(reference, release);
    const { targetPath = '' } = reference;
    if (targetPath !== '') {
      const text = found.kind === 'known' ? found.text : `unknown, ${found.reason}`;
      const literal = reference.literal === true || found.kind === 'unknown';
      result = mergeMaps(result, inline, { origins });
      const places = merging(reference, release, () => {
        setAtPath(result, targetPath, text, { literal });
        return placesSet(result, targetPath, text, { literal });
      });
      for (const [container, key] of places) {
        origins.set(container, key, originOf(found, layer, reference));
      }
      if (found.kind === 'known' && reference.kind === 'Secret') {
        remember(secrets, text);
      }
    } else if (found.kind === 'known') {
      const values = parseValues(found, reference, release);
      markAll(values, origins, (place) => originOf(found, layer, reference, place));
      if (reference.kind === 'Secret') {
        collectTexts(values, secrets);
      }
      result = mergeMaps(result, values.map, { origins });
    }
  }
  return { values: mergeMaps(result, inline, { origins }), origins, unknown, skipped, secrets: [...secrets] };
}

type Found =
  | { readonly kind: 'known'; readonly text: string; readonly manifest?: Manifest }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Undefined for an optional reference that leads nowhere. */
function find(reference: ValuesReference, release: HelmRelease, lookup: ValuesLookup): Found | undefined {
  const { kind, name, optional = false } = reference;
  if (kind !== 'ConfigMap' && kind !== 'Secret') {
    throw failure('values-kind', reference, release, 'unsupported values reference kind');
  }
  const data: ValuesData | undefined = lookup({ kind, name, namespace: release.metadata.namespace });
  if (data === undefined) {
    if (optional) {
      return undefined;
    }
    throw failure('values-missing', reference, release, 'resource not found');
  }
  if (data.kind === 'unknown') {
    return data;
  }
  const key = reference.valuesKey ?? defaultKey;
  const sealed = data.sealed.get(key);
  if (sealed !== undefined) {
    return { kind: 'unknown', reason: sealed };
  }
  const text = data.data.get(key);
  if (text === undefined) {
    if (optional) {
      return undefined;
    }
    throw failure('values-key', reference, release, 'key not found');
  }
  return { kind: 'known', text, ...(data.manifest && { manifest: data.manifest }) };
}

interface ParsedValues {
  readonly map: GoMap;
  readonly places: ReadonlyMap<object, ReadonlyMap<string | number, Position>>;
}

function parseValues(
  { text }: Extract<Found, { kind: 'known' }>,
  reference: ValuesReference,
  release: HelmRelease,
): ParsedValues {
  const places = new Map<object, Map<string | number, Position>>();
  let value: Value;
  try {
    value = decode(text, {
      onPlace: (container, key, start, _end, keyStart) => {
        const keys = places.get(container) ?? new Map<string | number, Position>();
        keys.set(key, keyStart ?? start);
        places.set(container, keys);
      },
    });
  } catch (error) {
    if (!(error instanceof YamlError)) {
      throw error;
    }
    if (reference.kind === 'Secret') {
      const line = error.line === undefined ? '' : ` (line ${error.line})`;
      throw failure('values-data', reference, release, `the text of this key is not valid YAML${line}`);
    }
    throw failure('values-data', reference, release, error.message, error);
  }
  if (value === null || value === undefined) {
    return { map: newMap(), places };
  }
  if (!isMap(value)) {
    const words = `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${jsonKind(value)} into Go value of type common.Values`;
    throw failure('values-data', reference, release, words);
  }
  return { map: value, places };
}

function merging<T>(reference: ValuesReference, release: HelmRelease, set: () => T): T {
  try {
    return set();
  } catch (error) {
    if (!(error instanceof ChartError)) {
      throw error;
    }
    if (reference.kind === 'Secret') {
      const path = reference.targetPath ?? '';
      throw failure('values-merge', reference, release, `the text of this key cannot be set at '${path}'`);
    }
    throw failure('values-merge', reference, release, error.message, error);
  }
}

/** @see fluxcd/pkg/chartutil v1.27 values.go, ErrValuesReference.Error */
function failure(
  code: FluxErrorCode,
  { kind, name, valuesKey = defaultKey, optional }: ValuesReference,
  { metadata }: HelmRelease,
  why: string,
  cause?: unknown,
): FluxError {
  const reference = `'${metadata.namespace}/${name}'`;
  return new FluxError(
    code,
    `could not resolve${optional === true ? ' optional' : ''} ${kind} chart values reference ${reference} with key '${valuesKey}': ${why}`,
    { object: `${kind}/${metadata.namespace}/${name}`, ...(cause !== undefined && { cause }) },
  );
}

function layerOf({ kind, name, valuesKey = defaultKey }: ValuesReference, { metadata }: HelmRelease): string {
  return `${kind} ${metadata.namespace}/${name} ${valuesKey}`;
}

function originOf(found: Found, layer: string, reference: ValuesReference, place?: Position): Origin {
  if (found.kind === 'unknown') {
    return { kind: 'unknown', reason: found.reason };
  }
  const key = reference.valuesKey ?? defaultKey;
  if (reference.kind === 'Secret') {
    return { kind: 'secret', object: layer.split(' ')[1] ?? reference.name, key };
  }
  const { manifest } = found;
  const data = manifest?.object['data'];
  const written = isMap(data) ? manifest?.places.get(data, key)?.value : undefined;
  if (manifest === undefined || written === undefined) {
    return { kind: 'user', layer, file: layer, position: place ?? { line: 0, character: 0 } };
  }
  return {
    kind: 'user',
    layer,
    file: manifest.file,
    position: within(written, manifest, data, key, found.text, place),
  };
}

/**
 * Where a place of the text within a scalar is in the file. Exact in a literal block (`|`) that is indented by two;
 * otherwise it is the start of the scalar.
 */
function within(
  written: { readonly start: Position; readonly end: Position },
  manifest: Manifest,
  data: Value,
  key: string,
  text: string,
  place: Position | undefined,
): Position {
  const keyStart = isMap(data) ? manifest.places.get(data, key)?.keyStart : undefined;
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  const isBlock = lines > 1 && written.end.line - written.start.line >= lines;
  return place !== undefined && keyStart !== undefined && isBlock
    ? { line: written.start.line + 1 + place.line, character: keyStart.character + 2 + place.character }
    : written.start;
}

function markAll({ map, places }: ParsedValues, origins: Origins, origin: (place?: Position) => Origin): void {
  const visit = (container: Value): void => {
    const entries: readonly (readonly [string | number, Value])[] = isMap(container)
      ? Object.entries(container)
      : isList(container)
        ? container.map((entry, index) => [index, entry] as const)
        : [];
    for (const [key, value] of entries) {
      const place = isContainer(container) ? places.get(container)?.get(key) : undefined;
      if (isContainer(container)) {
        origins.set(container, key, origin(place));
      }
      visit(value);
    }
  };
  visit(map);
}

/** A copy of the inline values as Go values, since a later `targetPath` changes them. */
function inlineValues(
  values: unknown,
  { origins, manifest }: { readonly origins: Origins; readonly manifest?: Manifest },
): GoMap {
  const isEncrypted = manifest?.object['sops'] !== undefined;
  const copy = (value: unknown): Value => {
    if (Array.isArray(value)) {
      const list: Value[] = value.map(copy);
      list.forEach((entry, index) => {
        mark(value, list, index, entry);
      });
      return list;
    }
    if (typeof value === 'object' && value !== null) {
      const map = newMap(Object.entries(value).map(([key, entry]) => [key, copy(entry)]));
      for (const [key, entry] of Object.entries(map)) {
        mark(value, map, key, entry);
      }
      return map;
    }
    // Read from JSON or YAML: what is neither list nor map is one of these.
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  };
  const mark = (from: object, to: object, key: string | number, value: Value): void => {
    if (isEncrypted && isSopsText(value)) {
      origins.set(to, key, { kind: 'unknown', reason: 'encrypted with SOPS' });
    } else if (manifest !== undefined) {
      const place = manifest.places.get(from, key);
      if (place !== undefined) {
        const position = place.keyStart ?? place.value.start;
        origins.set(to, key, { kind: 'user', layer: 'values', file: manifest.file, position });
      }
    }
  };
  const copied = copy(values ?? {});
  return isMap(copied) ? copied : newMap();
}

function collectTexts({ map }: ParsedValues, texts: Set<string>): void {
  const visit = (value: Value): void => {
    if (isMap(value)) {
      Object.values(value).forEach(visit);
    } else if (isList(value)) {
      value.forEach(visit);
    } else if (typeof value === 'string') {
      remember(texts, value);
    }
  };
  visit(map);
}

function remember(texts: Set<string>, text: string): void {
  if (text.length >= minSecretLength) {
    texts.add(text);
  }
}

function isContainer(value: Value): value is GoMap | readonly Value[] {
  return isMap(value) || isList(value);
}

function jsonKind(value: Value): string {
  return isList(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
}
