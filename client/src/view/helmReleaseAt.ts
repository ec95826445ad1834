import type { NamespacedName } from '@fairlead/engine/support';
import { isMap, parseAllDocuments } from 'yaml';

/** Namespace and name of the HelmRelease whose document holds an offset; namespace `default` where it names none. */
export function helmReleaseAt(text: string, offset: number): NamespacedName | undefined {
  const documents = parseAllDocuments(text, { prettyErrors: false });
  for (const document of Array.isArray(documents) ? documents : []) {
    const [start, , end] = document.range;
    if (offset < start || offset > end || !isMap(document.contents)) {
      continue;
    }
    const name: unknown = document.getIn(['metadata', 'name']);
    const namespace: unknown = document.getIn(['metadata', 'namespace']);
    if (document.get('kind') === 'HelmRelease' && typeof name === 'string') {
      return { name, namespace: typeof namespace === 'string' ? namespace : 'default' };
    }
  }
  return undefined;
}
