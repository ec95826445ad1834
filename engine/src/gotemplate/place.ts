import { quote } from '../gostd/index.ts';
import { limits } from '../support/index.ts';
import {
  positionIn,
  TemplateError,
  type TemplateErrorCode,
  type TemplateErrorOptions,
  type TemplatePosition,
} from './errors.ts';
import { type Node, printNode } from './parse/node.ts';
import type { Tree } from './parse/parse.ts';

/**
 * Where an execution stands, and the errors that name it.
 *
 * @see Go 1.26 text/template/exec.go, errorf
 */
export class Place {
  protected tree: Tree | undefined;
  protected node: Node | undefined;

  failTooDeep(cause?: unknown): never {
    this.fail(`exceeded maximum template depth (${limits.maxExecDepth})`, { cause, code: 'depth-exceeded' });
  }

  fail(
    message: string,
    { code = 'exec', ...options }: TemplateErrorOptions & { readonly code?: TemplateErrorCode } = {},
  ): never {
    const name = this.tree?.name ?? '';
    const node = this.node;
    if (node === undefined) {
      throw new TemplateError(code, { template: name, line: 0, column: 0 }, `template: ${name}: ${message}`, options);
    }
    const position = positionIn(node.source, node.pos);
    const text = `template: ${placeText(position)}: executing ${quote(name)} at <${printNode(node)}>: ${message}`;
    throw new TemplateError(code, position, text, options);
  }

  /** The error of a run that had to end here. */
  stopped(reason: string, cause: unknown): TemplateError {
    const node = this.node;
    const position =
      node === undefined ? { template: this.tree?.name ?? '', line: 1, column: 0 } : positionIn(node.source, node.pos);
    return new TemplateError('limit', position, `rendering stopped at ${placeText(position)}: ${reason}`, { cause });
  }
}

function placeText({ template, line, column }: TemplatePosition): string {
  return `${template}:${line}:${column}`;
}
