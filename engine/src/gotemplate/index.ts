/**
 * Go 1.26's text/template: lexer, parser, evaluator and built-in functions, with its error texts.
 * It writes to a sink and can say which template line wrote each piece. Channels and iterator functions cannot be
 * ranged over; no template of Helm's can come by one.
 */
export { positionIn, TemplateError } from './errors.ts';
export type { TemplateErrorCode, TemplatePosition } from './errors.ts';
export { execute } from './exec.ts';
export type { ExecuteOptions, RunLimits, TraceOptions } from './run.ts';
export { GoError, LimitError } from './func.ts';
export type { ArgumentFlow, CallContext, FuncEntry, FuncMap } from './func.ts';
export { builtinFuncs } from './funcs.ts';
export { ropeSink, type Sink, stringSink } from './sink.ts';
export { isContainer } from './trace/containers.ts';
export { type Flow, type FlowKind, Flows, type Read, type ValuePath } from './trace/flow.ts';
export { type CallChain, Rope, RopeBuilder, RopeReader, Segment, sliceRope, type Write } from './trace/rope.ts';
export { flowOf, type Shadow, withFlow } from './trace/shadow.ts';
export { type FlowRule, type TracedCall, Tracer } from './trace/tracer.ts';
export { type NamedPath, namedValues } from './named.ts';
export { ParsedTexts, TemplateSet } from './template.ts';
export type { MissingKey, TemplateSetOptions } from './template.ts';
export { zeroOf } from './types.ts';
export { costs } from './weight.ts';
