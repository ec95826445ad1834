import { chartReferenceOf, type HelmRelease, type ObjectSet, sourceGroup, type ValuesQuery } from '../flux/index.ts';
import { at, recordAt, textAt } from '../support/index.ts';

/** The Secrets that a release's chart needs: what its source logs in with, and what signatures are verified with. */
export function sourceSecrets(release: HelmRelease, objects: ObjectSet): readonly ValuesQuery[] {
  const { chart, chartRef } = release.spec;
  if ((chart === undefined) === (chartRef === undefined)) {
    return [];
  }
  const { source } = chartReferenceOf(release);
  const spec = specOf(objects, source);
  const { kind, name } = recordAt(spec, 'sourceRef');
  // A HelmChart leads to another source, in its own namespace.
  const beyond =
    typeof kind === 'string' && typeof name === 'string' ? specOf(objects, { ...source, kind, name }) : undefined;
  const names = [
    ...[spec, beyond].flatMap((each) =>
      ['secretRef', 'certSecretRef', 'proxySecretRef'].map((field) => textAt(each, field, 'name')),
    ),
    ...[at(spec, 'verify'), chart?.spec.verify].flatMap((verify) =>
      ['secretRef', 'trustedRootSecretRef'].map((field) => textAt(verify, field, 'name')),
    ),
  ].filter((name) => name !== undefined);
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
