/**
 * Go 1.26's text/template: lexer, parser, evaluator and built-in functions, with its error texts.
 * It writes to a sink and can say which template line wrote each piece. Channels and iterator functions cannot be
 * ranged over; no template of Helm's can come by one.
 */
export { positionIn, TemplateError } from './errors.ts';
export type { TemplateErrorCode, TemplatePosition } from './errors.ts';
export { execute } from './exec.ts';
export { stringSink } from './run.ts';
export type { ExecuteOptions, RunLimits } from './run.ts';
export { GoError } from './func.ts';
export type { ArgumentFlow, CallContext, FuncEntry, FuncMap } from './func.ts';
export { builtinFuncs } from './funcs.ts';
export type { Sink, TemplateCall, WriteOrigin } from './sink.ts';
export { ParsedTexts, TemplateSet } from './template.ts';
export type { MissingKey, TemplateSetOptions } from './template.ts';
