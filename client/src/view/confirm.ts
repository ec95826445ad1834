import * as vscode from 'vscode';
import type { Confirmation } from './messages.ts';

/** Asks in a modal dialog. False when the user thinks better of it. */
export async function confirm({ message, detail, verb }: Confirmation): Promise<boolean> {
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, verb)) === verb;
}

/** Asks for the name of a release, letter by letter, before what holds data goes. */
export async function typeName(name: string, why: string): Promise<boolean> {
  const typed = await vscode.window.showInputBox({
    title: `Type ${name} to go on`,
    prompt: why,
    placeHolder: name,
    ignoreFocusOut: true,
    validateInput: (text) => (text === name ? undefined : `Type ${name} to go on, or press Escape.`),
  });
  return typed === name;
}
