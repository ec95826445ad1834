/**
 * HelmReleases of the workspace rendered, unsaved text included, and what made each line. The chart comes from the host,
 * which may use the network; the renderer, with its clock and randomness, is handed in.
 */
export { type Previews, previews } from './previews.ts';
export type { RenderMachine } from './machine.ts';
