/**
 * The objects of all YAML files of the workspace by kind, namespace and name, and how they refer to each other.
 */
export type { GeneratedObject } from './generated.ts';
export { referencesOf } from './references.ts';
export type { Reference } from './references.ts';
export { objectsOf, Workspace } from './workspace.ts';
export type { WorkspaceObject } from './workspace.ts';
