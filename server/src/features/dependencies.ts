import { referencesOf, type Workspace, type WorkspaceObject } from '../workspace/index.ts';

/** The names around a `dependsOn` cycle that starts and ends at this release, or undefined. */
export function dependencyCycle(object: WorkspaceObject, workspace: Workspace): readonly string[] | undefined {
  const seen = new Set<WorkspaceObject>();
  const walk = (current: WorkspaceObject, trail: readonly string[]): readonly string[] | undefined => {
    for (const reference of referencesOf(current)) {
      if (reference.role !== 'dependency') {
        continue;
      }
      const next = workspace.find(reference.group, reference.kind, reference.name, reference.namespace)[0];
      if (next?.root === object.root) {
        return [...trail, reference.name];
      }
      if (next !== undefined && !seen.has(next)) {
        seen.add(next);
        const found = walk(next, [...trail, reference.name]);
        if (found !== undefined) {
          return found;
        }
      }
    }
    return undefined;
  };
  return walk(object, [object.id.name ?? '']);
}
