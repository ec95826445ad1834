import type { Flow, Flows } from './flow.ts';
import { Rope } from './rope.ts';

/**
 * What stands beside a value while templates run: what flowed into it, and for texts that templates wrote, piece by
 * piece. Of a map or list it is only how this very one was chosen; what it holds has shadows of its own.
 */
export type Shadow = Flow | Rope;

/** A shadow as one flow: of a rope, all that its pieces have. */
export function flowOf(shadow: Shadow, flows: Flows): Flow {
  return shadow instanceof Rope ? shadow.flow(flows) : shadow;
}

/** Adds a flow to a shadow; to a rope, to each of its pieces. */
export function withFlow(shadow: Shadow, more: Flow, flows: Flows): Shadow {
  if (more === flows.none) {
    return shadow;
  }
  return shadow instanceof Rope ? shadow.with(more, flows) : flows.union(shadow, more);
}
