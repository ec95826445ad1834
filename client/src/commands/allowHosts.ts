import * as vscode from 'vscode';
import type { CommandContext } from '../context.ts';

/** Asks once for every host that charts and versions would come from. What is not allowed stays offline. */
export async function allowHosts({ charts, allowHosts: allow }: CommandContext): Promise<void> {
  const hosts = charts.wantedHosts;
  if (hosts.length === 0) {
    await vscode.window.showInformationMessage('Nothing in this workspace waits for the network.');
    return;
  }
  const picked = await vscode.window.showQuickPick(
    hosts.map((label) => ({ label, picked: true })),
    {
      canPickMany: true,
      placeHolder: 'Hosts that Fairlead may ask for chart versions and charts, with your logins for them',
    },
  );
  if (picked !== undefined && picked.length > 0) {
    await allow(picked.map(({ label }) => label));
  }
}
