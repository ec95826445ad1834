import * as vscode from 'vscode';
import type { CommandContext } from '../context.ts';

const another = 'Another host…';

/** Asks for a host, a user and a password or token, and keeps them in VS Code's secret storage. */
export async function logIn({ charts, logins, loginsChanged }: CommandContext): Promise<void> {
  const host = await pickHost(await charts.knownHosts());
  if (host === undefined) {
    return;
  }
  const title = `Log In to ${host}`;
  const username = await vscode.window.showInputBox({ title, prompt: 'User', ignoreFocusOut: true });
  if (username === undefined || username === '') {
    return;
  }
  const password = await vscode.window.showInputBox({
    title,
    prompt: `Password or token of ${username}; kept in VS Code's secret storage, used for ${host}`,
    password: true,
    ignoreFocusOut: true,
  });
  if (password === undefined || password === '') {
    return;
  }
  await logins.save(host, { username, password });
  await loginsChanged();
}

/** Forgets a login. Those of docker, helm and clouds stay as they are. */
export async function logOut({ logins, loginsChanged }: CommandContext): Promise<void> {
  if (logins.hosts.length === 0) {
    await vscode.window.showInformationMessage(
      'Fairlead keeps no login. Those of docker, helm and clouds are their own.',
    );
    return;
  }
  const host = await vscode.window.showQuickPick(logins.hosts, { placeHolder: 'Host to forget the login of' });
  if (host !== undefined) {
    await logins.forget(host);
    await loginsChanged();
  }
}

async function pickHost(hosts: readonly string[]): Promise<string | undefined> {
  const picked =
    hosts.length === 0
      ? another
      : await vscode.window.showQuickPick([...hosts, another], { placeHolder: 'Chart repository or registry' });
  return picked === another
    ? await vscode.window.showInputBox({
        title: 'Log In to Chart Host',
        prompt: 'Host, with its port where it has one',
        placeHolder: 'registry.example.com',
        ignoreFocusOut: true,
        validateInput: (text) => (isHost(text) ? undefined : 'A host like registry.example.com or localhost:5000'),
      })
    : picked;
}

function isHost(text: string): boolean {
  return /^[A-Za-z0-9.-]+(?::[0-9]{1,5})?$/.test(text);
}
