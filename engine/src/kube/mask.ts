import { isRecord, type KubeObject, mask } from '../support/index.ts';
import { isSecret } from './object.ts';

/** kubectl's copy of what it applied holds a Secret's data once more. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

interface Pair {
  readonly before: KubeObject | undefined;
  readonly after: KubeObject | undefined;
}

/**
 * Two states of an object without what must not be shown: the data of Secrets, which still tell whether each key was
 * added, changed or taken away, and every one of `secrets`, wherever it stands.
 */
export function maskSecrets(pair: Pair, secrets: readonly string[]): Pair {
  const one = pair.after ?? pair.before;
  const masked = one !== undefined && isSecret(one) ? maskData(pair) : pair;
  const texts = secrets.filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  return texts.length === 0
    ? masked
    : { before: withoutTexts(masked.before, texts), after: withoutTexts(masked.after, texts) };
}

function maskData({ before, after }: Pair): Pair {
  return {
    before: maskOne(before, { other: after, word: 'before' }),
    after: maskOne(after, { other: before, word: 'after' }),
  };
}

function maskOne(
  object: KubeObject | undefined,
  { other, word }: { readonly other: KubeObject | undefined; readonly word: string },
): KubeObject | undefined {
  if (object === undefined) {
    return undefined;
  }
  const fields: Record<string, unknown> = {};
  for (const field of ['data', 'stringData']) {
    const data = object[field];
    if (data !== undefined) {
      fields[field] = isRecord(data) ? maskValues(data, { other: other?.[field], word }) : mask;
    }
  }
  const annotations = object.metadata.annotations;
  const metadata =
    annotations?.[lastApplied] === undefined
      ? object.metadata
      : { ...object.metadata, annotations: { ...annotations, [lastApplied]: mask } };
  return { ...object, ...fields, metadata };
}

/** A value that is the same on both sides has the same mask on both; one that is not says on which side it stands. */
function maskValues(
  data: Readonly<Record<string, unknown>>,
  { other, word }: { readonly other: unknown; readonly word: string },
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => {
      const isChanged = isRecord(other) && Object.hasOwn(other, key) && other[key] !== value;
      return [key, isChanged ? `${mask} (${word})` : mask];
    }),
  );
}

function withoutTexts(object: KubeObject | undefined, texts: readonly string[]): KubeObject | undefined {
  if (object === undefined) {
    return undefined;
  }
  const { apiVersion, kind, metadata, ...rest } = object;
  const { name, namespace, ...other } = metadata;
  const names = namespace === undefined ? { name } : { name, namespace };
  return {
    ...masked(rest, texts),
    apiVersion,
    kind,
    // What names an object is in every list of objects already.
    metadata: { ...names, ...masked(other, texts) },
  };
}

function masked(fields: object, texts: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]: [string, unknown]) => [replaceAll(key, texts), maskDeep(value, texts)]),
  );
}

function maskDeep(value: unknown, texts: readonly string[]): unknown {
  if (typeof value === 'string') {
    return replaceAll(value, texts);
  }
  if (typeof value === 'number' || typeof value === 'boolean') {
    return texts.includes(String(value)) ? mask : value;
  }
  if (Array.isArray(value)) {
    return value.map((item) => maskDeep(item, texts));
  }
  return isRecord(value) ? masked(value, texts) : value;
}

function replaceAll(text: string, texts: readonly string[]): string {
  return texts.reduce((result, secret) => result.replaceAll(secret, mask), text);
}
