import type { BranchNode, ListNode, Node, Operand, PipeNode, Statement } from '../parse/node.ts';

/** What a branch may change of what comes after it, whether it runs or not. */
export interface BranchEffects {
  /** Names of variables that are assigned. */
  readonly assigned: ReadonlySet<string>;
  /** First arguments of functions that change them. */
  readonly changed: readonly Operand[];
  /** Whether it may end a loop around it. */
  readonly ends: boolean;
}

/** A tree never changes, so each of its branches is looked through once. */
const known = new WeakMap<BranchNode, BranchEffects>();
const changing: ReadonlySet<string> = new Set([
  'set',
  'unset',
  'merge',
  'mustMerge',
  'mergeOverwrite',
  'mustMergeOverwrite',
]);

/** What a branch may change, its `else` included. */
export function effectsOf(branch: BranchNode): BranchEffects {
  let effects = known.get(branch);
  if (effects === undefined) {
    const found = { assigned: new Set<string>(), changed: [] as Operand[], ends: false };
    lookInto(branch.list, found);
    if (branch.elseList !== undefined) {
      lookInto(branch.elseList, found);
    }
    effects = found;
    known.set(branch, effects);
  }
  return effects;
}

interface Found {
  readonly assigned: Set<string>;
  readonly changed: Operand[];
  ends: boolean;
}

function lookInto(list: ListNode, found: Found): void {
  for (const statement of list.nodes) {
    lookAt(statement, found);
  }
}

function lookAt(statement: Statement, found: Found): void {
  switch (statement.kind) {
    case 'text':
      break;
    case 'action':
      lookAtPipe(statement.pipe, found);
      break;
    case 'template':
      if (statement.pipe !== undefined) {
        lookAtPipe(statement.pipe, found);
      }
      break;
    case 'if':
    case 'with':
    case 'range': {
      lookAtPipe(statement.pipe, found);
      const inner = effectsOf(statement);
      inner.assigned.forEach((name) => found.assigned.add(name));
      found.changed.push(...inner.changed);
      found.ends ||= inner.ends && statement.kind !== 'range';
      break;
    }
    case 'break':
    case 'continue':
      found.ends = true;
      break;
  }
}

function lookAtPipe(pipe: PipeNode, found: Found): void {
  if (pipe.isAssign) {
    pipe.declarations.forEach(({ names: [name = ''] }) => found.assigned.add(name));
  }
  for (const { args } of pipe.commands) {
    const [first, target] = args;
    if (first?.kind === 'identifier' && changing.has(first.name) && target !== undefined) {
      found.changed.push(target);
    }
    args.forEach((arg) => {
      lookAtOperand(arg, found);
    });
  }
}

function lookAtOperand(operand: Node, found: Found): void {
  if (operand.kind === 'pipe') {
    lookAtPipe(operand, found);
  } else if (operand.kind === 'chain') {
    lookAtOperand(operand.node, found);
  }
}
