import { RenderError } from '../render/index.ts';

/**
 * What a render fails with that had to be stopped from outside. Where in a template it was, nobody knows by then.
 *
 * @param template that was being parsed or executed; empty where it was none yet
 */
export function renderStopped(template: string, reason: string): RenderError {
  return template === ''
    ? new RenderError('limit', `rendering stopped: ${reason}`)
    : new RenderError('limit', `rendering stopped in ${template}: ${reason}`, {
        place: { template, position: { line: 0, character: 0 }, calls: [], nil: undefined },
      });
}
