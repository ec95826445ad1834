/**
 * A text as YAML documents with offsets, read tolerantly with the `yaml` package: an unfinished line never hides the rest.
 * Scalars are read as Kubernetes reads them. Nothing here knows a schema.
 */
export { isEncrypted, isFluxGroup, readObjectId } from './kind.ts';
export type { ObjectId } from './kind.ts';
export { entryOf, nodeAt, stringAt, toJson } from './node.ts';
export type { MapEntry, PathStep, ScalarNode, YamlNode } from './node.ts';
export { parseYamlFile } from './parse.ts';
export type { YamlDocument, YamlFile } from './parse.ts';
export { pathText, placeAt } from './path.ts';
export { refusalOf } from './syntax.ts';
