import * as vscode from 'vscode';
import type { CommandContext } from '../context.ts';
import { withProgress } from '../progress.ts';
import { confirm } from '../view/confirm.ts';

/** Lets the user choose a context of their kubeconfig for this workspace. The cluster is contacted after that, not before. */
export async function selectCluster({ clusters }: CommandContext): Promise<void> {
  const contexts = clusters.contexts();
  if (contexts.length === 0) {
    throw new Error('There is no context in the kubeconfig. Set "fairlead.kubeconfig" to choose another file.');
  }
  const picked = await vscode.window.showQuickPick(
    contexts.map(({ name, server, isCurrent }) => ({
      label: name,
      description: [
        name === clusters.selected ? 'selected here' : undefined,
        isCurrent ? "kubectl's current" : undefined,
      ]
        .filter((text) => text !== undefined)
        .join(', '),
      detail: server,
    })),
    { placeHolder: 'Cluster for this workspace; the kubeconfig itself is not changed' },
  );
  if (picked !== undefined) {
    await clusters.select(picked.label);
    await vscode.commands.executeCommand('fairlead.releases.focus');
  }
}

/** Lets Fairlead's own engine act in the selected cluster, after saying what that means. */
export async function enrolCluster({ clusters, log }: CommandContext): Promise<void> {
  const { info } = await clusters.connect(AbortSignal.timeout(60_000));
  const agreed = await confirm({
    message: `Let Fairlead change releases in ${info.context}?`,
    detail: `Server: ${info.server}\n\nFairlead then installs and upgrades releases there itself, where Flux does not run. The permission is for this server, its certificate authority and this very cluster. Each change is still shown and confirmed first.`,
    verb: 'Enrol Cluster',
  });
  if (agreed) {
    await withProgress(`Enrolling ${info.context}`, log, ({ signal }) => clusters.enrol(signal));
  }
}
