import { type Complex, quote, type Value } from '../../gostd/index.ts';
import type { Source } from './source.ts';

/** Nodes of a parsed template. @see Go 1.26 text/template/parse/node.go */

interface Base {
  /** UTF-16 offset in the source's text. */
  readonly pos: number;
  readonly source: Source;
}

interface TextNode extends Base {
  readonly kind: 'text';
  readonly text: string;
}

interface ActionNode extends Base {
  readonly kind: 'action';
  readonly pipe: PipeNode;
}

export interface ListNode extends Base {
  readonly kind: 'list';
  readonly nodes: Statement[];
}

export interface BranchNode extends Base {
  readonly kind: 'if' | 'with' | 'range';
  readonly pipe: PipeNode;
  readonly list: ListNode;
  readonly elseList: ListNode | undefined;
}

export interface TemplateNode extends Base {
  readonly kind: 'template';
  readonly name: string;
  readonly pipe: PipeNode | undefined;
}

interface LoopNode extends Base {
  readonly kind: 'break' | 'continue';
}

export type Statement = TextNode | ActionNode | BranchNode | TemplateNode | LoopNode;

export interface PipeNode extends Base {
  readonly kind: 'pipe';
  isAssign: boolean;
  readonly declarations: VariableNode[];
  readonly commands: CommandNode[];
}

export interface CommandNode extends Base {
  readonly kind: 'command';
  readonly args: Operand[];
}

export interface IdentifierNode extends Base {
  readonly kind: 'identifier';
  readonly name: string;
}

export interface VariableNode extends Base {
  readonly kind: 'variable';
  /** The variable with its `$`, then fields. */
  readonly names: readonly string[];
}

interface FieldNode extends Base {
  readonly kind: 'field';
  readonly names: readonly string[];
}

export interface ChainNode extends Base {
  readonly kind: 'chain';
  readonly node: Operand;
  readonly fields: string[];
}

interface DotNode extends Base {
  readonly kind: 'dot';
}

interface NilNode extends Base {
  readonly kind: 'nil';
}

interface BoolNode extends Base {
  readonly kind: 'bool';
  readonly value: boolean;
}

interface StringNode extends Base {
  readonly kind: 'string';
  /** As written, with its quotes. */
  readonly quoted: string;
  readonly value: string;
}

/** A constant may be several kinds of number at once; the place it is used in decides. */
export interface NumberNode extends Base {
  readonly kind: 'number';
  readonly text: string;
  readonly int: bigint | undefined;
  readonly uint: bigint | undefined;
  readonly float: number | undefined;
  readonly complex: Complex | undefined;
  /** What it is where nothing says which kind; undefined for an unsigned integer that is no int. */
  readonly ideal: Value;
}

export type Operand =
  | IdentifierNode
  | VariableNode
  | FieldNode
  | ChainNode
  | DotNode
  | NilNode
  | BoolNode
  | StringNode
  | NumberNode
  | PipeNode;

export type Node = Statement | ListNode | CommandNode | Operand;

/** A node as it could have been written; errors show it. */
export function printNode(node: Node): string {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'list':
      return node.nodes.map(printNode).join('');
    case 'action':
      return `{{${printNode(node.pipe)}}}`;
    case 'if':
    case 'with':
    case 'range': {
      const otherwise = node.elseList === undefined ? '' : `{{else}}${printNode(node.elseList)}`;
      return `{{${node.kind} ${printNode(node.pipe)}}}${printNode(node.list)}${otherwise}{{end}}`;
    }
    case 'template':
      return `{{template ${quote(node.name)}${node.pipe === undefined ? '' : ` ${printNode(node.pipe)}`}}}`;
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`;
    case 'pipe': {
      const declared = node.declarations.map(printNode).join(', ');
      const commands = node.commands.map(printNode).join(' | ');
      return declared === '' ? commands : `${declared} ${node.isAssign ? '=' : ':='} ${commands}`;
    }
    case 'command':
      return node.args.map((arg) => (arg.kind === 'pipe' ? `(${printNode(arg)})` : printNode(arg))).join(' ');
    case 'identifier':
      return node.name;
    case 'variable':
      return node.names.join('.');
    case 'field':
      return `.${node.names.join('.')}`;
    case 'chain': {
      const inner = printNode(node.node);
      return `${node.node.kind === 'pipe' ? `(${inner})` : inner}${node.fields.map((field) => `.${field}`).join('')}`;
    }
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'bool':
      return String(node.value);
    case 'string':
      return node.quoted;
    case 'number':
      return node.text;
  }
}

/** The part of an operand before a field, as it is written. */
export function textBefore(node: Operand, name: string): string | undefined {
  const text = printNode(node);
  const end = text.lastIndexOf(`.${name}`);
  return end > 0 ? text.slice(0, end) : undefined;
}

/** Whether a tree writes nothing: only white space and comments. */
export function isEmptyTree(node: ListNode | Statement | undefined): boolean {
  if (node === undefined) {
    return true;
  }
  if (node.kind === 'list') {
    return node.nodes.every(isEmptyTree);
  }
  return node.kind === 'text' && node.text.trim() === '';
}
