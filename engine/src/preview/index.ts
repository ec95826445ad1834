/**
 * What a person looks at before anything is applied: the objects of a desired release as text, secrets masked, and
 * which template and which values made a line of it.
 * It follows no upstream package.
 */
export { type Preview, type PreviewDocument, type PreviewOptions, previewOf } from './preview.ts';
export { type LineTrace, type LineWriter, traceLine, type ValueTrace } from './traceLine.ts';
