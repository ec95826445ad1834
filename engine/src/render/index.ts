/**
 * A chart with values becomes text, as Helm 4.3.1 renders it (pkg/engine, and the part of pkg/action around it): one
 * synchronous function of its request. `lookup` is answered from a snapshot that the caller brings, and what was
 * missing is reported.
 * Left out: strict and lint mode, DNS look-ups, and plugins as post renderers. fromToml tells what is wrong in words
 * of its own.
 */
export { RenderError } from './errors.ts';
export type { RenderErrorCode, RenderErrorPlace, TemplatePlace } from './errors.ts';
export { newRenderCache, prepareRender, renderChart } from './engine.ts';
export type { Prepared } from './engine.ts';
export { helmFuncMap } from './funcs.ts';
export { splitNotes } from './notes.ts';
export { renderReleaseName } from './releaseName.ts';
export { answerJob, chartFromWire, chartToWire, jobFrom, prepareBeside, renderedFrom } from './wire.ts';
export type { WireAnswer, WireChart, WireJob } from './wire.ts';
export type {
  LookupKey,
  LookupSnapshot,
  ReleaseFacts,
  RenderCache,
  Rendered,
  RenderLimits,
  RenderRequest,
  RenderWorld,
} from './types.ts';
export { traceLines } from './trace/lines.ts';
export { type TracedField, type TracedObject, traceObjects } from './trace/objects.ts';
export type { TracedStretch } from './trace/pieces.ts';
export type { RenderTrace, TracedCallSite, TracedFlow, TracedPath, TracedPlace } from './trace/trace.ts';
export { type TracedValue, type ValueUse, valueUses } from './trace/uses.ts';
export { originAt, valueAt, type ValueKeys, valuePathText } from './trace/valuePath.ts';
