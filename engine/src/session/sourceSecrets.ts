import { chartReferenceOf, type HelmRelease, type ObjectSet, sourceGroup, type ValuesQuery } from '../flux/index.ts';

/** The Secrets that a release's chart needs: what its source logs in with, and what signatures are verified with. */
export function sourceSecrets(release: HelmRelease, objects: ObjectSet): readonly ValuesQuery[] {
  const { chart, chartRef } = release.spec;
  if ((chart === undefined) === (chartRef === undefined)) {
    return [];
  }
  const { source } = chartReferenceOf(release);
  const spec = specOf(objects, source);
  const through = fieldOf(spec, 'sourceRef');
  const { kind, name } = { kind: fieldOf(through, 'kind'), name: fieldOf(through, 'name') };
  // A HelmChart leads to another source, in its own namespace.
  const beyond =
    typeof kind === 'string' && typeof name === 'string' ? specOf(objects, { ...source, kind, name }) : undefined;
  const references = [
    ...[spec, beyond].flatMap((each) =>
      ['secretRef', 'certSecretRef', 'proxySecretRef'].map((field) => fieldOf(each, field)),
    ),
    ...[fieldOf(spec, 'verify'), chart?.spec.verify].flatMap((verify) =>
      ['secretRef', 'trustedRootSecretRef'].map((field) => fieldOf(verify, field)),
    ),
  ];
  const names = references.map((reference) => fieldOf(reference, 'name')).filter((text) => typeof text === 'string');
  return [...new Set(names)].map((secret) => ({ kind: 'Secret', namespace: source.namespace, name: secret }));
}

interface SourceName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

function specOf(objects: ObjectSet, source: SourceName): unknown {
  return objects.find({ ...source, group: sourceGroup })?.object['spec'];
}

/** Of any kind of source; what is no object has no fields. */
function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name] // an object has only string keys that matter here
    : undefined;
}
