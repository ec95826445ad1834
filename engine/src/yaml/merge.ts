import type { AliasBudget } from './aliasBudget.ts';
import { YamlError } from './error.ts';
import type { MappingNode, YamlNode } from './node.ts';

/** Fills a map from mappings that stand behind a merge key, in this order. @throws YamlError for what is no mapping */
export function mergeInto(sources: readonly YamlNode[], budget: AliasBudget, fill: (from: MappingNode) => void): void {
  for (const source of sources) {
    const from = source.kind === 'alias' ? source.target : source;
    if (from.kind !== 'mapping') {
      const message = 'yaml: map merge requires map or sequence of maps as the value';
      throw new YamlError('syntax', message, { position: source.start });
    }
    budget.count();
    if (source.kind === 'alias') {
      budget.within(source, () => {
        budget.count();
        fill(from);
      });
    } else {
      fill(from);
    }
  }
}
