import { ChartError, mergeMaps } from '../chart/index.ts';
import { type GoMap, isList, isMap, newMap, type Value } from '../gostd/index.ts';
import { type Origin, Origins, type Position } from '../support/index.ts';
import { decodeMap, YamlError } from '../yaml/index.ts';
import type { HelmRelease, ValuesReference } from './api/helmRelease.ts';
import { embeddedPosition } from './embedded.ts';
import { FluxError, type FluxErrorCode } from './errors.ts';
import { inlineValues } from './inlineValues.ts';
import type { Manifest } from './manifest.ts';
import { setAtPath } from './targetPath.ts';
import type { ValuesData, ValuesLookup } from './valuesData.ts';

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
      result = mergeMaps(result, inline, origins);
      merging(reference, release, () => {
        setAtPath(result, targetPath, text, { literal, origins, origin: originOf(found, layer, reference) });
      });
      if (found.kind === 'known' && reference.kind === 'Secret') {
        remember(secrets, text);
      }
    } else if (found.kind === 'known') {
      const values = parseValues(found, reference, release);
      markAll(values, origins, (place) => originOf(found, layer, reference, place));
      if (reference.kind === 'Secret') {
        collectTexts(values, secrets);
      }
      result = mergeMaps(result, values.map, origins);
    }
  }
  return { values: mergeMaps(result, inline, origins), origins, unknown, skipped, secrets: [...secrets] };
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
    // What the API server says, who is asked once.
    const first = release.spec.valuesFrom?.find((other) => other.kind === kind && other.name === name);
    const reason = first === reference ? `${kind.toLowerCase()}s "${name}" not found` : 'resource not found';
    throw failure('values-missing', reference, release, reason);
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
  try {
    const map = decodeMap(text, {
      goType: 'common.Values',
      onPlace: (container, key, start, _end, keyStart) => {
        const keys = places.get(container) ?? new Map<string | number, Position>();
        const { line, character } = keyStart ?? start;
        keys.set(key, { line, character });
        places.set(container, keys);
      },
    });
    return { map, places };
  } catch (error) {
    if (!(error instanceof YamlError)) {
      throw error;
    }
    if (reference.kind === 'Secret') {
      const line = error.line === undefined ? '' : ` (line ${error.line})`;
      throw failure('values-data', reference, release, `the text of this key is not a YAML map${line}`);
    }
    throw failure('values-data', reference, release, error.message, error);
  }
}

function merging(reference: ValuesReference, release: HelmRelease, set: () => void): void {
  try {
    set();
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
  const { manifest, text } = found;
  const position = manifest && embeddedPosition(manifest, key, { text, place });
  return {
    kind: 'user',
    layer,
    file: manifest?.file ?? layer,
    position: position ?? place ?? { line: 0, character: 0 },
  };
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
