/**
 * The machine: files, network, Git, clock, caches and stores. The only folder of the engine that touches it.
 * What needs `@kubernetes/client-node` is not behind this door: it is a bundle of its own, `cluster.ts`.
 */
export { fileErrorWords } from './fileError.ts';
export { filesNow, nodeFiles } from './files.ts';
export { type MachineWorld, openWorld, type UserFolders, userFolders, type WorldOptions } from './world.ts';
export { renderHere } from './renderHere.ts';
export { type NodeRenderMachine, nodeRenderMachine } from './renderMachine.ts';
export { usualNamespace } from './kubeNamespace.ts';
export { localTimeZone } from './timeZone.ts';
export { RenderWorker, type RenderWorkerOptions } from './renderWorker.ts';
