import type { Problem } from '@fairlead/engine/support';
import type { YamlNode } from '../document/index.ts';
import type { WorkspaceObject } from '../workspace/index.ts';

const oldWord = /^(?:y|yes|n|no|on|off)$/i;

/**
 * Words that are booleans to kubectl, which reads YAML 1.1, and texts to kustomize, through which Flux builds: a chart
 * then takes `no` for yes.
 */
export function oldBooleans({ root, file }: WorkspaceObject): Problem[] {
  return scalarsOf(root).flatMap(({ value, text, start, end }): Problem[] => {
    if (typeof value !== 'boolean' || !oldWord.test(text)) {
      return [];
    }
    const range = file.lines.rangeOf(start, end);
    const meant = String(value);
    return [
      {
        code: 'yaml-boolean',
        severity: 'warning',
        message: `${text} is ${meant} to kubectl and a text to Flux: write ${meant}, or "${text}"`,
        range,
        admission: false,
        fix: { range, newText: meant },
      },
    ];
  });
}

function scalarsOf(node: YamlNode): readonly Extract<YamlNode, { kind: 'scalar' }>[] {
  switch (node.kind) {
    case 'scalar':
      return [node];
    case 'list':
      return node.items.flatMap(scalarsOf);
    case 'map':
      return node.entries.flatMap(({ value }) => scalarsOf(value));
  }
}
