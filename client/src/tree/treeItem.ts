import * as vscode from 'vscode';
import { type Node, viewOf } from './nodes.ts';

const states = {
  no: vscode.TreeItemCollapsibleState.None,
  collapsed: vscode.TreeItemCollapsibleState.Collapsed,
  expanded: vscode.TreeItemCollapsibleState.Expanded,
} as const;

/** A node as the editor's tree item. */
export function treeItem(node: Node): vscode.TreeItem {
  const view = viewOf(node);
  const item = new vscode.TreeItem(view.label, states[view.expandable]);
  item.id = node.id;
  item.description = view.description;
  item.iconPath = new vscode.ThemeIcon(
    view.icon,
    view.color === undefined ? undefined : new vscode.ThemeColor(view.color),
  );
  item.contextValue = view.contextValue;
  // A plain string: messages come from charts and clusters, and must not be read as Markdown.
  item.tooltip = view.tooltip;
  item.accessibilityInformation = { label: view.spoken };
  return item;
}
