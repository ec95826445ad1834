import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { openConsent } from '../../engine/src/node/consent.ts';
import { freePort } from '../support/freePort.ts';
import { root } from '../support/run.ts';
import { installWorkbench } from '../workbench/install.ts';
import { startWorkbench } from '../workbench/serve.ts';
import { demo, demoRepository } from './fairlead.ts';

export interface Editor {
  readonly url: string;
  readonly password: string;
  readonly stop: () => Promise<void>;
}

export interface EditorOptions {
  readonly stateFolder: string;
  readonly configFolder: string;
  /** Need not be there yet: it is read when a cluster is selected. */
  readonly kubeconfig: string;
  /** The demo's own servers, which may be asked. */
  readonly hosts: readonly string[];
  readonly signal: AbortSignal;
}

/** Serves the editor with the built extension on loopback, behind a password, with the demo open. */
export async function openEditor({
  stateFolder,
  configFolder,
  kubeconfig,
  hosts,
  signal,
}: EditorOptions): Promise<Editor> {
  const consent = await openConsent({ configFolder, allowHosts: [] });
  await consent.allow(hosts);
  const password = randomBytes(12).toString('base64url');
  const workbench = await startWorkbench({
    codeServer: await installWorkbench((line) => {
      console.log(line);
    }, signal),
    stateFolder,
    vsix: path.join(root, 'dist', 'fairlead.vsix'),
    workspace: demo,
    port: await freePort(),
    password,
    settings: { 'fairlead.kubeconfig': kubeconfig, 'fairlead.sources.local': { [demoRepository]: demo } },
    env: { FAIRLEAD_CONFIG: configFolder },
  });
  return { url: workbench.url, password, stop: () => workbench.stop() };
}
