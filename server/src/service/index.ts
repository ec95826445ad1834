/**
 * The language service: everything the server answers, without a connection and without input or output of its own.
 * The server wraps it in a connection; the command line's `check` calls it directly.
 */
export type { ServiceHost } from './host.ts';
export { createLanguageService } from './languageService.ts';
export type { LanguageService, LanguageServiceOptions } from './languageService.ts';
export type { RenderMachine } from '../preview/index.ts';
export { isKindSchema } from '../schema/index.ts';
export type { KindSchema } from '../schema/index.ts';
