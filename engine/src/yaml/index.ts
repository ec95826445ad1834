/**
 * YAML as Kubernetes, Helm and Flux read and write it: a reader and a writer of our own after sigs.k8s.io/yaml v1.6.0
 * on go.yaml.in/yaml v2.4.4, and for kustomize and toYamlPretty after go.yaml.in/yaml v3.0.5.
 *
 * Texts become nodes with their places (`composeAll`), nodes become values (`decode`), values become text (`encode`),
 * each byte for byte and error for error as Go has it. Left out: decoding into Go structs, writing anchors, comments
 * and flow style, and nesting deeper than `limits.maxYamlDepth`.
 */
export { composeAll } from './compose.ts';
export type { Composed } from './compose.ts';
export { decode, decodeAll, decodeList, decodeMap } from './decode.ts';
export type { DecodeOptions } from './decode.ts';
export { encode, encodeGoYaml, encodePretty, encodeUnfolded } from './encode.ts';
export type { EncodeOptions, OnWritten } from './encode.ts';
export { YamlError } from './error.ts';
export type { YamlErrorCode } from './error.ts';
export type { AliasNode, MappingNode, Mark, ScalarNode, ScalarStyle, SequenceNode, YamlNode } from './node.ts';
export type { OnPlace } from './places.ts';
export { resolvePlainScalar } from './resolve.ts';
export type { Resolved } from './resolve.ts';
