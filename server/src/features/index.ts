/**
 * One pure function per editor feature: (file, position, context) to a Language Server Protocol result.
 * None of them touches a connection, the network or a file.
 */
export { complete } from './completion.ts';
export type { FeatureContext, Scope } from './context.ts';
export { definition } from './definition.ts';
export { diagnose } from './diagnostics.ts';
export { hover } from './hover.ts';
export { quickFixes } from './quickFixes.ts';
export { inlayHints } from './inlayHints.ts';
