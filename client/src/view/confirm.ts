import * as vscode from 'vscode';
import type { Confirmation } from './messages.ts';

/** Asks in a modal dialog. False when the user thinks better of it. */
export async function confirm({ message, detail, verb }: Confirmation): Promise<boolean> {
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, verb)) === verb;
}
