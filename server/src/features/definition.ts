import type { Location } from 'vscode-languageserver-types';
import type { Position } from '@fairlead/engine/support';
import { nodeAt, type YamlFile } from '../document/index.ts';
import { objectsOf, referencesOf } from '../workspace/index.ts';
import type { FeatureContext } from './context.ts';

/** Where the object stands that the reference at a position names. The whole reference counts, not only its name. */
export function definition(file: YamlFile, position: Position, { workspace }: FeatureContext): Location[] {
  const offset = file.lines.offsetAt(position);
  for (const object of objectsOf(file)) {
    for (const reference of referencesOf(object)) {
      const holder = nodeAt(object.root, reference.path.slice(0, -1));
      if (holder !== undefined && offset >= holder.start && offset <= holder.end) {
        return workspace.find(reference.group, reference.kind, reference.name, reference.namespace).map((target) => {
          const name = nodeAt(target.root, ['metadata', 'name']) ?? nodeAt(target.root, ['name']) ?? target.root;
          return { uri: target.file.uri, range: target.file.lines.rangeOf(name.start, name.end) };
        });
      }
    }
  }
  return [];
}
