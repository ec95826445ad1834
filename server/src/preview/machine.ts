import type { DesiredWorld } from '@fairlead/engine/desired';
import type { Abortable } from '@fairlead/engine/support';

/** What rendering takes of the machine. */
export interface RenderMachine extends Pick<DesiredWorld, 'environment' | 'render'> {
  /** A file of the artifact cache by its absolute path; undefined where it is gone. */
  readArtifact(path: string, options: Abortable): Promise<Uint8Array | undefined>;
}
